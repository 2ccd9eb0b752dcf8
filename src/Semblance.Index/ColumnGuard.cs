namespace Semblance.Index;

/// <summary>Remembers which blocks of a column have been checked against their checksums, and checks the others when they are touched.</summary>
/// <param name="blockBytes">Bytes of a block; a power of two.</param>
/// <param name="blocks">Number of blocks.</param>
/// <param name="check">Checks one block; throws <see cref="InvalidDataException"/> with file and offset where it is damaged.</param>
internal sealed class ColumnGuard(int blockBytes, int blocks, Action<int> check)
{
    private readonly int _shift = System.Numerics.BitOperations.Log2((uint)blockBytes);
    private readonly bool[] _checked = new bool[blocks];
    private int _left = blocks;

    /// <summary>Whether every block has been checked.</summary>
    public bool IsDone => Volatile.Read(ref _left) == 0;

    /// <summary>Checks what has not been checked of some bytes of the column.</summary>
    public void Require(long start, long count)
    {
        if (IsDone || count == 0)
        {
            return;
        }

        int last = (int)((start + count - 1) >> _shift);
        for (int block = (int)(start >> _shift); block <= last; block++)
        {
            if (!Volatile.Read(ref _checked[block]))
            {
                Check(block);
            }
        }
    }

    private void Check(int block)
    {
        check(block);
        lock (_checked)
        {
            if (!_checked[block])
            {
                Volatile.Write(ref _checked[block], true);
                Volatile.Write(ref _left, _left - 1);
            }
        }
    }
}
