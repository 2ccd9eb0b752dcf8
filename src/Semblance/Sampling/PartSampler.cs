namespace Semblance.Sampling;

/// <summary>The batches of a sampler that knows a part of the items alone, in the numbers of all.</summary>
/// <param name="part">Draws from the part; its items are 0, 1 and so on.</param>
/// <param name="items">Which items these are.</param>
public sealed class PartSampler(IBatchSampler part, IReadOnlyList<int> items) : IBatchSampler
{
    /// <inheritdoc/>
    public int BatchesPerPass => part.BatchesPerPass;

    /// <inheritdoc/>
    public IEnumerable<int[]> From(long step) => part.From(step).Select(batch => Array.ConvertAll(batch, item => items[item]));
}
