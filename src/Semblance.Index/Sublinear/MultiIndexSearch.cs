using System.Numerics;
using Semblance.Index.Kernels;

namespace Semblance.Index.Sublinear;

/// <summary>One search in a <see cref="MultiIndex"/>.</summary>
/// <remarks>
/// <para>Every table t has a radius r_t, -1 at first. A step raises the radius of one table by one and reads all buckets of that table whose number
/// differs from the key of the query in exactly the new radius: a ring. So after any number of steps, all codes have been met whose key in some table t differs
/// from that of the query in at most r_t bits.</para>
/// <para><b>Complete.</b> A code that has not been met differs from the query in at least r_t + 1 bits of the key of every table t. The keys have no bit
/// in common, so its distance is at least the sum of all r_t + 1. Hence every code at a distance of at most B = sum(r_t + 1) - 1 has been met.
/// Let D be the largest distance at which a code can still be a result: the radius that was asked for, or the distance of the k-th nearest code that has been
/// met. Results have a distance of at most D, in a search for the k nearest because k codes at D or below exist. If D &lt;= B, all codes at D and
/// below have been met, those at D included, so that the order of equal distances by row is decided among all of them. Until k codes have been
/// found, D is the length of a code. Where some r_t is the length of its key, every code has been met, since every code lies in some bucket of table t.</para>
/// <para><b>Once.</b> A code is met in the step of table t and radius d_t, its key's distance there, for every table that gets so far. Radii grow by
/// one from -1, so it has been met before that step exactly if d_j &lt;= r_j for some other table j, and it is taken only if there is none.
/// A code that was refused when it was first met, because it was too far, would be refused again: D never grows. So is a row that lost
/// its tie, since the rows that beat it stay.</para>
/// <para><b>Refused early.</b> Key and fingerprint are different bits of a code, so the distance in the key plus the distance in the fingerprint is at most
/// the distance of the code. More is certain of a code that has not been met: it differs in at least r_j + 1 bits of the key of every other table j. Where no bit of
/// such a key is in the fingerprint, that adds to the sum. An entry at which the sum is above D is left without a look at its code: it is too far, or has
/// been met.</para>
/// </remarks>
internal sealed class MultiIndexSearch
{
    private const int ManyEntries = 1024;

    [ThreadStatic]
    private static Room? _rooms;

    private readonly Room _room = _rooms ??= new Room();
    private readonly MultiIndex _index;
    private readonly ulong[] _query;
    private readonly FoundRows _found;
    private readonly ProbeBudget _budget;
    private readonly TableProgress[] _tables;
    private readonly CancellationToken _cancellation;
    private int _steps;
    private long _checked;

    /// <param name="index">The tables.</param>
    /// <param name="query">Words of the query.</param>
    /// <param name="found">Receives rows, and says how far they may be.</param>
    /// <param name="budget">What it may cost.</param>
    /// <param name="cancellation">Ends it early.</param>
    public MultiIndexSearch(MultiIndex index, ReadOnlySpan<ulong> query, FoundRows found, ProbeBudget budget, CancellationToken cancellation)
    {
        (_index, _query, _found, _budget, _cancellation) = (index, query.ToArray(), found, budget, cancellation);
        _tables = new TableProgress[index.Layout.Tables.Count];
        for (int i = 0; i < _tables.Length; i++)
        {
            TableBits bits = index.Layout.Tables[i];
            _tables[i] = new TableProgress(bits.Key.Bits, (uint)bits.Key.Of(query), (uint)bits.Fingerprint.Of(query), index.Layout.Count);
        }
    }

    /// <summary>What has been done.</summary>
    public ProbeCounts Counts { get; private set; }

    /// <summary>Meets codes until all results are found; false where it gave up, so that what was found is not complete.</summary>
    public bool Run()
    {
        bool completed = false;
        while (!(completed = IsComplete()))
        {
            _cancellation.ThrowIfCancellationRequested();
            int next = Cheapest(_tables);
            double spent = Count(gaveUp: false).Cost;
            if (!IsWorthwhile(spent, spent + _tables[next].NextCost) || !ReadRing(next))
            {
                break;
            }
        }

        Counts = Count(gaveUp: !completed);
        return completed;
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

        return new ProbeCounts(_steps, buckets, entries, _checked, gaveUp);
    }

    private bool IsComplete() => _found.Limit <= Certain(_tables);

