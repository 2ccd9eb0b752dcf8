using System.Numerics;

namespace Semblance.Index.Kernels;

/// <summary>The queries of a <see cref="PlaneBlock"/>, in groups by how near codes must be to them.</summary>
internal sealed class PlaneQueries
{
    /// <summary>Offsets of a word: one a table and one for the single plane; the stride keeps them in as few cache lines as it goes.</summary>
    public const int Stride = PlaneTables.Count + 1;

    /// <summary>The group of a counter of four levels whose limit is so small that three quarters of a word mostly settle it; every other group is a number of levels.</summary>
    public const int EarlyFour = 2;

    /// <summary>The groups, the first and the last.</summary>
    public const int FirstGroup = EarlyFour, LastGroup = 17;

    private const int FewestLevels = 3;

    // At this limit, of 512 codes that differ from the query in every other bit, one in ten times one has not reached it after 48 bits.
    private const int LargestEarly = 12;

    private readonly int[] _group;

    // The queries of each group, and where in its group each is.
    private readonly int[]?[] _queriesOf = new int[LastGroup + 1][];
    private readonly int[] _countOf = new int[LastGroup + 1];
    private readonly int[] _place;

    public PlaneQueries(Codes queries)
    {
        (Count, Bias, _group, _place) = (queries.Count, new int[queries.Count], new int[queries.Count], new int[queries.Count]);
        Offsets = OffsetsOf(queries);
    }

    /// <summary>Number of queries.</summary>
    public int Count { get; }

    /// <summary>Queries that want anything.</summary>
    public int Wanting { get; private set; }

    /// <summary>Where the counter of each query starts.</summary>
    public int[] Bias { get; }

    /// <summary>Where a query's entries are, from the start of each table; word after word, query after query.</summary>
    public ushort[] Offsets { get; }

    /// <summary>The queries of a group.</summary>
    public ReadOnlySpan<int> Of(int group) => _queriesOf[group].AsSpan(0, _countOf[group]);

    /// <summary>The levels of the counter of a group.</summary>
    public static int LevelsOf(int group) => group == EarlyFour ? 4 : group;

    /// <summary>Says how near codes must be to a query from now on: nearer than <paramref name="limit"/>, and with 0 it wants no more.</summary>
    public void SetLimit(int query, int limit)
    {
        int levels = limit == 0 ? 0 : Math.Max(FewestLevels, BitOperations.Log2((uint)Math.Max(limit - 1, 1)) + 1);
        int group = levels == 4 && limit <= LargestEarly ? EarlyFour : levels;
        Bias[query] = (1 << levels) - limit;
        if (_group[query] != group)
        {
            Move(query, group);
        }
    }

    /// <summary>Moves a query to another group; the last of its old group takes its place there.</summary>
    private void Move(int query, int group)
    {
        int old = _group[query];
        if (old != 0)
        {
            int last = _queriesOf[old]![--_countOf[old]];
            (_queriesOf[old]![_place[query]], _place[last]) = (last, _place[query]);
            Wanting--;
        }

        _group[query] = group;
        if (group != 0)
        {
            int[] queries = _queriesOf[group] ??= new int[Count];
            _place[query] = _countOf[group];
            queries[_countOf[group]++] = query;
            Wanting++;
        }
    }

    private static ushort[] OffsetsOf(Codes queries)
    {
        ushort[] offsets = new ushort[checked(queries.Count * queries.WordsPerCode * Stride)];
        int at = 0;
        foreach (ulong word in queries.Words)
        {
            ulong bits = word;
            for (int table = 0; table < PlaneTables.Count; table++, bits >>= 3)
            {
                offsets[at++] = (ushort)((int)(bits & 7) * PlaneTables.EntryBytes);
            }

            offsets[at++] = (ushort)((int)bits * BitPlanes.PlaneBytes);
        }

        return offsets;
    }
}
