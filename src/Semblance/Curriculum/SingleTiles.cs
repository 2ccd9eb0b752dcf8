using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Semblance.Evaluation;
using Semblance.Evaluation.Kernels;

namespace Semblance.Curriculum;

/// <summary>Distances in single precision, as sqrt(|a|^2 + |b|^2 - 2 a.b) of features whose mean has been subtracted.</summary>
/// <remarks>
/// The dot products and the squared lengths add their terms in one and the same order, each addition fused with its product, so that the form is symmetric and exactly 0 for equal
/// rows. Subtracting the mean keeps the cancellation small for classes far from the origin.
/// </remarks>
internal sealed class SingleTiles : DistanceTiles<float>
{
    private readonly RowPanels _panels;
    private readonly float[] _mean;
    private readonly float[] _squares;

    /// <param name="features">Rows one after the other; they are moved to their mean in place.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <param name="store">Memory for tiles.</param>
    /// <exception cref="ArgumentException">A feature is too long for single precision.</exception>
    public SingleTiles(Span<float> features, int dimension, TileStore<float> store)
        : base(features.Length / dimension, store)
    {
        _mean = Mean(features, dimension);
        Centre(features, _mean);
        _panels = new RowPanels(features, dimension, Similarity.Dot, "features");
        _squares = SquaredLengths(features, dimension);
    }

    /// <inheritdoc/>
    public override void Of(Span<float> samples, Span<float> distances)
    {
        Centre(samples, _mean);
        var panels = new RowPanels(samples, _mean.Length, Similarity.Dot, "features");
        float[] squares = SquaredLengths(samples, _mean.Length);
        DotTile.Fill(panels, 0, panels.Count, _panels, 0, Count, distances, Width);
        for (int row = 0; row < panels.Count; row++)
        {
            ToDistances(distances.Slice(row * Width, Count), squares[row], _squares);
        }
    }

    /// <inheritdoc/>
    protected override void Compute(int rowBlock, int columnBlock, Span<float> tile)
    {
        int rows = Size(rowBlock), columns = Size(columnBlock), firstColumn = columnBlock * Edge;
        DotTile.Fill(_panels, rowBlock * Edge, rows, _panels, firstColumn, columns, tile, Edge);
        for (int row = 0; row < rows; row++)
        {
            ToDistances(tile.Slice(row * Edge, columns), _squares[(rowBlock * Edge) + row], _squares.AsSpan(firstColumn, columns));
        }
    }

    private static float[] Mean(ReadOnlySpan<float> features, int dimension)
    {
        var sums = new double[dimension];
        for (int i = 0; i < features.Length; i += dimension)
        {
            for (int k = 0; k < dimension; k++)
            {
                sums[k] += features[i + k];
            }
        }

        int count = Math.Max(features.Length / dimension, 1);
        return [.. sums.Select(sum => (float)(sum / count))];
    }

    private static void Centre(Span<float> features, float[] mean)
    {
        for (int i = 0; i < features.Length; i += mean.Length)
        {
            for (int k = 0; k < mean.Length; k++)
            {
                features[i + k] -= mean[k];
            }
        }
    }

    private static float[] SquaredLengths(ReadOnlySpan<float> features, int dimension)
    {
        var squares = new float[features.Length / dimension];
        for (int i = 0; i < squares.Length; i++)
        {
            squares[i] = SquaredLength(features.Slice(i * dimension, dimension));
            if (!float.IsFinite(squares[i]))
            {
                throw new ArgumentException("A feature is too long: its squared length is beyond single precision. Divide all features by one number.", nameof(features));
            }
        }

        return squares;
    }

    private static float SquaredLength(ReadOnlySpan<float> row)
    {
        float sum = 0;
        foreach (float value in row)
        {
            sum = MathF.FusedMultiplyAdd(value, value, sum);
        }

        return sum;
    }

    private static void ToDistances(Span<float> products, float square, ReadOnlySpan<float> squares)
    {
        int i = 0;
        ref float target = ref MemoryMarshal.GetReference(products);
        ref float other = ref MemoryMarshal.GetReference(squares);
        for (; i + Vector512<float>.Count <= products.Length; i += Vector512<float>.Count)
        {
            var dot = Vector512.LoadUnsafe(ref target, (nuint)i);
            Vector512<float> squared = Vector512.Create(square) + Vector512.LoadUnsafe(ref other, (nuint)i) - (dot + dot);
            Vector512.Sqrt(Vector512.Max(squared, Vector512<float>.Zero)).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < products.Length; i++)
        {
            products[i] = MathF.Sqrt(MathF.Max(square + squares[i] - (products[i] + products[i]), 0));
        }
    }
}
