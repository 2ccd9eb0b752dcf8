namespace Semblance.Training;

/// <summary>The batches of a run in order, read ahead; cleared where what was read ahead no longer holds.</summary>
/// <param name="source">Where they come from.</param>
internal sealed class BatchQueue(StepBatches source) : IDisposable
{
    private IEnumerator<StepBatch>? batches;

    /// <summary>The batches that follow; after <see cref="Clear"/> they begin anew.</summary>
    /// <param name="first">Number of the next batch, from 0; it matters at the beginning alone.</param>
    public IEnumerator<StepBatch> From(long first) => batches ??= source.From(first).GetEnumerator();

    /// <summary>Drops what was read ahead.</summary>
    public void Clear()
    {
        batches?.Dispose();
        batches = null;
    }

    public void Dispose() => Clear();
}
