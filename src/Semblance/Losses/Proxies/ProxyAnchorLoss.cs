using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>Proxy-Anchor loss (Kim et al., CVPR 2020), plain or with HHF's hinge: every proxy is the anchor of the batch's rows.</summary>
/// <param name="options">Sharpness and margin.</param>
/// <param name="hinge">Where attraction and repulsion stop; null for the plain form.</param>
/// <remarks>
/// Pairs are rows × proxies. Plain: Σ log(1 + Σ+ e^(alpha(margin - S))) / (proxies with a positive) + Σ log(1 + Σ- e^(alpha(margin + S))) / proxies,
/// outer sums over proxies. With a hinge: log(1 + Σ (e^(alpha [1 - delta - S]₊) - 1)) and log(1 + Σ (e^(alpha [S - zeta - delta]₊) - 1)); a pair
/// beyond the hinge counts for exactly nothing.
/// </remarks>
public sealed class ProxyAnchorLoss(ProxyAnchorOptions options, HashHinge? hinge = null) : IWeightedPairLoss, IHingedLoss
{
    private const int Rows = 0;

    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        (Tensor pull, Tensor push) = Exponents(pairs);
        Tensor pulls = LogSum(pull, pairs.Positive).Sum() / Present(pairs), pushes = LogSum(push, pairs.Negative).Sum() / Math.Max(1, pairs.References);
        return (pulls + pushes).ConnectedTo(pairs.Similarity);
    }

    /// <inheritdoc/>
    /// <remarks>A softmax over the proxy's rows with an extra 1 below, times alpha, over the number of proxies of that side; 0 beyond the hinge.</remarks>
    public Tensor Weights(PairBatch pairs)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        (Tensor pull, Tensor push) = Exponents(pairs);
        Tensor pulls = Share(pull, pairs.Positive) * (options.Alpha / Present(pairs)), pushes = Share(push, pairs.Negative) * (options.Alpha / Math.Max(1, pairs.References));
        return pushes - pulls;
    }

    /// <inheritdoc/>
    public IPairLoss WithHinge(HashHinge hinge) => new ProxyAnchorLoss(options, hinge);

    private (Tensor Pull, Tensor Push) Exponents(PairBatch pairs) => hinge is null
        ? ((options.Margin - pairs.Similarity) * options.Alpha, (options.Margin + pairs.Similarity) * options.Alpha)
        : (hinge.Attraction(pairs.Similarity) * options.Alpha, hinge.Repulsion(pairs.Similarity) * options.Alpha);

    private Tensor LogSum(Tensor exponents, Tensor mask) => hinge is null ? exponents.LogOnePlusSumExp(mask, Rows) : exponents.LogOnePlusSumExcess(mask, Rows);

    private Tensor Share(Tensor exponents, Tensor mask)
    {
        Tensor counted = hinge is null ? mask : mask.And(exponents.GreaterThan(0));
        return (exponents - LogSum(exponents, mask).Unsqueeze(Rows)).MaskedFill(counted.Not(), double.NegativeInfinity).Exp();
    }

    private static Tensor Present(PairBatch pairs) => pairs.Positive.Any(Rows).CountTrue(pairs.Similarity.Type);
}

/// <summary>Settings of <see cref="ProxyAnchorLoss"/>, and of its plain form as a term of an objective; the defaults are its paper's.</summary>
public sealed record ProxyAnchorOptions : ProxyLossOptions
{
    /// <summary>alpha, sharpness; above 0.</summary>
    public double Alpha { get; init => field = Require.Positive(value); } = 32;

    /// <summary>Margin of the plain form; the hinge has none.</summary>
    public double Margin { get; init => field = Require.Finite(value); } = 0.1;

    private protected override IPairLoss Loss() => new ProxyAnchorLoss(this);
}
