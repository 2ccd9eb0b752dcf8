using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Focal loss over a softmax: images that are right already count for less (after Lin et al., ICCV 2017, in the form of Cao et al.'s released code, LDAM-DRW).</summary>
/// <remarks>Per image (1 - q)^gamma c, with c = w (-log p) for its label, w the weight of its class and q = e^-c: the weight enters before the modulating factor. The mean is over images.</remarks>
public sealed class FocalLoss : ILogitLoss
{
    // Below this 1 - q is 0 to the engine, and a gamma below 1 has no derivative there.
    private const double Smallest = 1e-12;
    private readonly double gamma;
    private readonly ClassWeights? weights;

    /// <summary>The loss.</summary>
    /// <param name="gamma">How fast an image that is right fades; at least 0.</param>
    /// <param name="weights">What the images of a class count for; null where all count alike.</param>
    public FocalLoss(double gamma, ClassWeights? weights = null) => (this.gamma, this.weights) = (gamma, weights);

    /// <inheritdoc/>
    public LogitCosts Costs(Tensor logits, Tensor labels, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor costs = Functional.CrossEntropies(logits, labels);
        return new(Focal(weights?.Picked(logits, labels, input.Epoch) is { } picked ? costs * picked : costs, gamma));
    }

    /// <summary>(1 - e^-c)^gamma c.</summary>
    internal static Tensor Focal(Tensor costs, double gamma) => (-(-costs).Expm1()).Clamp(Smallest, null).Pow(gamma) * costs;
}

/// <summary>Settings of <see cref="FocalLoss"/>.</summary>
public sealed record FocalOptions : LogitLossOptions
{
    /// <summary>gamma, how fast an image that is right fades; at least 0, and 0 is cross-entropy. 1 in the LDAM code.</summary>
    public double Gamma { get; init => field = Require.NotNegative(value); } = 2;

    /// <summary>What the images of a class count for.</summary>
    public ClassWeightOptions ClassWeights { get; init; } = new();

    /// <summary>When weights of classes begin to count; null from the start.</summary>
    public DeferOptions? Defer { get; init; }

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) => new FocalLoss(Gamma, Logits.ClassWeights.Of(ClassWeights, Defer, context));
}
