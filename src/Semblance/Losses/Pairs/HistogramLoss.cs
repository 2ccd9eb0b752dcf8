using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Histogram loss (Ustinova and Lempitsky, NeurIPS 2016, equation 5): the chance that a negative pair is more similar than a positive one.</summary>
/// <remarks>
/// Σ over nodes r of p-[r] Σ of p+ up to r, with p+ and p- the soft histograms of all similarities on [-1, 1], each divided by its number of pairs. Without
/// positives or without negatives 0. In a batch against itself both orders of a pair count the same, so that the value is that of unordered pairs.
/// All pairs share two histograms: anchors cannot be computed on their own. Similarities beyond [-1, 1], of rows that are not normalised, count at the ends.
/// </remarks>
public sealed class HistogramLoss(HistogramOptions options) : IPairLoss
{
    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        SoftHistogram histogram = new(pairs.Similarity, -1, 1, options.Bins);
        Tensor positive = Shares(histogram, pairs.Positive), negative = Shares(histogram, pairs.Negative);
        return (negative * positive.CumulativeSum(0)).Sum().ConnectedTo(pairs.Similarity);
    }

    private static Tensor Shares(SoftHistogram histogram, Tensor mask)
    {
        Tensor counts = histogram.Of(mask).Sum(0);
        return counts / mask.CountTrue(counts.Type);
    }
}

/// <summary>Settings of <see cref="HistogramLoss"/>.</summary>
public sealed record HistogramOptions : IPairLossOptions
{
    /// <summary>Bins on [-1, 1]; there is one node more. The paper finds results nearly the same from 100 to 200.</summary>
    public int Bins { get; init => field = Require.AtLeast(value, 1); } = 100;

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => new HistogramLoss(this);
}
