namespace Semblance.Evaluation;

/// <summary>The discounts of cumulative gain, summed over ranks 1, 2, ... once for all queries.</summary>
internal sealed class Discounts
{
    private static readonly double[] Gains = [.. Enumerable.Range(0, 64).Select(grade => Math.ScaleB(1, grade) - 1)];
    private readonly double[] _sums;

    /// <param name="ranks">The deepest rank that is discounted; ranks behind it count nothing.</param>
    public Discounts(int ranks)
    {
        _sums = new double[ranks + 1];
        for (int rank = 1; rank <= ranks; rank++)
        {
            _sums[rank] = _sums[rank - 1] + (1 / Math.Log2(rank + 1.0));
        }
    }

    /// <summary>The gain of an item that shares so many labels: 2^grade - 1.</summary>
    public static double Gain(int grade) => grade < Gains.Length ? Gains[grade] : Math.ScaleB(1, grade) - 1;

    /// <summary>The discounts of <paramref name="count"/> ranks behind rank <paramref name="before"/>.</summary>
    public double Between(long before, long count) => _sums[Math.Min(before + count, _sums.Length - 1)] - _sums[Math.Min(before, _sums.Length - 1)];
}
