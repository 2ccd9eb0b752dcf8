using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>FastAP (Cakir et al., CVPR 2019, equation 8): average precision with ranks from soft histograms of distances.</summary>
/// <remarks>
/// Per anchor, over nodes r of the squared distance D² = 2 - 2S on [0, 4]: 1 - Σ h+[r] H+[r] / H[r] / positives, with h the soft histograms and H their
/// running sums, H over positives and negatives. Averaged over the anchors with positives. A positive that is alone in a good place may be pushed away from it.
/// </remarks>
public sealed class FastApLoss(FastApOptions options) : RowPairLoss
{
    private const int References = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        SoftHistogram histogram = new(2 - (rows.Similarity * 2), 0, 4, options.Bins);
        Tensor positive = histogram.Of(rows.Positive), any = rows.Positive.Any(References);
        Tensor hits = positive.CumulativeSum(References), seen = hits + histogram.Of(rows.Negative).CumulativeSum(References);
        Tensor precision = hits / seen.MaskedFill(seen.EqualTo(0), 1);
        Tensor average = (positive * precision).Sum(References) / rows.Positive.Sum(References).To(seen.Type).Clamp(1, null);
        return [new RowPart((1 - average).MaskedFill(any.Not(), 0).Sum(), any.Sum().To(seen.Type))];
    }
}

/// <summary>Settings of <see cref="FastApLoss"/>; the default is that of the authors' code.</summary>
public sealed record FastApOptions : IPairLossOptions
{
    /// <summary>Bins on [0, 4]; there is one node more.</summary>
    public int Bins { get; init => field = Require.AtLeast(value, 1); } = 10;

    /// <inheritdoc/>
    public PairTermOptions Pairs(PairTermOptions given) => given.RequireUnitRows();

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => new FastApLoss(this);
}
