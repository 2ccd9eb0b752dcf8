using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>Proxy-NCA as HHF has it: sums over the batch, the positive proxies not in the denominator.</summary>
/// <param name="hinge">Where attraction and repulsion stop; null for the plain form.</param>
/// <param name="vanishing">Hinge only: log(1 + Σ- (e^[.]₊ - 1)), which is 0 when no pair is beyond the hinge, as earlier revisions of the released code had it.</param>
/// <remarks>
/// Pairs are rows × proxies. Plain: Σ+ (1 - S) + Σ_rows log Σ- e^S. With a hinge: Σ+ [1 - delta - S]₊ + Σ_rows log Σ- e^[S - zeta - delta]₊; its second part is
/// at least log of the number of negatives a row, so that the loss does not reach 0. A row without negatives adds nothing there.
/// Source: Xu et al., 2021, released code. Proxy-NCA as published is <see cref="Proxies.ProxyNcaLoss"/>: squared distances, a mean.
/// </remarks>
public sealed class HhfProxyNcaLoss(HashHinge? hinge = null, bool vanishing = false) : IListedReachLoss
{
    private const int Proxies = 1;

    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        Tensor similarity = pairs.Similarity;
        Tensor pull = hinge?.Attraction(similarity) ?? (1 - similarity);
        Tensor push = hinge?.Repulsion(similarity) ?? similarity;
        Tensor pushed = hinge is not null && vanishing ? push.LogOnePlusSumExcess(pairs.Negative, Proxies) : push.LogSumExpOrZero(pairs.Negative);
        return (pull.SumWhere(pairs.Positive) + pushed.Sum()).ConnectedTo(similarity);
    }

    PairReach? IReachLoss.Reach => hinge?.Reach;

    double IListedReachLoss.Weigh(ReachedPairs pairs)
    {
        double total = ReachedPairs.WeighSum(pairs.Pulled, 1, -1);
        Span<ReachedPair> rest = pairs.Pushed;
        for (int row = 0; row < pairs.Anchors; row++)
        {
            int count = 0;
            while (count < rest.Length && rest[count].Anchor == row)
            {
                count++;
            }
            total += Push(rest[..count], PairSides.Count(pairs.Row(row), PairSide.Negative));
            rest = rest[count..];
        }
        return total;
    }

    /// <summary>One row's log Σ e^x over its negatives, of which those out of reach have x = 0; cosines keep x below 3.</summary>
    private double Push(Span<ReachedPair> reached, int negatives)
    {
        double sum = vanishing ? 1 : negatives - reached.Length;
        foreach (ref ReachedPair pair in reached)
        {
            pair.Weight = Math.Exp(pair.Excess);
            sum += vanishing ? pair.Weight - 1 : pair.Weight;
        }
        foreach (ref ReachedPair pair in reached)
        {
            pair.Weight /= sum;
        }
        return sum > 0 ? Math.Log(sum) : 0;
    }
}
