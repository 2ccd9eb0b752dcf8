using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Triplet loss whose negative is compared with the nearer of anchor and positive (Balntas et al., BMVC 2016, section 3.2).</summary>
/// <remarks>
/// [d(a, p) - min(d(a, n), d(p, n)) + margin]₊, else as <see cref="TripletLoss"/>. It looks at the positive's row as well and so is no row loss: it keeps all similarities of
/// a batch. Against references that are not the batch, the distance of a positive from a negative is not known, and nothing is swapped.
/// </remarks>
public sealed class SwappedTripletLoss(TripletOptions options) : IWeightedPairLoss
{
    private readonly TripletRule rule = options.Rule;

    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        (TripletSum sum, Tensor scores) = Sum(pairs);
        return sum.Part(scores, options.Reduction).Quotient.ConnectedTo(pairs.Similarity);
    }

    /// <inheritdoc/>
    public Tensor Weights(PairBatch pairs)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        (TripletSum sum, Tensor scores) = Sum(pairs);
        return options.Distance.ToSimilarity(sum.Weights, scores) / sum.Part(scores, options.Reduction).Divisor;
    }

    private (TripletSum Sum, Tensor Scores) Sum(PairBatch pairs)
    {
        Tensor scores = options.Distance.Scores(pairs.Similarity);
        TripletSum sum = pairs.IsSelf()
            ? SwappedTripletSums.Of(scores, pairs.Positive, pairs.Negative, rule)
            : TripletSums.Of(scores, pairs.Positive, pairs.Negative, rule);
        return (sum, scores);
    }
}
