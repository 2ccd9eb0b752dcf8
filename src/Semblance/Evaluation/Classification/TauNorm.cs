namespace Semblance.Evaluation.Classification;

/// <summary>Tau-normalisation: each class's weights of a linear classifier are divided by a power of their length, the bias is dropped (Kang et al., ICLR 2020).</summary>
/// <remarks>w ← w / |w|^τ. τ = 0 changes nothing but the bias, τ = 1 makes all lengths 1. A class whose weights are all 0 keeps them.</remarks>
public static class TauNorm
{
    /// <summary>The weights after normalisation.</summary>
    /// <param name="weight">Classes × features, row-major.</param>
    /// <param name="classes">Rows.</param>
    /// <param name="tau">τ, at least 0.</param>
    public static double[] Weights(ReadOnlySpan<double> weight, int classes, double tau)
    {
        double[] factors = Factors(Lengths(weight, classes), tau), scaled = weight.ToArray();
        int width = weight.Length / classes;
        for (int place = 0; place < scaled.Length; place++)
        {
            scaled[place] *= factors[place / width];
        }

        return scaled;
    }

    /// <summary>The length of each class's weights.</summary>
    /// <param name="weight">Classes × features, row-major.</param>
    /// <param name="classes">Rows, at least 1.</param>
    /// <exception cref="ArgumentException">Not whole rows.</exception>
    public static double[] Lengths(ReadOnlySpan<double> weight, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (weight.Length % classes != 0)
        {
            throw new ArgumentException($"{weight.Length} weights are not whole rows for {classes} classes. Give whole rows.", nameof(weight));
        }

        int width = weight.Length / classes;
        double[] lengths = new double[classes];
        for (int row = 0; row < classes; row++)
        {
            double squares = 0;
            foreach (double value in weight.Slice(row * width, width))
            {
                squares += value * value;
            }

            lengths[row] = Math.Sqrt(squares);
        }

        return lengths;
    }

    /// <summary>What each class's logit without bias is multiplied by: that is the same as normalising its weights.</summary>
    /// <param name="lengths">The length of each class's weights.</param>
    /// <param name="tau">τ, at least 0.</param>
    public static double[] Factors(ReadOnlySpan<double> lengths, double tau)
    {
        if (!(tau >= 0 && double.IsFinite(tau)))
        {
            throw new ArgumentOutOfRangeException(nameof(tau), tau, "tau must be a number of at least 0.");
        }

        double[] factors = new double[lengths.Length];
        for (int row = 0; row < factors.Length; row++)
        {
            factors[row] = lengths[row] > 0 ? Math.Pow(lengths[row], -tau) : 1;
        }

        return factors;
    }
}
