using Semblance.Index.Kernels;

namespace Semblance.Index.Sublinear;

/// <summary>One search in a <see cref="MultiIndex"/>.</summary>
/// <remarks>
/// <para>Every table t has a radius r_t, -1 at first. A step raises the radius of one table by one and reads all buckets of that table whose number
/// differs from the key of the query in exactly the new radius: a ring. That meets the codes in them. So after any number of steps, all codes have been met whose key in some table t
/// differs from that of the query in at most r_t bits.</para>
/// <para><b>Complete.</b> A code that has not been met differs from the query in at least r_t + 1 bits of the key of every table t. The keys have no bit
/// in common, so its distance is at least the sum of all r_t + 1. Hence every code at a distance of at most B = sum(r_t + 1) - 1 has been met.
/// Let D be the largest distance at which a code can still be a result: the radius that was asked for, or the distance of the k-th nearest code that has been
/// met. Results have a distance of at most D, in a search for the k nearest because k codes at D or below exist. If D &lt;= B, all codes at D and
/// below have been met, those at D included, so that the order of equal distances by row is decided among all of them. Until k codes have been
/// found, D is the length of a code. Where some r_t is the length of its key, every code has been met, since every code lies in some bucket of table t.</para>
/// <para><b>Parts.</b> A code that has not been met differs from the query in r_t + 1 + e_t bits of the key of table t, with no e_t negative. If it is a result, the sum
/// of all e_t is at most the slack S = D - sum(r_t + 1). In the next ring of a table its own e_t is zero. Buckets are divided by the parities of the
/// ones in other keys. Were all e_t zero, these parities would be known; each that is another needs an odd e_t, so at most S are. So only parts that differ from the known
/// one in at most S parities are read: a code in another had been met before, or is too far now and later, since D never grows. In the last step of a search, which is the longest,
/// S = 0 as soon as enough has been found.</para>
/// <para><b>Refused early.</b> Key and fingerprint are different bits of a code, so the distance in the key plus the distance in the fingerprint is at most
/// the distance of the code. More is certain of a code that has not been met: it differs in at least r_j + 1 bits of the key of every other table j. Where no bit of
/// such a key is in the fingerprint, that adds to the sum. An entry at which the sum is above D is left without a look at its code: it is too far, or has
/// been met.</para>
/// <para><b>The nearest first.</b> Entries that are not refused wait, and those with the least sums are looked at first: what they bring lowers D, and most others need
/// not be looked at. A search ends when nobody waits whose sum is at most D.</para>
/// <para><b>Once.</b> A code waits in every table by which it is met. It is taken from the table that met it first: that in which the ring at its key's distance was read in
/// the earliest step. A code that was refused when it was first met, because it was too far, would be refused again: D never grows. So is a row that lost
/// its tie, since the rows that beat it stay.</para>
/// </remarks>
internal sealed class MultiIndexSearch
{
    private const int ManyEntries = 1024;

    // The share of the next ring's cost that is paid for looks at candidates before it, which may make it smaller or needless.
    private const double CheckShare = 0.1;

    // Buckets of the next ring whose offsets are asked for meanwhile.
    private const int AskedFor = 16;

    // A filter may itself search on this thread, so it is taken away while in use.
    [ThreadStatic]
    private static Room? _spare;

    private readonly Room _room = _spare ?? new Room();
    private readonly MultiIndex _index;
    private readonly ulong[] _query;
    private readonly FoundRows _found;
    private readonly ProbeBudget _budget;
    private readonly TableProgress[] _tables;
    private readonly CandidateChecks _checks;
    private readonly CancellationToken _cancellation;
    private int _steps;

    /// <param name="index">The tables.</param>
    /// <param name="query">Words of the query.</param>
    /// <param name="found">Receives rows, and says how far they may be.</param>
    /// <param name="budget">What it may cost.</param>
    /// <param name="cancellation">Ends it early.</param>
    public MultiIndexSearch(MultiIndex index, ReadOnlySpan<ulong> query, FoundRows found, ProbeBudget budget, CancellationToken cancellation)
    {
        _spare = null;
        (_index, _query, _found, _budget, _cancellation) = (index, query.ToArray(), found, budget, cancellation);
        _tables = new TableProgress[index.Layout.Tables.Count];
        for (int i = 0; i < _tables.Length; i++)
        {
            _tables[i] = new TableProgress(index.Layout.Tables[i], query, index.Layout.Count);
        }

        _checks = new CandidateChecks(index, _query, found, _tables, _room.Candidates);
    }

    /// <summary>What has been done.</summary>
    public ProbeCounts Counts { get; private set; }

    /// <summary>Meets codes until all results are found; false where it gave up, so that what was found is not complete. It runs once.</summary>
    public bool Run()
    {
        bool completed = false;
        while (!(completed = IsComplete()))
        {
            _cancellation.ThrowIfCancellationRequested();
            int next = Cheapest(_tables);
            double cost = _tables[next].NextCost(Slack(_found.Limit, _tables));
            AskFor(next);
            _checks.Some(CheckShare * cost);
            double spent = Count(gaveUp: false).Cost;
            if (!IsComplete() && (!IsWorthwhile(spent, spent + cost) || !ReadRing(next)))
            {
                break;
            }
        }

        if (completed)
        {
            _checks.All();
        }

        Counts = Count(gaveUp: !completed);
        _spare = _room;
        return completed;
    }

