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
public sealed class ProxyAnchorLoss(ProxyAnchorOptions options, HashHinge? hinge = null) : IPairLoss
{
    private const int Rows = 0;

    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        Tensor similarity = pairs.Similarity;
        (Tensor pull, Tensor push) = hinge is null ? Plain(pairs) : Hinged(pairs, hinge);
        Tensor present = pairs.Positive.Any(Rows).CountTrue(similarity.Type);
        return ((pull.Sum() / present) + (push.Sum() / Math.Max(1, pairs.References))).ConnectedTo(similarity);
    }

    private (Tensor Pull, Tensor Push) Plain(PairBatch pairs) => (
        ((options.Margin - pairs.Similarity) * options.Alpha).LogOnePlusSumExp(pairs.Positive, Rows),
        ((options.Margin + pairs.Similarity) * options.Alpha).LogOnePlusSumExp(pairs.Negative, Rows));

    private (Tensor Pull, Tensor Push) Hinged(PairBatch pairs, HashHinge at) => (
        (at.Attraction(pairs.Similarity) * options.Alpha).LogOnePlusSumExcess(pairs.Positive, Rows),
        (at.Repulsion(pairs.Similarity) * options.Alpha).LogOnePlusSumExcess(pairs.Negative, Rows));
}

/// <summary>Settings of <see cref="ProxyAnchorLoss"/>, and of its plain form as a term of an objective; the defaults are its paper's.</summary>
public sealed record ProxyAnchorOptions : ITermOptions
{
    /// <summary>alpha, sharpness; above 0.</summary>
    public double Alpha { get; init => field = Require.Positive(value); } = 32;

    /// <summary>Margin of the plain form; the hinge has none.</summary>
    public double Margin { get; init => field = Require.Finite(value); } = 0.1;

    /// <summary>The model's output that is compared.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    public ITerm Create(TermContext context) => new ProxyTerm(new ProxyAnchorLoss(this), ProxyTerm.Draw(context), new ProxyTermOptions { Output = Output });
}
