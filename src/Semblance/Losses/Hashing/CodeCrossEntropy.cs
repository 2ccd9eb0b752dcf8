using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>Binary cross-entropy between (tanh u + 1) / 2 and (h + 1) / 2 (CSQ, Yuan et al., CVPR 2020).</summary>
/// <remarks>
/// (tanh u + 1) / 2 is σ(2u), so that its logarithm is -log(1 + e^(-2u)): outputs that tanh rounds to 1 on the wrong side keep their derivative. Logarithms are cut off at -100, where it ends.
/// </remarks>
public sealed class CodeCrossEntropy : ICodeLoss
{
    private const double LargestLog = 100;

    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(targets);
        Tensor share = (targets + 1) / 2, logits = outputs * 2;
        Tensor costs = (share * Cost(-logits)) + ((1 - share) * Cost(logits));
        return costs.Sum() / Math.Max(1, outputs.Count);
    }

    private static Tensor Cost(Tensor logits) => logits.Softplus().Clamp(null, LargestLog);
}
