using System.Globalization;

namespace Semblance.Bench;

/// <summary>Measures two things in turn, A B A B ..., and compares them pair by pair.</summary>
internal static class Pairs
{
    /// <summary>Runs the pairs after one that is not counted, and prints medians and the median of the ratios.</summary>
    /// <returns>The median of A / B.</returns>
    public static double Run(string title, string unit, int pairs, Func<double> ours, Func<double> theirs)
    {
        ours();
        theirs();
        List<double> a = [], b = [], ratios = [];
        for (int pair = 0; pair < pairs; pair++)
        {
            a.Add(ours());
            b.Add(theirs());
            ratios.Add(a[^1] / b[^1]);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: ours {Median(a):0.000} {unit}, theirs {Median(b):0.000} {unit}; ratio median {Median(ratios):0.000}, range {ratios.Min():0.000}-{ratios.Max():0.000}, {pairs} pairs"));
        return Median(ratios);
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
