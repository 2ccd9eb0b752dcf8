namespace Semblance.Index.Sublinear;

/// <summary>How far a search has read a table.</summary>
internal struct TableProgress
{
    /// <summary>Bits of the key.</summary>
    public readonly int KeyBits;

    /// <summary>The key of the query.</summary>
    public readonly uint Key;

    /// <summary>The fingerprint of the query.</summary>
    public readonly uint Fingerprint;

    /// <summary>All buckets have been read whose number differs from the key in at most so many bits.</summary>
    public int Radius { get; private set; }

    /// <summary>Buckets that have been read.</summary>
    public long Buckets;

    /// <summary>Entries that have been read.</summary>
    public long Entries;

    private readonly double _meanBucket;
    private readonly int _parities;

    // Steps in which the rings were read, by radius.
    private readonly int[] _steps;

    // What the next ring costs for its buckets, and for their entries if all are read.
    private double _bucketsCost;
    private double _entriesCost;

    /// <param name="bits">What the table looks at.</param>
    /// <param name="query">Words of the query.</param>
    /// <param name="count">Entries of the table.</param>
    public TableProgress(TableBits bits, ReadOnlySpan<ulong> query, int count)
    {
        (KeyBits, Key, Fingerprint, Radius) = (bits.Key.Bits, (uint)bits.Key.Of(query), (uint)bits.Fingerprint.Of(query), -1);
        (_meanBucket, _parities, _steps) = ((double)count / (1L << KeyBits), bits.Parities.Length, new int[KeyBits + 1]);
        Foresee();
    }

    /// <summary>Whether all buckets have been read.</summary>
    public readonly bool IsDone => Radius == KeyBits;

    /// <summary>Says in which step the next ring is read.</summary>
    public readonly void Begin(int step) => _steps[Radius + 1] = step;

    /// <summary>Whether a ring was read, or begun, before a step.</summary>
    public readonly bool HadRead(int radius, int step) => radius <= Radius && _steps[radius] < step;

    /// <summary>The step in which a ring was begun.</summary>
    public readonly int StepOf(int radius) => _steps[radius];

    /// <summary>Counts the next ring as read.</summary>
    public void Grow()
    {
        Radius++;
        Foresee();
    }

    /// <summary>Expected cost of the next ring; infinite if there is none.</summary>
    /// <param name="slack">By how much more than the least codes may be away.</param>
    public readonly double NextCost(int slack) => _bucketsCost + (_entriesCost * BucketParts.Share(_parities, slack));

    /// <summary>What the next ring will cost, from the size of the buckets so far.</summary>
    private void Foresee()
    {
        double bucket = Buckets == 0 ? _meanBucket : Math.Max(_meanBucket, (double)Entries / Buckets);
        double buckets = IsDone ? 0 : Rings.Size(KeyBits, Radius + 1);
        _bucketsCost = IsDone ? double.PositiveInfinity : ProbeCost.Step + (buckets * ProbeCost.Bucket);
        _entriesCost = buckets * bucket * ProbeCost.Entry;
    }
}
