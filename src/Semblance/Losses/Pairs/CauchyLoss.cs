using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Cauchy cross-entropy (DCH, Cao et al., CVPR 2018): similar images within a small Hamming distance, dissimilar ones beyond.</summary>
/// <param name="bits">K.</param>
/// <param name="gamma">γ, scale of the Cauchy distribution; above 0.</param>
/// <remarks>
/// With d = K / 2 (1 - min(S, 0.99)): mean+ (log(d / γ) + log(1 + γ / d)) + mean- log(1 + γ / d); where a batch has no positive or no negative pair, the mean over all pairs. The bound of 0.99 is the
/// released code's: it keeps d above 0, and what is beyond has no derivative. Weights are (γ / d² / (1 + γ / d) - s / d) K / 2 over the number of pairs of the side, with the sign of S.
/// </remarks>
public sealed class CauchyLoss(int bits, double gamma = 20) : IPairLoss
{
    private const double LargestCosine = 0.99;
    private readonly double half = Require.AtLeast(bits, 1, nameof(bits)) / 2.0;
    private readonly double gamma = Require.Positive(gamma, nameof(gamma));

    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        Tensor distance = Distance(pairs.Similarity);
        Tensor push = (1 / distance * gamma).Log1p();
        Tensor pull = push + (distance / gamma).Log();
        // Each side by the number of its pairs; by all pairs where one side has none.
        Tensor other = pairs.Positive.Any().And(pairs.Negative.Any()).Not();
        Tensor value = (pull.SumWhere(pairs.Positive) / Count(pairs.Positive, pairs, other)) + (push.SumWhere(pairs.Negative) / Count(pairs.Negative, pairs, other));
        return value.ConnectedTo(pairs.Similarity);
    }

    /// <summary>Hamming distance of a cosine, never 0.</summary>
    public Tensor Distance(Tensor similarity)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        return (1 - similarity.Clamp(null, LargestCosine)) * half;
    }

    private static Tensor Count(Tensor side, PairBatch pairs, Tensor other) =>
        other.Where(pairs.Positive.Or(pairs.Negative).CountTrue(pairs.Similarity.Type), side.CountTrue(pairs.Similarity.Type));
}
