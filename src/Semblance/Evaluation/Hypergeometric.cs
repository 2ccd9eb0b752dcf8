namespace Semblance.Evaluation;

/// <summary>How many marked items a sample without replacement holds.</summary>
internal static class Hypergeometric
{
    private const double Negligible = 1e-25;

    /// <summary>The mean of a function of the number of marked items in a sample.</summary>
    /// <param name="items">Items to draw from.</param>
    /// <param name="marked">Marked ones among them.</param>
    /// <param name="sample">Items drawn.</param>
    /// <param name="value">The function.</param>
    /// <remarks>Weights grow from the most probable number outwards by their exact ratios and are normalised at the end, so that nothing overflows; the sum stops where weights vanish.</remarks>
    public static double Mean(long items, long marked, long sample, Func<long, double> value)
    {
        long least = Math.Max(0, sample - (items - marked));
        long most = Math.Min(marked, sample);
        long mode = Math.Clamp((long)((sample + 1.0) * (marked + 1.0) / (items + 2.0)), least, most);
        double total = 1;
        double sum = value(mode);
        double weight = 1;
        for (long k = mode; k < most && weight > Negligible; k++)
        {
            weight *= Ratio(items, marked, sample, k);
            total += weight;
            sum += weight * value(k + 1);
        }

        weight = 1;
        for (long k = mode; k > least && weight > Negligible; k--)
        {
            weight /= Ratio(items, marked, sample, k - 1);
            total += weight;
            sum += weight * value(k - 1);
        }

        return sum / total;
    }

    /// <summary>The probability that a sample holds no marked item.</summary>
    /// <inheritdoc cref="Mean"/>
    public static double None(long items, long marked, long sample)
    {
        double probability = 1;
        for (long i = 0; i < Math.Min(marked, sample) && probability > 0; i++)
        {
            probability *= Math.Max(0, items - Math.Max(marked, sample) - i) / (double)(items - i);
        }

        return probability;
    }

    /// <summary>P(k + 1) / P(k).</summary>
    private static double Ratio(long items, long marked, long sample, long k) =>
        (double)(marked - k) * (sample - k) / ((k + 1.0) * (items - marked - sample + k + 1.0));
}
