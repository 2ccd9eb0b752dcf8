namespace Semblance.Losses.Pairs;

/// <summary>Settings of a term: a pair loss and the pairs of a batch that it sees.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Pairs">Which pairs.</param>
public sealed record PairLossTerm(IPairLossOptions Loss, PairTermOptions Pairs) : ITermOptions
{
    /// <inheritdoc/>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        PairTermOptions pairs = Loss.Pairs(Pairs with { Relation = context.Relation }) with { Margins = Loss.Margins(context) };
        IMiner? miner = pairs.Miner?.Create(context);
        if (pairs.Memory is not null && miner is AngularMiner)
        {
            throw new ArgumentException("the angular miner compares positives with negatives of one batch, and a memory has them elsewhere. Choose another miner, or no memory.");
        }
        CrossBatchMemory? memory = pairs.Memory is { } kept ? new CrossBatchMemory(kept, context) : null;
        return new PairTerm(Loss.Create(context), pairs, miner, memory);
    }
}
