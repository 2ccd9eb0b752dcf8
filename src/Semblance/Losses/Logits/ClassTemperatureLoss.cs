using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Class-dependent temperatures, CDT (Ye et al., 2020): cross-entropy of x (n / n_max)^gamma in training, of x as it is at test time.</summary>
/// <remarks>A class without training images has probability and gradient 0.</remarks>
public sealed class ClassTemperatureLoss : AdjustedLoss
{
    private readonly double[] factors;

    /// <summary>The loss for training images.</summary>
    /// <param name="prior">Training images of each class.</param>
    /// <param name="gamma">How much the number of images counts; at least 0.</param>
    public ClassTemperatureLoss(ClassPrior prior, double gamma = 0.2)
        : base(prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        double largest = prior.Counts.Max();
        factors = prior.PerClass(count => Math.Pow(count / largest, gamma), absent: 0);
    }

    /// <inheritdoc/>
    protected override Tensor Adjusted(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        return logits * ClassPrior.Row(factors, logits);
    }
}

/// <summary>Settings of <see cref="ClassTemperatureLoss"/>.</summary>
public sealed record ClassTemperatureOptions : LogitLossOptions
{
    /// <summary>gamma; at least 0, and 0 is cross-entropy.</summary>
    public double Gamma { get; init => field = Require.NotNegative(value); } = 0.2;

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) => new ClassTemperatureLoss(ClassPrior.Of(context), Gamma);
}
