namespace Semblance.Index.Sublinear;

/// <summary>The bits that one table of a <see cref="MultiIndex"/> looks at.</summary>
/// <param name="Key">The substring whose value names the bucket.</param>
/// <param name="Fingerprint">At most 32 other bits, which lie in the order of the buckets, so that most codes of a bucket are refused without a look at them.</param>
/// <param name="Parities">Other keys by whose parities every bucket is divided into parts; see <see cref="BucketParts"/>.</param>
internal sealed record TableBits(BitPick Key, BitPick Fingerprint, KeyParity[] Parities)
{
    /// <summary>Number of buckets.</summary>
    public int Buckets => 1 << Key.Bits;

    /// <summary>Number of parts of a bucket.</summary>
    public int Parts => 1 << Parities.Length;

    /// <summary>Bytes of a fingerprint, 0 to 4.</summary>
    public int FingerprintBytes => (Fingerprint.Bits + 7) / 8;

    /// <summary>The part of its bucket in which a code with a fingerprint lies.</summary>
    public uint PartOf(uint fingerprint)
    {
        uint part = 0;
        for (int i = 0; i < Parities.Length; i++)
        {
            part |= Parities[i].In(fingerprint) << i;
        }

        return part;
    }
}
