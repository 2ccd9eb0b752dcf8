namespace Semblance.Index.Segments;

/// <summary>Finds equal codes: rows by the hash of their code, in one array of slots.</summary>
/// <remarks>A slot holds a row and 32 bits of the hash of its code, so that codes are compared where they are almost surely equal, and hardly elsewhere.</remarks>
/// <param name="capacity">The most rows.</param>
internal sealed class CodeTable(int capacity)
{
    private readonly ulong[] _slots = new ulong[Math.Max(16, Math.Min(capacity + ((long)capacity / 2), Array.MaxLength))];

    /// <summary>The row whose code equals one, or the given new row, which is kept from then on.</summary>
    /// <param name="code">The code.</param>
    /// <param name="newRow">The row that it gets where it is new.</param>
    /// <param name="codes">The codes of rows that are kept.</param>
    /// <typeparam name="TCodes">How codes of rows are found.</typeparam>
    public int FindOrAdd<TCodes>(ReadOnlySpan<ulong> code, int newRow, in TCodes codes)
        where TCodes : struct, ICodesOfRows
    {
        ulong hash = Hash(code);
        ulong tag = hash << 32;
        int slot = (int)(((hash >> 32) * (ulong)_slots.Length) >> 32);
        while (_slots[slot] is not 0 and ulong kept)
        {
            int row = (int)(uint)kept - 1;
            if ((kept ^ tag) >> 32 == 0 && codes.CodeOf(row).SequenceEqual(code))
            {
                return row;
            }

            slot = slot + 1 == _slots.Length ? 0 : slot + 1;
        }

        _slots[slot] = tag | (uint)(newRow + 1);
        return newRow;
    }

    private static ulong Hash(ReadOnlySpan<ulong> code)
    {
        ulong hash = 0;
        foreach (ulong word in code)
        {
            hash = (hash ^ word) * 0x9E3779B97F4A7C15;
            hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
            hash ^= hash >> 32;
        }

        return hash;
    }
}