    /// <summary>Asks for where the first buckets of the next ring begin, while candidates are looked at.</summary>
    private void AskFor(int number)
    {
        ref TableProgress table = ref _tables[number];
        uint place = 0;
        _index.AskFor(number, table.Key, Rings.Next(table.KeyBits, table.Radius + 1, ref place, _room.Masks.AsSpan(0, AskedFor)));
    }

    private ProbeCounts Count(bool gaveUp)
    {
        long buckets = 0;
        long entries = 0;
        foreach (ref TableProgress table in _tables.AsSpan())
        {
            buckets += table.Buckets;
            entries += table.Entries;
        }

        return new ProbeCounts(_steps, buckets, entries, _checks.Count, gaveUp);
    }

    private bool IsComplete() => _found.Limit <= Certain(_tables);

    /// <summary>The distance up to which every code has been met.</summary>
    private static int Certain(ReadOnlySpan<TableProgress> tables)
    {
        int certain = -1;
        foreach (ref readonly TableProgress table in tables)
        {
            if (table.IsDone)
            {
                return int.MaxValue;
            }

            certain += table.Radius + 1;
        }

        return certain;
    }

    private static int Cheapest(ReadOnlySpan<TableProgress> tables)
    {
        int best = 0;
        double bestCost = double.PositiveInfinity;
        for (int i = 0; i < tables.Length; i++)
        {
            double cost = tables[i].NextCost(int.MaxValue);
            if (cost < bestCost)
            {
                (best, bestCost) = (i, cost);
            }
        }

        return best;
    }

    private bool IsWorthwhile(double spent, double afterStep) =>
        _budget.IsLittle(afterStep) || _budget.Allows(spent + Remainder());

    /// <summary>What the steps cost that are expected to be left.</summary>
    private double Remainder()
    {
        Span<TableProgress> tables = _room.Ahead.AsSpan(0, _tables.Length);
        _tables.CopyTo(tables);
        int expected = _budget.ExpectedDistance(_found.Limit, Certain(tables));
        double cost = 0;
        while (Certain(tables) < expected && _budget.Allows(cost))
        {
            ref TableProgress next = ref tables[Cheapest(tables)];
            cost += next.NextCost(Slack(expected, tables));
            next.Grow();
        }

        return cost;
    }

    /// <summary>Reads the next ring of a table; false where that turned out too expensive.</summary>
    private bool ReadRing(int number)
    {
        ref TableProgress table = ref _tables[number];
        int radius = table.Radius + 1;
        table.Begin(++_steps);
        int certain = radius + BesideDistance(number);
        int part = NearestPart(number);
        int parities = _index.Layout.Tables[number].Parities.Length;
        uint place = 0;
        for (ReadOnlySpan<uint> masks; !(masks = Rings.Next(table.KeyBits, radius, ref place, _room.Masks)).IsEmpty;)
        {
            int slack = Slack(_found.Limit, _tables);
            if (slack < 0)
            {
                break;
            }

            if (!ReadBuckets(number, certain, masks, BucketParts.Near(parities, part, slack)))
            {
                return false;
            }
        }

        table.Grow();
        return true;
    }

    /// <summary>By how much the distance of a code that has not been met may exceed the least that it has, if it is to be a result.</summary>
    private static int Slack(int limit, ReadOnlySpan<TableProgress> tables) => limit - Certain(tables) - 1;

    /// <summary>The part of the buckets of a table in which a code lies that differs from the query in one bit more than the radius in every other table.</summary>
    private int NearestPart(int number)
    {
        TableBits bits = _index.Layout.Tables[number];
        uint part = bits.PartOf(_tables[number].Fingerprint);
        for (int i = 0; i < bits.Parities.Length; i++)
        {
            part ^= (uint)((_tables[bits.Parities[i].Table].Radius + 1) & 1) << i;
        }

        return (int)part;
    }

    /// <summary>The least distance of a code that has not been met in the tables whose keys are not in the fingerprints of a table.</summary>
    private int BesideDistance(int number)
    {
        int distance = 0;
        foreach (int beside in _index.Beside(number))
        {
            distance += _tables[beside].Radius + 1;
        }

        return distance;
    }

    private bool ReadBuckets(int number, int certain, ReadOnlySpan<uint> masks, PartRun parts)
    {
        ref TableProgress table = ref _tables[number];
        ProbePosition position = default;
        while (position.Mask < masks.Length)
        {
            int before = position.Mask;
            long read = 0;
            ProbeQuery query = new(table.Key, table.Fingerprint, _found.Limit - certain, parts);
            int count = _index.Read(number, masks, query, ref position, _room.Positions, _room.Distances, ref read);
            table.Buckets += position.Mask - before;
            table.Entries += read;
            _checks.Add(number, certain, _room.Positions.AsSpan(0, count), _room.Distances.AsSpan(0, count));
            if (read > ManyEntries && !MayGoOn())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a ring that holds more than was expected may be read on.</summary>
    private bool MayGoOn()
    {
        _cancellation.ThrowIfCancellationRequested();
        double spent = Count(gaveUp: false).Cost;
        return _budget.IsLittle(spent) || _budget.Allows(spent);
    }

    /// <summary>Scratch memory of a search.</summary>
    private sealed class Room
    {
        private const int Survivors = 256;

        public readonly uint[] Masks = new uint[BucketProbe.MostMasks];
        public readonly int[] Positions = new int[Survivors];
        public readonly int[] Distances = new int[Survivors];
        public readonly TableProgress[] Ahead = new TableProgress[MultiIndexLayout.MostTables];
        public readonly Candidates Candidates = new();
    }
}
