using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Quadratic spherical mutual information (QSMIH, Passalis and Tefas, Signal Processing: Image Communication 2021), negated.</summary>
/// <param name="clamped">Whether similar pairs are drawn to a product of 1 and not beyond (the square clamp); else the plain form.</param>
/// <remarks>
/// With Z = (S + 1) / 2, s = 1 on positives, and M the number of pairs over the number of positives: clamped mean (s Z - 1)² + Z² / M, plain mean Z / M - s Z. Where there is no positive pair 1 / M is 0.
/// </remarks>
public sealed class SquaredMutualInformationLoss(bool clamped = true) : IPairLoss
{
    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        Tensor z = (pairs.Similarity + 1) / 2;
        Tensor counted = pairs.Positive.Or(pairs.Negative);
        Tensor similar = z.MaskedFill(pairs.Positive.Not(), 0);
        Tensor share = pairs.Positive.Sum().To(z.Type) / counted.CountTrue(z.Type);
        Tensor costs = clamped ? (similar - 1).Square() + (z.Square() * share) : (z * share) - similar;
        return costs.MeanWhere(counted).ConnectedTo(pairs.Similarity);
    }
}
