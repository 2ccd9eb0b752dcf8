namespace Semblance.Evaluation;

/// <summary>A relevant item: its bucket, its place inside the bucket by index order, and the number of labels it shares.</summary>
internal readonly record struct Hit(ushort Distance, ushort Grade, int Place);

/// <summary>All that a query's metrics depend on: items and grades per distance, and the places of the relevant items.</summary>
internal sealed class RankHistogram
{
    private readonly int[] _items;
    private readonly int[] _graded;
    private readonly List<Hit> _hits = [];

    /// <param name="bits">Bits of the codes.</param>
    /// <param name="maxGrade">The most labels that an item can share with the query.</param>
    public RankHistogram(int bits, int maxGrade)
    {
        Bits = bits;
        MaxGrade = maxGrade;
        _items = new int[bits + 2];
        _graded = new int[(bits + 1) * maxGrade];
    }

    public int Bits { get; }

    public int MaxGrade { get; }

    /// <summary>Items of the database, without the left-out ones, which stand at distance <see cref="Bits"/> + 1.</summary>
    public int Items
    {
        get
        {
            int sum = 0;
            for (int distance = 0; distance <= Bits; distance++)
            {
                sum += _items[distance];
            }

            return sum;
        }
    }

    /// <summary>Relevant items of the database.</summary>
    public int Relevant => _hits.Count;

    /// <summary>Items at a distance.</summary>
    public int ItemsAt(int distance) => _items[distance];

    /// <summary>Items at a distance that share exactly <paramref name="grade"/> labels, 1 or more.</summary>
    public int GradedAt(int distance, int grade) => _graded[(distance * MaxGrade) + grade - 1];

    /// <summary>Relevant items at a distance, and their grades summed.</summary>
    public (int Relevant, long Grades) RelevantAt(int distance)
    {
        (int relevant, long grades) = (0, 0);
        for (int grade = 1; grade <= MaxGrade; grade++)
        {
            int count = GradedAt(distance, grade);
            relevant += count;
            grades += (long)count * grade;
        }

        return (relevant, grades);
    }

    /// <summary>Adds the next items of the database, in index order.</summary>
    public void Add(ReadOnlySpan<ushort> distances, ReadOnlySpan<ushort> grades)
    {
        Span<int> items = _items;
        for (int i = 0; i < distances.Length; i++)
        {
            int distance = distances[i];
            int place = items[distance]++;
            if (grades[i] != 0 && distance <= Bits)
            {
                _graded[(distance * MaxGrade) + grades[i] - 1]++;
                _hits.Add(new Hit((ushort)distance, grades[i], place));
            }
        }
    }

    /// <summary>Ranks (from 1) and grades of the relevant items in stable order.</summary>
    public (int[] Ranks, ushort[] Grades) StableHits()
    {
        var before = new int[Bits + 2];
        var next = new int[Bits + 2];
        foreach (Hit hit in _hits)
        {
            next[hit.Distance + 1]++;
        }

        for (int distance = 0; distance <= Bits; distance++)
        {
            before[distance + 1] = before[distance] + _items[distance];
            next[distance + 1] += next[distance];
        }

        var ranks = new int[_hits.Count];
        var grades = new ushort[_hits.Count];
        foreach (Hit hit in _hits)
        {
            int at = next[hit.Distance]++;
            ranks[at] = before[hit.Distance] + hit.Place + 1;
            grades[at] = hit.Grade;
        }

        return (ranks, grades);
    }
}
