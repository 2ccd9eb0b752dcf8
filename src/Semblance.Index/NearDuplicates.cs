namespace Semblance.Index;

/// <summary>Two rows whose codes are near to each other.</summary>
/// <param name="First">The lower row.</param>
/// <param name="Second">The higher row.</param>
/// <param name="Distance">Number of bits in which their codes differ.</param>
public readonly record struct NearPair(int First, int Second, int Distance);

/// <summary>How near-duplicates are looked for. None of it changes a result.</summary>
public sealed record NearDuplicateOptions
{
    /// <summary>Threads; 0 for one a processor.</summary>
    public int Threads { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Threads must be 0 (one a processor) or more."); }

    /// <summary>Hears, on the caller's thread, how many of the added codes have been compared, and how many there are; equal ones count once.</summary>
    public Action<int, int>? Progress { get; init; }

    /// <summary>Ends the search early with <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>Finds all codes of a collection that lie within a radius of each other, and joins them into groups. Exact.</summary>
/// <remarks>
/// Equal codes are found first, in one pass, and from then on one stands for all: a million equal codes cost as much as one. The different codes are
/// searched for each other in blocks, in tables where that is faster; memory is bounded by the different codes, their tables and the neighbours of one block.
/// </remarks>
public static class NearDuplicates
{
    /// <summary>Queries that are in flight: what they find is held in memory.</summary>
    private const int Block = 64;

    /// <summary>Codes are looked for among those before them, of which there is a view each this part of the way: half of all comparisons would be made twice.</summary>
    private const int Views = 16;

    /// <summary>Queries from which on tables are built: a million codes take half a second, and each query then a fifth of the time of a scan or less.</summary>
    private const int QueriesForTables = 4_096;

    /// <summary>Tables are built for radii up to one bit in so many: beyond, most of a table is read (measured: 8 of 64 bits still gains a third, among a million codes).</summary>
    private const int BitsOfNear = 6;

    /// <summary>All pairs within a radius, each code standing by its first row.</summary>
    /// <remarks>
    /// A row whose code occurred before is paired with the first row of that code, at distance 0; two different codes within the radius are paired by
    /// their first rows. Every other pair follows from these. The order is that of the higher rows, then of the lower, the same for any number of threads.
    /// </remarks>
    /// <param name="codes">The codes.</param>
    /// <param name="radius">The largest distance of a pair; 0 finds equal codes only.</param>
    /// <param name="options">Threads, progress, cancellation.</param>
    public static IEnumerable<NearPair> Pairs(Codes codes, int radius, NearDuplicateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        return Find(new DistinctCodes(codes), 0, radius, options ?? new NearDuplicateOptions());
    }

    /// <summary>The groups of rows that hang together by pairs within a radius.</summary>
    /// <remarks>Two rows of one group may be farther from each other than the radius: they are joined by others between them.</remarks>
    /// <param name="codes">The codes.</param>
    /// <param name="radius">The largest distance of a pair; 0 groups equal codes only.</param>
    /// <param name="options">Threads, progress, cancellation.</param>
    public static NearDuplicateGroups Groups(Codes codes, int radius, NearDuplicateOptions? options = null) => Extend(new NearDuplicateGroups(radius, []), codes, options);

    /// <summary>The groups of a collection that has grown: what is known of the codes that were there stays, only added codes are compared, with each other and with those.</summary>
    /// <param name="known">The groups of the first <see cref="NearDuplicateGroups.Rows"/> codes.</param>
    /// <param name="codes">All codes, the added ones behind those that were there.</param>
    /// <param name="options">Threads, progress, cancellation.</param>
    /// <exception cref="ArgumentException">There are fewer codes than were grouped.</exception>
    public static NearDuplicateGroups Extend(NearDuplicateGroups known, Codes codes, NearDuplicateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(codes);
        if (codes.Count < known.Rows)
        {
            throw new ArgumentException($"{codes.Count} codes were given and {known.Rows} had been grouped; give those again, in their order, and the added ones behind them.", nameof(codes));
        }

        int[] parents = [.. known.FirstRows, .. Enumerable.Range(known.Rows, codes.Count - known.Rows)];
        foreach (NearPair pair in Find(new DistinctCodes(codes), known.Rows, known.Radius, options ?? new NearDuplicateOptions()))
        {
            Join(parents, pair.First, pair.Second);
        }

        for (int row = 0; row < parents.Length; row++)
        {
            parents[row] = parents[parents[row]];
        }

        return new NearDuplicateGroups(known.Radius, parents);
    }

    /// <summary>Pairs whose higher row is <paramref name="added"/> or above.</summary>
    private static IEnumerable<NearPair> Find(DistinctCodes distinct, int added, int radius, NearDuplicateOptions options)
    {
        int place = Array.BinarySearch(distinct.FirstRows, added);
        using IEnumerator<Neighbour[]> neighbours = Neighbours(distinct.Codes, place >= 0 ? place : ~place, radius, options).GetEnumerator();
        for (int row = added; row < distinct.Of.Length; row++)
        {
            int first = distinct.FirstRows[distinct.Of[row]];
            if (first != row)
            {
                yield return new NearPair(first, row, 0);
                continue;
            }

            neighbours.MoveNext();
            foreach (Neighbour near in neighbours.Current)
            {
                yield return new NearPair(distinct.FirstRows[near.Row], row, near.Distance);
            }
        }
    }

    /// <summary>For each code from <paramref name="known"/> on, its neighbours among those before it, ascending.</summary>
    private static IEnumerable<Neighbour[]> Neighbours(Codes codes, int known, int radius, NearDuplicateOptions options)
    {
        SearchOptions search = new() { Threads = options.Threads, Cancellation = options.Cancellation };
        int step = Math.Max(Block, ((codes.Count / Views) + Block - 1) / Block * Block);
        HammingIndex before = TablesPay(codes, codes.Count - known, radius) ? HammingIndex.WithMultiIndex(codes, null, options.Cancellation) : new HammingIndex(codes.View(0, 0));
        for (int start = known; start < codes.Count; start += Block)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(Block, codes.Count - start);
            if (start + count > before.Codes.Count)
            {
                before = new HammingIndex(codes.View(0, Math.Min(codes.Count, (start + count + step - 1) / step * step)));
            }

            Neighbour[][] found = radius == 0 ? new Neighbour[count][] : before.Within(codes.View(start, count), radius, search);
            options.Progress?.Invoke(start - known + count, codes.Count - known);
            for (int i = 0; i < count; i++)
            {
                yield return radius == 0 ? [] : [.. found[i].Where(near => near.Row < start + i).OrderBy(near => near.Row)];
            }
        }
    }

    /// <summary>Whether tables over all codes, in which the planner may look instead of scanning, are worth their building.</summary>
    private static bool TablesPay(Codes codes, int queries, int radius) =>
        radius > 0 && radius <= codes.Bits / BitsOfNear && queries >= QueriesForTables && MultiIndex.Pays(codes.Bits, codes.Count);

    /// <summary>Joins the groups of two rows under the lower of their first rows.</summary>
    private static void Join(int[] parents, int first, int second)
    {
        (first, second) = (Root(parents, first), Root(parents, second));
        parents[Math.Max(first, second)] = Math.Min(first, second);
    }

    private static int Root(int[] parents, int row)
    {
        while (parents[row] != row)
        {
            parents[row] = parents[parents[row]];
            row = parents[row];
        }

        return row;
    }
}
