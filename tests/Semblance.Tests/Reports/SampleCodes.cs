using System.Numerics;

namespace Semblance.Tests.Reports;

/// <summary>Made-up 64-bit codes: one prototype a class, each item with some bits turned over; and what a search in them finds.</summary>
internal sealed class SampleCodes
{
    public const int Bits = 64;
    private readonly ulong[] _queries;
    private readonly ulong[] _items;

    public SampleCodes(int classes, int queriesEach, int itemsEach, double blur, int seed)
    {
        Random random = new(seed);
        ulong[] prototypes = [.. Enumerable.Range(0, classes).Select(_ => (ulong)random.NextInt64() ^ ((ulong)random.NextInt64() << 20))];
        QueryClasses = [.. Enumerable.Range(0, classes * queriesEach).Select(i => i % classes)];
        ItemClasses = [.. Enumerable.Range(0, classes * itemsEach).Select(i => i % classes)];
        _queries = [.. QueryClasses.Select(kind => Blurred(prototypes[kind], blur, random))];
        _items = [.. ItemClasses.Select(kind => Blurred(prototypes[kind], blur, random))];
    }

    public int[] QueryClasses { get; }

    public int[] ItemClasses { get; }

    /// <summary>Items by distance from a query, then by number.</summary>
    public (int Item, int Distance)[] Ranking(int query) =>
        [.. Enumerable.Range(0, _items.Length).Select(item => (item, BitOperations.PopCount(_items[item] ^ _queries[query]))).OrderBy(pair => pair.Item2)];

    public double AveragePrecision(int query)
    {
        (int Item, int Distance)[] ranking = Ranking(query);
        int found = 0;
        double sum = 0;
        for (int rank = 1; rank <= ranking.Length; rank++)
        {
            if (IsRight(query, ranking[rank - 1].Item))
            {
                sum += (double)++found / rank;
            }
        }
        return sum / found;
    }

    public bool IsRight(int query, int item) => QueryClasses[query] == ItemClasses[item];

    /// <summary>Pairs by distance, those of one class and the others.</summary>
    public (long[] Relevant, long[] Irrelevant) Histogram(IEnumerable<int> queries)
    {
        (long[] relevant, long[] irrelevant) = (new long[Bits + 1], new long[Bits + 1]);
        foreach (int query in queries)
        {
            foreach ((int item, int distance) in Ranking(query))
            {
                (IsRight(query, item) ? relevant : irrelevant)[distance]++;
            }
        }
        return (relevant, irrelevant);
    }

    public double[] BitMeans() =>
        [.. Enumerable.Range(0, Bits).Select(bit => _items.Average(code => (double)((code >> bit) & 1)))];

    private static ulong Blurred(ulong prototype, double blur, Random random)
    {
        double own = blur * (0.3 + (1.4 * random.NextDouble() * random.NextDouble() * 2));
        for (int bit = 0; bit < Bits; bit++)
        {
            prototype ^= random.NextDouble() < own ? 1UL << bit : 0;
        }
        return prototype;
    }
}
