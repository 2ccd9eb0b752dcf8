using Semblance.Sampling.Kernels;

namespace Semblance.Sampling.Trees;

/// <summary>What the distances between classes are told from: the mean of each class's unit vectors, in double precision.</summary>
/// <remarks>
/// With m the mean squared length of a class's rows (1, but for rows of length 0), μ their mean and n their number,
/// the mean squared distance between the images of two classes is d(p, q) = m_p + m_q - 2 μ_p · μ_q, and within a class
/// s = 2 n / (n - 1) (m - |μ|²). Not the distance between the means, which is smaller.
/// </remarks>
public sealed class ClassMeans
{
    /// <summary>The largest squared distance of two unit vectors.</summary>
    public const double Largest = 4;

    private readonly int[] _labels;
    private readonly int[] _counts;
    private readonly double[] _inner;
    private readonly double[] _lengths;
    private readonly double[] _means;

    /// <summary>The means of sums.</summary>
    internal ClassMeans(int width, IReadOnlyCollection<KeyValuePair<int, ClassSum>> sums)
    {
        KeyValuePair<int, ClassSum>[] classes = [.. sums.OrderBy(entry => entry.Key)];
        Stride = RoundUp(width, ClassDots.Step);
        _labels = Array.ConvertAll(classes, entry => entry.Key);
        _counts = Array.ConvertAll(classes, entry => entry.Value.Count);
        _lengths = Array.ConvertAll(classes, entry => entry.Value.SquaredLengths / entry.Value.Count);
        _means = new double[RoundUp(classes.Length, ClassDots.Side) * Stride];
        for (int k = 0; k < classes.Length; k++)
        {
            classes[k].Value.WriteMean(_means.AsSpan(k * Stride, width));
        }
        _inner = new double[classes.Length];
        BaseDistance = FillInner();
    }

    /// <summary>Number of classes.</summary>
    public int Count => _labels.Length;

    /// <summary>The classes' labels, ascending; everything else goes by their places in this list.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>Images of each class.</summary>
    public IReadOnlyList<int> Counts => _counts;

    /// <summary>s, the mean squared distance within each class; that of a class with one image is <see cref="BaseDistance"/>.</summary>
    public IReadOnlyList<double> InnerDistances => _inner;

    /// <summary>d0, the mean of s over the classes with at least two images; 0 where there is none.</summary>
    public double BaseDistance { get; }

    /// <summary>Numbers from one mean to the next.</summary>
    internal int Stride { get; }

    /// <summary>The means, row by row, with rows of 0 behind them up to a multiple of <see cref="ClassDots.Side"/>.</summary>
    internal ReadOnlySpan<double> Rows => _means;

    /// <summary>m, the mean squared length of the rows of each class.</summary>
    internal ReadOnlySpan<double> SquaredLengths => _lengths;

    /// <summary>d(p, q), within [0, 4].</summary>
    /// <param name="p">Place of a class.</param>
    /// <param name="q">Place of another class; for the same class this is no distance that means anything.</param>
    public double Distance(int p, int q) => DistanceOf(_lengths[p], _lengths[q], ClassDots.One(Mean(p), Mean(q)));

    /// <summary>The mean of a class, padded with 0.</summary>
    internal ReadOnlySpan<double> Mean(int place) => _means.AsSpan(place * Stride, Stride);

    internal static double DistanceOf(double p, double q, double product) => Math.Clamp(p + q - (2 * product), 0, Largest);

    private static int RoundUp(int count, int multiple) => (count + multiple - 1) / multiple * multiple;

    private double FillInner()
    {
        double sum = 0;
        int several = 0;
        for (int k = 0; k < Count; k++)
        {
            if (_counts[k] > 1)
            {
                double spread = _lengths[k] - ClassDots.One(Mean(k), Mean(k));
                _inner[k] = Math.Clamp(2.0 * _counts[k] / (_counts[k] - 1) * spread, 0, Largest);
                sum += _inner[k];
                several++;
            }
        }
        double mean = several == 0 ? 0 : sum / several;
        for (int k = 0; k < Count; k++)
        {
            _inner[k] = _counts[k] > 1 ? _inner[k] : mean;
        }
        return mean;
    }
}