    /// <summary>The distance up to which every code has been met.</summary>
    private static int Certain(ReadOnlySpan<TableProgress> tables)
    {
        int certain = -1;
        foreach (ref readonly TableProgress table in tables)
        {
            if (table.Radius == table.KeyBits)
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
        for (int i = 1; i < tables.Length; i++)
        {
            if (tables[i].NextCost < tables[best].NextCost)
            {
                best = i;
            }
        }

        return best;
    }

    private bool IsWorthwhile(double spent, double afterStep) =>
        _budget.IsLittle(afterStep) || _budget.Allows(spent + Remainder());

    /// <summary>What the steps cost that are expected to be left.</summary>
    private double Remainder()
    {
        Span<TableProgress> tables = stackalloc TableProgress[_tables.Length];
        _tables.CopyTo(tables);
        int expected = _budget.ExpectedDistance(_found.Limit, Certain(tables));
        double cost = 0;
        while (Certain(tables) < expected && _budget.Allows(cost))
        {
            ref TableProgress next = ref tables[Cheapest(tables)];
            cost += next.NextCost;
            next.Grow();
        }

        return cost;
    }

    /// <summary>Reads the next ring of a table; false where that turned out too expensive.</summary>
    private bool ReadRing(int number)
    {
        ref TableProgress table = ref _tables[number];
        int radius = table.Radius + 1;
        _steps++;
        int certain = radius + BesideDistance(number);
        uint place = 0;
        for (ReadOnlySpan<uint> masks; !(masks = Rings.Next(table.KeyBits, radius, ref place, _room.Masks)).IsEmpty;)
        {
            if (!ReadBuckets(number, certain, masks))
            {
                return false;
            }
        }

        table.Grow();
        return true;
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

    private bool ReadBuckets(int number, int certain, ReadOnlySpan<uint> masks)
    {
        ref TableProgress table = ref _tables[number];
        ProbePosition position = default;
        while (position.Mask < masks.Length)
        {
            int before = position.Mask;
            long read = 0;
            ProbeQuery query = new(table.Key, table.Fingerprint, _found.Limit - certain);
            int count = _index.Read(number, masks, query, ref position, _room.Survivors, ref read);
            table.Buckets += position.Mask - before;
            table.Entries += read;
            Check(number, _room.Survivors.AsSpan(0, count));
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

    /// <summary>Compares the whole codes of entries that survived, and takes those that are near enough and new.</summary>
    private void Check(int number, Span<int> survivors)
    {
        ReadRows(_index.Rows(number), survivors);
        _checked += survivors.Length;
        Codes codes = _index.Codes;
        bool needsChecks = codes.NeedsChecks;
        ReadOnlySpan<ulong> words = codes.UncheckedWords;
        foreach (int row in survivors)
        {
            ReadOnlySpan<ulong> code = needsChecks ? codes[row] : words.Slice(row * _query.Length, _query.Length);
            int distance = Distance(code, _query);
            if (_found.Wants(distance, row) && IsNew(number, code))
            {
                _found.Take(distance, row);
            }
        }
    }

    /// <summary>Puts rows in the place of their positions in the table, and asks for their codes. Each is a read from memory at random, so all are asked for before the first is needed.</summary>
    private void ReadRows(PackedNumbers rows, Span<int> positions)
    {
        foreach (int position in positions)
        {
            rows.AskFor(position);
        }

        foreach (ref int position in positions)
        {
            position = _index.Sound(rows[position]);
            _index.AskFor(position);
        }
    }

    private static int Distance(ReadOnlySpan<ulong> code, ReadOnlySpan<ulong> query)
    {
        int distance = BitOperations.PopCount(code[0] ^ query[0]);
        for (int i = 1; i < code.Length; i++)
        {
            distance += BitOperations.PopCount(code[i] ^ query[i]);
        }

        return distance;
    }

    private bool IsNew(int number, ReadOnlySpan<ulong> code)
    {
        for (int i = 0; i < _tables.Length; i++)
        {
            if (i != number && _tables[i].Radius >= 0 && _index.Layout.Tables[i].Key.Distance(code, _query) <= _tables[i].Radius)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Scratch memory of a thread.</summary>
    private sealed class Room
    {
        public readonly uint[] Masks = new uint[BucketProbe.MostMasks];
        public readonly int[] Survivors = new int[256];
    }

    /// <summary>How far a table has been read.</summary>
    private struct TableProgress
    {
        public readonly int KeyBits;
        public readonly uint Key;
        public readonly uint Fingerprint;
        public int Radius;
        public long Buckets;
        public long Entries;
        private readonly double _meanBucket;

        public TableProgress(int keyBits, uint key, uint fingerprint, int count)
        {
            (KeyBits, Key, Fingerprint, Radius) = (keyBits, key, fingerprint, -1);
            _meanBucket = (double)count / (1L << keyBits);
            NextCost = CostOf(0);
        }

        /// <summary>Expected cost of the next ring, from the size of the buckets that have been read.</summary>
        public double NextCost { get; private set; }

        public void Grow()
        {
            Radius++;
            NextCost = Radius == KeyBits ? double.PositiveInfinity : CostOf(Radius + 1);
        }

        private readonly double CostOf(int radius)
        {
            double bucket = Buckets == 0 ? _meanBucket : Math.Max(_meanBucket, (double)Entries / Buckets);

            // As long as little has been found, fingerprints refuse hardly any entry.
            double entry = radius == 0 ? ProbeCost.Entry + ProbeCost.Check : ProbeCost.Entry;
            return ProbeCost.Step + (Rings.Size(KeyBits, radius) * (ProbeCost.Bucket + (bucket * entry)));
        }
    }
}
