using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>mean over pairs of (σ(½ u·v) - σ(½ sign u · sign v))²: probabilities of similarity as of the signs (LCDSH, Zhu and Gao, IJCAI 2017). Constant signs; inner products cut off at ±50.</summary>
public sealed class SimilarityQuantizer : IQuantizer
{
    private const double Bound = 50;

    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor precise = PairInputs.Precise(outputs), signs = precise.Detach().Sign();
        Tensor gap = Half(precise).Clamp(-Bound, Bound).Sigmoid() - Half(signs).Sigmoid();
        return gap.Square().Sum() / Math.Max(1, gap.Count);
    }

    private static Tensor Half(Tensor rows) => rows.MatMul(rows.Transpose()) / 2;
}
