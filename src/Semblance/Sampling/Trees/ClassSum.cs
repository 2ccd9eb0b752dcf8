namespace Semblance.Sampling.Trees;

/// <summary>The sum of the unit vectors of one class, in double precision: for tight classes 1 - |mean|² cancels.</summary>
internal sealed class ClassSum(int width)
{
    private readonly double[] _sum = new double[width];

    public int Count { get; private set; }

    /// <summary>Sum of the squared lengths: the number of rows that are not 0.</summary>
    public double SquaredLengths { get; private set; }

    public void Add(ReadOnlySpan<double> row, double squaredLength)
    {
        for (int k = 0; k < _sum.Length; k++)
        {
            _sum[k] += row[k];
        }
        SquaredLengths += squaredLength;
        Count++;
    }

    public void WriteMean(Span<double> mean)
    {
        for (int k = 0; k < _sum.Length; k++)
        {
            mean[k] = _sum[k] / Count;
        }
    }
}
