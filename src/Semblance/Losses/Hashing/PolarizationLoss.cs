using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

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
