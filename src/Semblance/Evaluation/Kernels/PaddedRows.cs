using System.Runtime.InteropServices;

namespace Semblance.Evaluation.Kernels;

/// <summary>A copy of embeddings whose rows begin at cache lines and are padded with zeros, for <see cref="DotTile"/>.</summary>
/// <remarks>Scores are offset + dot product; for nearness in Euclidean distance the offset of a row is minus half of its squared length, which ranks equally.</remarks>
internal sealed class PaddedRows
{
    private const int FloatsPerLine = 16;
    private readonly float[] _values;
    private readonly int _start;

    /// <param name="rows">Embeddings, row-major.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <param name="similarity">Cosine divides every row by its length.</param>
    /// <param name="name">The set's name, for messages.</param>
    /// <exception cref="ArgumentException">Not whole rows, or a number that is not finite.</exception>
    public PaddedRows(ReadOnlySpan<float> rows, int dimension, Similarity similarity, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (rows.Length % dimension != 0)
        {
            throw new ArgumentException($"{name}: {rows.Length} numbers are not whole rows of {dimension} dimensions. Give whole rows.", nameof(rows));
        }

        Count = rows.Length / dimension;
        Stride = (dimension + FloatsPerLine - 1) / FloatsPerLine * FloatsPerLine;
        int paddedRows = (Count + DotTile.Side - 1) / DotTile.Side * DotTile.Side;
        if ((long)paddedRows * Stride > Array.MaxLength - FloatsPerLine)
        {
            throw new ArgumentException($"{name}: {Count} rows of {dimension} dimensions are more numbers than one array holds ({Array.MaxLength}). Evaluate a part of them.", nameof(rows));
        }

        _values = GC.AllocateArray<float>((paddedRows * Stride) + FloatsPerLine, pinned: true);
        _start = StartOfLine(_values);
        Offsets = new float[Count];
        for (int row = 0; row < Count; row++)
        {
            Fill(row, rows.Slice(row * dimension, dimension), similarity, name);
        }
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Numbers from one row to the next; a multiple of 16.</summary>
    public int Stride { get; }

    /// <summary>What is added to the dot product with a row.</summary>
    public float[] Offsets { get; }

    /// <summary>Rows from <paramref name="start"/> to the end, padding rows included.</summary>
    public ReadOnlySpan<float> From(int start) => _values.AsSpan(_start + (start * Stride), PaddedLength - (start * Stride));

    private int PaddedLength => (Count + DotTile.Side - 1) / DotTile.Side * DotTile.Side * Stride;

    private static int StartOfLine(float[] values)
    {
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(values, 0);
        return (int)((FloatsPerLine - (address / sizeof(float) % FloatsPerLine)) % FloatsPerLine);
    }

    private void Fill(int row, ReadOnlySpan<float> source, Similarity similarity, string name)
    {
        double squared = 0;
        foreach (float value in source)
        {
            squared += (double)value * value;
        }

        if (!double.IsFinite(squared))
        {
            throw new ArgumentException($"{name}: row {row} holds a number that is not finite; ranking needs finite embeddings. Look for a diverged model or a broken image.", nameof(source));
        }

        double scale = similarity == Similarity.Cosine ? 1 / Math.Max(Math.Sqrt(squared), 1e-12) : 1;
        Span<float> target = _values.AsSpan(_start + (row * Stride), source.Length);
        for (int i = 0; i < source.Length; i++)
        {
            target[i] = (float)(source[i] * scale);
        }

        Offsets[row] = similarity == Similarity.Euclidean ? (float)(-squared / 2) : 0;
    }
}
