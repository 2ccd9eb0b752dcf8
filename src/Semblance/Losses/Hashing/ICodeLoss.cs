using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>How far outputs are from the codes that they are drawn to.</summary>
public interface ICodeLoss
{
    /// <summary>A scalar, a mean over the batch and the bits.</summary>
    /// <param name="outputs">n × bits, raw.</param>
    /// <param name="targets">n × bits of -1 and 1, constant.</param>
    Tensor Forward(Tensor outputs, Tensor targets);
}

/// <summary>Binary cross-entropy between (tanh u + 1) / 2 and (h + 1) / 2 (CSQ, Yuan et al., CVPR 2020).</summary>
/// <remarks>
/// (tanh u + 1) / 2 is σ(2u), so that its logarithm is -log(1 + e^(-2u)): outputs that tanh rounds to 1 on the wrong side keep their derivative. Logarithms are cut off at -100, where it ends.
/// </remarks>
public sealed class CodeCrossEntropy : ICodeLoss
{
    private const double LargestLog = 100;
    private const double Threshold = 40; // Above it log(1 + e^x) is x in double precision.

    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(targets);
        Tensor share = (targets + 1) / 2, logits = outputs * 2;
        Tensor costs = (share * Cost(-logits)) + ((1 - share) * Cost(logits));
        return costs.Sum() / Math.Max(1, outputs.Count);
    }

    private static Tensor Cost(Tensor logits) => logits.Softplus(Threshold).Clamp(null, LargestLog);
}

/// <summary>mean [m - u h]₊: every output beyond a margin on the side of its target (DPN, Fan et al., IJCAI 2020).</summary>
/// <param name="margin">m, at least 0.</param>
/// <param name="ternary">Whether outputs are replaced by sign u where |u| > m, else 0, as in the released "-T"; nothing has a derivative then.</param>
public sealed class PolarizationLoss(double margin = 1, bool ternary = false) : ICodeLoss
{
    private readonly double margin = Require.NotNegative(margin, nameof(margin));

    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor seen = ternary ? Ternary(outputs, margin) + (outputs * 0) : outputs;
        return (margin - (seen * targets)).Relu().Sum() / Math.Max(1, outputs.Count);
    }

    /// <summary>sign u where |u| > m, else 0; without a derivative.</summary>
    public static Tensor Ternary(Tensor outputs, double margin)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor constant = outputs.Detach();
        return constant.Sign().MaskedFill(constant.Abs().GreaterThan(margin).Not(), 0);
    }
}
