using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Keeps an anchor's easiest positive, the most similar one, and one negative (Xuan et al., WACV 2020): a class need not become one cluster.</summary>
/// <param name="negatives">Which negative.</param>
/// <remarks>One of each for every anchor that has both, the first among equals; other anchors keep nothing.</remarks>
public sealed class EasyPositiveMiner(EasyPositiveNegatives negatives) : IMiner
{
    private const int References = 1;

    /// <inheritdoc/>
    public PairBatch Mine(PairBatch pairs)
    {
        if (pairs.References == 0)
        {
            return pairs;
        }
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Tensor similarity = pairs.Similarity.Detach();
        Tensor easiest = similarity.MaskedFill(pairs.Positive.Not(), double.NegativeInfinity).Max(References, keepDimension: true);
        Tensor allowed = negatives == EasyPositiveNegatives.Hard ? pairs.Negative : pairs.Negative.And(similarity.LessThan(easiest));
        return Choices.Keep(pairs, Choices.Most(similarity, pairs.Positive), Choices.Most(similarity, allowed));
    }
}

/// <summary>Which negative goes with an easy positive.</summary>
public enum EasyPositiveNegatives
{
    /// <summary>The most similar of those that are less similar than the positive; an anchor without one keeps nothing.</summary>
    SemiHard,

    /// <summary>The most similar of all.</summary>
    Hard,
}

/// <summary>Settings of <see cref="EasyPositiveMiner"/>.</summary>
public sealed record EasyPositiveMinerOptions : IMinerOptions
{
    /// <summary>Which negative.</summary>
    public EasyPositiveNegatives Negatives { get; init; } = EasyPositiveNegatives.SemiHard;

    /// <inheritdoc/>
    public IMiner Create(TermContext context) => new EasyPositiveMiner(Negatives);
}
