using System.Runtime.InteropServices;

namespace Semblance.Evaluation.Kernels;

/// <summary>A copy of embeddings in panels of 16 rows, for <see cref="DotTile"/>: number k of the 16 rows of a panel lies side by side.</summary>
/// <remarks>
/// Scores are offset + dot product; for nearness in Euclidean distance the offset of a row is minus half of its squared length, which ranks equally.
/// The lanes of the last panel that no row fills are zero.
/// </remarks>
internal sealed class RowPanels
{
    /// <summary>Rows of a panel.</summary>
    public const int Lanes = 16;

    private readonly float[] _values;
    private readonly int _start;

    /// <param name="rows">Embeddings, row-major.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <param name="similarity">Cosine divides every row by its length.</param>
    /// <param name="name">The set's name, for messages.</param>
    /// <param name="firstRow">The number that messages give the first of the rows.</param>
    /// <exception cref="ArgumentException">Not whole rows, or a number that is not finite.</exception>
    public RowPanels(ReadOnlySpan<float> rows, int dimension, Similarity similarity, string name, int firstRow = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (rows.Length % dimension != 0)
        {
            throw new ArgumentException($"{name}: {rows.Length} numbers are not whole rows of {dimension} dimensions. Give whole rows.", nameof(rows));
        }

        Count = rows.Length / dimension;
        Dimension = dimension;
        long length = Panels(Count) * (long)Lanes * dimension;
        if (length > Array.MaxLength - Lanes)
        {
            throw new ArgumentException($"{name}: {Count} rows of {dimension} dimensions are more numbers than one array holds ({Array.MaxLength}). Evaluate a part of them, or lower the memory limit so that they are taken in parts.", nameof(rows));
        }

        _values = GC.AllocateArray<float>((int)length + Lanes, pinned: true);
        _start = StartOfLine(_values);
        Offsets = similarity == Similarity.Euclidean ? new float[Count] : [];
        for (int row = 0; row < Count; row++)
        {
            Fill(row, rows.Slice(row * dimension, dimension), similarity, name, firstRow + row);
        }
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Numbers a row.</summary>
    public int Dimension { get; }

    /// <summary>What is added to the dot product with a row; empty where it is nothing.</summary>
    public float[] Offsets { get; }

    /// <summary>Adds the offsets of rows <paramref name="first"/>, <paramref name="first"/> + 1, ... to dot products with them.</summary>
    public void AddOffsets(int first, Span<float> products)
    {
        for (int i = 0; i < products.Length && Offsets.Length > 0; i++)
        {
            products[i] += Offsets[first + i];
        }
    }

    /// <summary>The panels from one to the last.</summary>
    public ReadOnlySpan<float> From(int panel) => _values.AsSpan(_start + (panel * Lanes * Dimension), (Panels(Count) - panel) * Lanes * Dimension);

    /// <summary>Panels that so many rows take.</summary>
    public static int Panels(int rows) => (rows + Lanes - 1) / Lanes;

    /// <summary>Bytes that so many rows take.</summary>
    public static long Bytes(long rows, int dimension) => (((rows + Lanes - 1) / Lanes * Lanes * dimension) + Lanes + rows) * sizeof(float);

    private static int StartOfLine(float[] values)
    {
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(values, 0);
        return (int)((Lanes - (address / sizeof(float) % Lanes)) % Lanes);
    }

    private void Fill(int row, ReadOnlySpan<float> source, Similarity similarity, string name, int number)
    {
        double squared = UnitRows.SquaredLength(source);
        if (!double.IsFinite(squared))
        {
            throw new ArgumentException($"{name}: row {number} holds a number that is not finite; ranking needs finite embeddings. Look for a diverged model or a broken image.", nameof(source));
        }

        double scale = similarity == Similarity.Cosine ? 1 / Math.Max(Math.Sqrt(squared), 1e-12) : 1;
        Span<float> target = _values.AsSpan(_start + (row / Lanes * Lanes * Dimension) + (row % Lanes));
        for (int i = 0; i < source.Length; i++)
        {
            target[i * Lanes] = (float)(source[i] * scale);
        }

        if (Offsets.Length > 0)
        {
            Offsets[row] = (float)(-squared / 2);
        }
    }
}
