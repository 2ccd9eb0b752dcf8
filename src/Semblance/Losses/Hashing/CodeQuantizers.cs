using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>mean log(1 + d(|u|, 1) / γ), d = K / 2 (1 - min(cos, 0.99)): every row of absolute values near the diagonal (DCH, Cao et al., CVPR 2018).</summary>
/// <param name="bits">K.</param>
/// <param name="gamma">γ, above 0.</param>
public sealed class CauchyQuantizer(int bits, double gamma = 20) : IQuantizer
{
    private readonly CauchyLoss cauchy = new(bits, gamma);

    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor absolute = PairInputs.Precise(outputs).Abs();
        Tensor cosines = CosineBatchTerm.Cosines(absolute, Tensor.Ones([1, outputs.Size(1)], absolute.Type, absolute.Device));
        return (cauchy.Distance(cosines) / gamma).Log1p().Sum() / Math.Max(1, outputs.Size(0));
    }
}

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

/// <summary>mean of 1 - cos(u, sign u): angles to the nearest code, lengths left alone (OrthoHash, Hoe et al., NeurIPS 2021). A row of 0 adds 1.</summary>
public sealed class CosineQuantizer : IQuantizer
{
    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Tensor precise = PairInputs.Precise(outputs);
        Tensor cosines = (precise.Normalize() * precise.Detach().Sign().Normalize()).Sum(1);
        return (1 - cosines).Sum() / Math.Max(1, outputs.Size(0));
    }
}

/// <summary>A quantiser that sees relaxed outputs where its metric sees raw ones.</summary>
/// <param name="quantizer">The quantiser.</param>
/// <param name="relaxation">What it sees instead; one that does not change from pass to pass.</param>
public sealed class RelaxedQuantizer(IQuantizer quantizer, IRelaxation relaxation) : IQuantizer
{
    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs) => quantizer.Forward(relaxation.Apply(PairInputs.Precise(outputs), 0));
}
