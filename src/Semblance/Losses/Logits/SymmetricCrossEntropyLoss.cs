using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Symmetric cross-entropy, SCE (Wang et al., ICCV 2019): alpha times cross-entropy plus beta times the reverse one, in which the prediction is the target.</summary>
/// <remarks>The reverse one is -Σ p log t with log 0 := A, which is -A (1 - p) for the label's probability p. The paper has A = -4; its released code clamps t at 1e-4, A = -9.2.</remarks>
public sealed class SymmetricCrossEntropyLoss(SymmetricCrossEntropyOptions options) : ILogitLoss
{
    /// <inheritdoc/>
    public LogitCosts Costs(Tensor logits, Tensor labels, TermInput input)
    {
        Tensor costs = Functional.CrossEntropies(logits, labels);
        return new((costs * options.Alpha) + ((-costs).Expm1() * (options.Beta * options.LogZero)));
    }
}

/// <summary>Settings of <see cref="SymmetricCrossEntropyLoss"/>; the defaults are those for CIFAR-10, 6 and 0.1 for CIFAR-100.</summary>
public sealed record SymmetricCrossEntropyOptions : LogitLossOptions
{
    /// <summary>alpha, the weight of cross-entropy; at least 0.</summary>
    public double Alpha { get; init => field = Require.NotNegative(value); } = 0.1;

    /// <summary>beta, the weight of the reverse one; at least 0.</summary>
    public double Beta { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>A, what the logarithm of 0 counts as; at most 0.</summary>
    public double LogZero { get; init => field = Require.InRange(value, double.MinValue, 0); } = -4;

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) => new SymmetricCrossEntropyLoss(this);
}
