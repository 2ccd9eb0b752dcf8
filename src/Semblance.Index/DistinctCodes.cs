using System.Numerics;

namespace Semblance.Index;

/// <summary>The different codes of a collection, each once, in the order in which they first occur.</summary>
internal sealed class DistinctCodes
{
    /// <summary>Finds them; takes a pass over the codes and, for each, 12 to 16 bytes of memory beside the different codes themselves.</summary>
    public DistinctCodes(Codes codes)
    {
        Of = new int[codes.Count];
        List<int> first = [];
        int[] slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, codes.Count)) * 2];
        for (int row = 0; row < codes.Count; row++)
        {
            ReadOnlySpan<ulong> code = codes[row];
            int slot = Hash(code) & (slots.Length - 1);
            while (slots[slot] != 0 && !codes[first[slots[slot] - 1]].SequenceEqual(code))
            {
                slot = (slot + 1) & (slots.Length - 1);
            }

            if (slots[slot] == 0)
            {
                first.Add(row);
                slots[slot] = first.Count;
            }

            Of[row] = slots[slot] - 1;
        }

        FirstRows = [.. first];
        Codes = FirstRows.Length == codes.Count ? codes : codes.Rows(FirstRows);
    }

    /// <summary>The different codes.</summary>
    public Codes Codes { get; }

    /// <summary>The first row of each different code, ascending.</summary>
    public int[] FirstRows { get; }

    /// <summary>For each row, which of the different codes it has.</summary>
    public int[] Of { get; }

    private static int Hash(ReadOnlySpan<ulong> code)
    {
        ulong hash = 0;
        foreach (ulong word in code)
        {
            hash = BitOperations.RotateLeft((hash ^ word) * 0x9E3779B97F4A7C15, 29);
        }

        return (int)((hash * 0x9E3779B97F4A7C15) >> 33);
    }
}
