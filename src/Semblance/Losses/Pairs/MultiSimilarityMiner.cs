using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Keeps the pairs that are hard relative to the anchor's other side (Wang et al., CVPR 2019, section 4.1).</summary>
/// <param name="epsilon">Larger keeps more pairs.</param>
/// <remarks>
/// A negative stays if S > min S of the anchor's positives - epsilon; a positive stays if S &lt; max S of its negatives + epsilon. Extremes are
/// taken before mining, both comparisons are strict, and the two kept sets of an anchor are empty together.
/// </remarks>
public sealed class MultiSimilarityMiner(double epsilon) : IMiner
{
    private readonly double epsilon = Require.Finite(epsilon, nameof(epsilon));

    /// <inheritdoc/>
    public PairBatch Mine(PairBatch pairs)
    {
        if (pairs.References == 0)
        {
            return pairs;
        }
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Tensor similarity = pairs.Similarity.Detach();
        Tensor hardestPositive = pairs.Positive.Where(similarity, double.PositiveInfinity).Min(1, keepDimension: true);
        Tensor hardestNegative = pairs.Negative.Where(similarity, double.NegativeInfinity).Max(1, keepDimension: true);
        return pairs with
        {
            Positive = pairs.Positive.And(similarity.LessThan(hardestNegative + epsilon)),
            Negative = pairs.Negative.And(similarity.GreaterThan(hardestPositive - epsilon)),
        };
    }
}

/// <summary>Settings of <see cref="MultiSimilarityMiner"/>.</summary>
public sealed record MultiSimilarityMinerOptions : IMinerOptions
{
    /// <summary>Larger keeps more pairs; below 0 keeps only pairs that are wrong by so much.</summary>
    public double Epsilon { get; init => field = Require.Finite(value); } = 0.1;

    /// <inheritdoc/>
    public IMiner Create(TermContext context) => new MultiSimilarityMiner(Epsilon);
}
