namespace Semblance.Training.Comparison;

/// <summary>Intervals of confidence for the mean of few numbers.</summary>
internal static class StudentT
{
    private static readonly double[] Table = [12.706204736, 4.302652730, 3.182446305, 2.776445105, 2.570581836, 2.446911851, 2.364624252, 2.306004135, 2.262157163, 2.228138852];

    /// <summary>The 97.5 % point of Student's distribution.</summary>
    /// <param name="freedom">Degrees of freedom, above 0.</param>
    /// <remarks>Up to 10 by table, beyond by the expansion in 1/freedom (Abramowitz and Stegun, 26.7.5), right to four digits and more.</remarks>
    public static double Quantile975(int freedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        if (freedom <= Table.Length)
        {
            return Table[freedom - 1];
        }
        const double Normal = 1.959963984540054;
        double x = Normal, square = x * x, n = freedom;
        double first = x * (square + 1) / 4;
        double second = x * ((((5 * square) + 16) * square) + 3) / 96;
        double third = x * ((((((3 * square) + 19) * square) + 17) * square) - 15) / 384;
        double fourth = x * ((((((((79 * square) + 776) * square) + 1482) * square) - 1920) * square) - 945) / 92160;
        return x + (first / n) + (second / (n * n)) + (third / (n * n * n)) + (fourth / (n * n * n * n));
    }

    /// <summary>Half the width of the 95 % interval of the mean.</summary>
    /// <returns>Null for fewer than two values, of which nothing can be said.</returns>
    public static double? HalfWidth95(IReadOnlyList<double> values)
    {
        if (values.Count < 2)
        {
            return null;
        }
        double mean = values.Average();
        double deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        return Quantile975(values.Count - 1) * deviation / Math.Sqrt(values.Count);
    }
}
