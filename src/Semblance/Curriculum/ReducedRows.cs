using System.Numerics;

namespace Semblance.Curriculum;

/// <summary>Features in the principal components of some of them, projected as they are read.</summary>
internal sealed class ReducedRows<T> : FeatureRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FeatureRows<T> _features;
    private readonly double[] _mean;
    private readonly double[][] _directions;

    private ReducedRows(FeatureRows<T> features, double[] mean, double[][] directions)
        : base(features.Count, directions.Length)
    {
        (_features, _mean, _directions) = (features, mean, directions);
    }

    /// <summary>Finds the components.</summary>
    /// <param name="features">All features.</param>
    /// <param name="fitted">The samples whose components they are.</param>
    /// <param name="most">The most components.</param>
    public static ReducedRows<T> Of(FeatureRows<T> features, int[] fitted, int most)
    {
        var rows = new T[fitted.Length * features.Dimension];
        features.ReadFinite(fitted, rows);
        (double[] mean, double[][] directions) = PrincipalComponents.Directions(rows, features.Dimension, most);
        return new ReducedRows<T>(features, mean, directions);
    }

    /// <inheritdoc/>
    public override void Read(ReadOnlySpan<int> rows, Span<T> destination)
    {
        int width = _features.Dimension;
        var read = new T[rows.Length * width];
        _features.ReadFinite(rows, read);
        var centred = new double[width];
        for (int row = 0; row < rows.Length; row++)
        {
            for (int k = 0; k < width; k++)
            {
                centred[k] = double.CreateTruncating(read[(row * width) + k]) - _mean[k];
            }

            for (int k = 0; k < Dimension; k++)
            {
                destination[(row * Dimension) + k] = T.CreateTruncating(PrincipalComponents.Dot(centred, _directions[k]));
            }
        }
    }
}
