using System.Numerics;

namespace Semblance.Index.Sublinear;

/// <summary>Another table of a <see cref="MultiIndex"/> whose whole key is in the fingerprints of a table, and whether a fingerprint has an odd number of ones in it.</summary>
/// <param name="Table">Number of the other table.</param>
/// <param name="Mask">The bits of the fingerprint that are the key.</param>
internal readonly record struct KeyParity(int Table, uint Mask)
{
    /// <summary>The parity of a key; null where the fingerprint has not all of its bits.</summary>
    public static KeyParity? Of(int table, BitPick key, BitPick fingerprint)
    {
        uint mask = 0;
        for (int bit = 0; bit < fingerprint.Bits; bit++)
        {
            mask |= key.Positions.Contains(fingerprint.Positions[bit]) ? 1u << bit : 0;
        }

        return BitOperations.PopCount(mask) == key.Bits ? new KeyParity(table, mask) : null;
    }

    /// <summary>1 where a fingerprint has an odd number of ones in the key, else 0.</summary>
    public uint In(uint fingerprint) => (uint)BitOperations.PopCount(fingerprint & Mask) & 1;
}
