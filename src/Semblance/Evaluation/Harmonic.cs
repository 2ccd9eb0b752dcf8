namespace Semblance.Evaluation;

/// <summary>Sums over ranks of tied items in closed form.</summary>
internal static class Harmonic
{
    private const int Small = 64;
    private const int Direct = 32;

    /// <summary>1/(t+1) + ... + 1/(t+m).</summary>
    /// <remarks>
    /// Term by term up to rank 64, then the asymptotic series of the harmonic numbers, whose logarithms are subtracted as log(1 + m/t); the relative error
    /// stays at rounding level for any t and m, which a table of prefix sums cannot give.
    /// </remarks>
    public static double Difference(long t, long m)
    {
        double sum = 0;
        long end = t + m;
        while (t < end && (t < Small || end - t <= Direct))
        {
            sum += 1.0 / ++t;
        }

        return t == end ? sum : sum + LogOnePlus((double)(end - t) / t) + Tail(end) - Tail(t);
    }

    /// <summary>p * sum over k = 1..v of (prior + 1 + (k - 1) follow) / (t + k).</summary>
    /// <remarks>
    /// With p = b/m and follow = (b-1)/(m-1) it is the expected contribution to average precision's numerator of the first v places of a bucket of m tied
    /// items, b of them relevant, behind t items of which <paramref name="prior"/> are relevant; with p = follow = 1 that of a run of relevant items.
    /// </remarks>
    public static double TiedSum(long t, double prior, long v, double p, double follow)
    {
        if (v > Direct)
        {
            double difference = Difference(t, v);
            return p * (((prior + 1) * difference) + (follow * (v - ((t + 1) * difference))));
        }

        double sum = 0;
        for (long k = 1; k <= v; k++)
        {
            sum += (prior + 1 + ((k - 1) * follow)) / (t + k);
        }

        return p * sum;
    }

    /// <summary>log(1 + x) without the loss of small x in 1 + x, which <see cref="double.LogP1(double)"/> suffers.</summary>
    private static double LogOnePlus(double x)
    {
        double rounded = 1 + x;
        return rounded == 1 ? x : Math.Log(rounded) * x / (rounded - 1);
    }

    private static double Tail(long n)
    {
        double inverse = 1.0 / n;
        double square = inverse * inverse;
        return (inverse / 2) - (square / 12 * (1 - (square / 10 * (1 - (square * 10 / 21)))));
    }
}
