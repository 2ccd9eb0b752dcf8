using System.Globalization;

namespace Semblance.Bench;

/// <summary>Measures two things in turn, A B A B ..., and compares them pair by pair.</summary>
internal static class Pairs
{
    /// <summary>Runs the pairs after one that is not counted, and prints medians and ratios.</summary>
    /// <param name="title">What is measured.</param>
    /// <param name="unit">Name of the unit that is printed.</param>
    /// <param name="perSecond">Units in a second.</param>
    /// <param name="pairs">Number of pairs.</param>
    /// <param name="ours">Runs ours once.</param>
    /// <param name="theirs">Runs theirs once.</param>
    public static PairCosts Run(string title, string unit, double perSecond, int pairs, Func<Cost> ours, Func<Cost> theirs)
    {
        ours();
        theirs();
        List<Cost> a = [], b = [];
        for (int pair = 0; pair < pairs; pair++)
        {
            a.Add(ours());
            b.Add(theirs());
        }
        PairCosts costs = new(a, b);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}, {unit}, medians of {pairs} pairs"));
        Print("wall", cost => cost.Wall * perSecond);
        Print("CPU", cost => cost.Cpu * perSecond);
        return costs;

        void Print(string kind, Func<Cost, double> value)
        {
            double[] ratios = costs.Ratios(value);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind,-5} ours {Median(a.Select(value)),9:0.000}   theirs {Median(b.Select(value)),9:0.000}   ours / theirs {Median(ratios):0.000} ({ratios.Min():0.000} to {ratios.Max():0.000})"));
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>What the pairs cost, in the order in which they ran.</summary>
internal sealed record PairCosts(IReadOnlyList<Cost> Ours, IReadOnlyList<Cost> Theirs)
{
    public double[] Ratios(Func<Cost, double> value) => [.. Ours.Zip(Theirs, (a, b) => value(a) / value(b))];
}
