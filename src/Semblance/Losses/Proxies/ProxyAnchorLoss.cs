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
public sealed class ProxyAnchorLoss(ProxyAnchorOptions options, HashHinge? hinge = null) : IWeightedPairLoss, IHingedLoss, IListedReachLoss
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

    PairReach? IReachLoss.Reach => hinge?.Reach;

    double IListedReachLoss.Weigh(ReachedPairs pairs)
    {
        bool[] present = new bool[pairs.References];
        for (int row = 0; row < pairs.Anchors; row++)
        {
            pairs.MarkPositives(row, present);
        }
        double pull = options.Alpha / Math.Max(1, present.AsSpan().Count(true)), push = options.Alpha / Math.Max(1, pairs.References);
        return Weigh(pairs.Pulled, pairs.References, pull, -pull) + Weigh(pairs.Pushed, pairs.References, push, push);
    }

    /// <summary>One side: Σ log(1 + Σ (e^x - 1)) over proxies, x = alpha · excess, as a part of the loss.</summary>
    /// <remarks>With M = max x of the proxy: M + log(e^-M + Σ (e^(x-M) - e^-M)), and the weight of a pair is its e^(x-M) over the argument of that log.</remarks>
    private double Weigh(Span<ReachedPair> pairs, int proxies, double factor, double weight)
    {
        double[] max = new double[proxies], sum = new double[proxies];
        foreach (ref ReachedPair pair in pairs)
        {
            max[pair.Reference] = Math.Max(max[pair.Reference], options.Alpha * pair.Excess);
        }
        for (int k = 0; k < proxies; k++)
        {
            sum[k] = max[k] == 0 ? 1 : Math.Exp(-max[k]);
        }
        double[] one = [.. sum];
        foreach (ref ReachedPair pair in pairs)
        {
            pair.Weight = Math.Exp((options.Alpha * pair.Excess) - max[pair.Reference]);
            sum[pair.Reference] += pair.Weight - one[pair.Reference];
        }
        foreach (ref ReachedPair pair in pairs)
        {
            pair.Weight *= weight / sum[pair.Reference];
        }
        double total = 0;
        for (int k = 0; k < proxies; k++)
        {
            total += max[k] == 0 ? 0 : max[k] + Math.Log(sum[k]);
        }
        return total * factor / options.Alpha;
    }

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
