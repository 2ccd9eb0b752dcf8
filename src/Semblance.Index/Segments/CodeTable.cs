using System.Numerics;

namespace Semblance.Index.Segments;

/// <summary>Finds equal codes: rows by the hash of their code, in one array of slots.</summary>
/// <param name="capacity">The most rows.</param>
internal sealed class CodeTable(int capacity)
{
    private readonly int[] _slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, Math.Min(capacity + ((long)capacity / 2), 1 << 30)))];

    /// <summary>The row whose code equals one, or the given new row, which is kept from then on.</summary>
    /// <param name="code">The code.</param>
    /// <param name="newRow">The row that it gets where it is new.</param>
    /// <param name="codeOfRow">The code of a row that is kept.</param>
    /// <typeparam name="TCodes">How codes of rows are found.</typeparam>
    public int FindOrAdd<TCodes>(ReadOnlySpan<ulong> code, int newRow, in TCodes codeOfRow)
        where TCodes : struct, ICodesOfRows
    {
        uint mask = (uint)_slots.Length - 1;
        uint slot = Hash(code) & mask;
        while (_slots[slot] is not 0 and int kept)
        {
            if (codeOfRow.CodeOf(kept - 1).SequenceEqual(code))
            {
                return kept - 1;
            }

            slot = (slot + 1) & mask;
        }

        _slots[slot] = newRow + 1;
        return newRow;
    }

    private static uint Hash(ReadOnlySpan<ulong> code)
    {
        ulong hash = 0;
        foreach (ulong word in code)
        {
            hash = (hash ^ word) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 32;
        }

        return (uint)hash;
    }
}
