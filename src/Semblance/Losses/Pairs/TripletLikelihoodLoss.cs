using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Likelihood of triplets (DTSH, Wang et al., ACCV 2016): an anchor is closer to each of its positives than to each of its negatives by a margin.</summary>
/// <param name="margin">α, in units of the similarity.</param>
/// <remarks>
/// With T = S_p - S_n - α, cut off at -100 and 50, where its derivative ends: the mean over an anchor's positives and negatives of log(1 + e^-T), then the mean over the anchors that have both. A list
/// of positive pairs times the batch is what it costs in memory.
/// </remarks>
public sealed class TripletLikelihoodLoss(double margin = 5) : RowPairLoss
{
    private const int References = 1;
    private const double Lowest = -100;
    private const double Highest = 50;
    private readonly double margin = Require.Finite(margin, nameof(margin));

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        Tensor anchors = rows.Positive.Nonzero().Select(1, 0);
        Tensor negative = rows.Negative.IndexSelect(0, anchors);
        Tensor differences = rows.Similarity.MaskedSelect(rows.Positive).Unsqueeze(References) - rows.Similarity.IndexSelect(0, anchors);
        Tensor costs = (-(differences - margin).Clamp(Lowest, Highest)).Softplus().MaskedFill(negative.Not(), 0);
        Tensor positives = Count(rows.Positive, costs.Type), negatives = Count(rows.Negative, costs.Type);
        Tensor triplets = (positives * negatives).Clamp(1, null).IndexSelect(0, anchors);
        Tensor complete = rows.Positive.Any(References).And(rows.Negative.Any(References));
        return [new RowPart((costs.Sum(References) / triplets).Sum(), complete.Sum().To(costs.Type))];
    }

    private static Tensor Count(Tensor mask, DataType type) => mask.Sum(References).To(type);
}
