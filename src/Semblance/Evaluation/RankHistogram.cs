namespace Semblance.Evaluation;

/// <summary>All that a query's metrics depend on, but for the order by index: items and relevant items by distance and grade.</summary>
internal sealed class RankHistogram
{
    private readonly int[] _items;
    private readonly int[] _graded;

    /// <param name="bits">Bits of the codes.</param>
    /// <param name="maxGrade">The most labels that an item can share with the query.</param>
    public RankHistogram(int bits, int maxGrade)
    {
        Bits = bits;
        MaxGrade = maxGrade;
        _items = new int[bits + 2];
        // Left-out items are counted beyond the last distance.
        _graded = new int[(bits + 2) * maxGrade];
    }

    public int Bits { get; }

    public int MaxGrade { get; }

    /// <summary>Items of the database, without the left-out ones, which stand at distance <see cref="Bits"/> + 1.</summary>
    public int Items { get; private set; }

    /// <summary>Relevant items of the database.</summary>
    public int Relevant
    {
        get
        {
            int sum = 0;
            foreach (int count in _graded.AsSpan(0, (Bits + 1) * MaxGrade))
            {
                sum += count;
            }

            return sum;
        }
    }

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

    /// <summary>Adds numbers of items by distance.</summary>
    public void AddItems(ReadOnlySpan<int> counts)
    {
        Span<int> items = _items;
        counts = counts[..items.Length];
        int sum = 0;
        for (int distance = 0; distance < counts.Length; distance++)
        {
            items[distance] += counts[distance];
            sum += counts[distance];
        }

        Items += sum - counts[^1];
    }

    /// <summary>Counts an item among the relevant ones.</summary>
    public void AddRelevant(int distance, int grade) => _graded[(distance * MaxGrade) + grade - 1]++;
}
