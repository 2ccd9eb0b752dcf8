using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Neighbourhood components analysis (Goldberger et al., NeurIPS 2004): the chance that an anchor picks one of its positives by a softmax over all others.</summary>
/// <remarks>
/// Per anchor -log(Σ+ e^(s S) / Σ± e^(s S)), averaged over all anchors; one without positives adds 0. On rows of length 1 the paper's squared distances with a scale of s are cosines with a scale of 2 s.
/// </remarks>
public sealed class NcaLoss(NcaOptions options) : WeightedRowPairLoss
{
    private const int References = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        (Tensor own, Tensor all) = Sums(rows, rows.Similarity * options.Scale);
        return [RowPart.OverAnchors((all - own).Sum(), rows)];
    }

    /// <inheritdoc/>
    /// <remarks>The share of a pair among all less, on positives, its share among them.</remarks>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        Tensor scaled = rows.Similarity * options.Scale;
        (Tensor own, Tensor all) = Sums(rows, scaled);
        Tensor weights = scaled.ShareOf(all, Counted(rows)) - scaled.ShareOf(own, rows.Positive);
        return [new WeightedPart(RowPart.OverAnchors((all - own).Sum(), rows), weights * options.Scale)];
    }

    private static (Tensor Own, Tensor All) Sums(PairBatch rows, Tensor scaled) => (scaled.LogSumExpOrZero(rows.Positive), scaled.LogSumExpOrZero(Counted(rows)));

    /// <summary>All pairs of the anchors that have a positive.</summary>
    private static Tensor Counted(PairBatch rows) => rows.Positive.Or(rows.Negative).And(rows.Positive.Any(References, keepDimension: true));
}

/// <summary>Settings of <see cref="NcaLoss"/>.</summary>
public sealed record NcaOptions : IPairLossOptions
{
    /// <summary>s, sharpness of the softmax; above 0. The default gives the paper's form on rows of length 1.</summary>
    public double Scale { get; init => field = Require.Positive(value); } = 2;

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => new NcaLoss(this);
}
