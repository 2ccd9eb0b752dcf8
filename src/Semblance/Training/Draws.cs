namespace Semblance.Training;

/// <summary>Random numbers of other distributions than the even and the normal one.</summary>
internal static class Draws
{
    /// <summary>A number from Beta(alpha, alpha), within [0, 1].</summary>
    /// <remarks>x / (x + y) for two of Gamma(alpha), by their logarithms, which small alphas need.</remarks>
    public static double Beta(ref SeededRandom random, double alpha)
    {
        double first = LogGamma(ref random, alpha), second = LogGamma(ref random, alpha);
        return 1 / (1 + Math.Exp(second - first));
    }

    /// <summary>A place, each with its probability.</summary>
    public static int Index(ref SeededRandom random, double[] probabilities)
    {
        double left = random.NextDouble();
        for (int k = 0; k < probabilities.Length - 1; k++)
        {
            left -= probabilities[k];
            if (left < 0)
            {
                return k;
            }
        }
        return probabilities.Length - 1;
    }

    /// <summary>The logarithm of a number from Gamma(alpha) (Marsaglia and Tsang, 2000; Gamma(alpha + 1) times u^(1 / alpha) for any alpha).</summary>
    private static double LogGamma(ref SeededRandom random, double alpha)
    {
        double d = alpha + 1 - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double normal = random.NextNormal(), root = 1 + (c * normal), cube = root * root * root;
            double even = 1 - random.NextDouble();
            if (cube > 0 && Math.Log(even) < (0.5 * normal * normal) + (d * (1 - cube + Math.Log(cube))))
            {
                return Math.Log(d * cube) + (Math.Log(1 - random.NextDouble()) / alpha);
            }
        }
    }
}
