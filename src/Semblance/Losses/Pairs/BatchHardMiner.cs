using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Keeps an anchor's hardest positive and its hardest negative (Hermans et al., 2017, section 2): the least and the most similar.</summary>
/// <remarks>One of each for every anchor that has both, the first among equals; other anchors keep nothing.</remarks>
public sealed class BatchHardMiner : IMiner
{
    /// <inheritdoc/>
    public PairBatch Mine(PairBatch pairs)
    {
        if (pairs.References == 0)
        {
            return pairs;
        }
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Tensor similarity = pairs.Similarity.Detach();
        return Choices.Keep(pairs, Choices.Least(similarity, pairs.Positive), Choices.Most(similarity, pairs.Negative));
    }
}

/// <summary>Settings of <see cref="BatchHardMiner"/>: there are none.</summary>
public sealed record BatchHardMinerOptions : IMinerOptions
{
    /// <inheritdoc/>
    public IMiner Create(TermContext context) => new BatchHardMiner();
}
