namespace Semblance.Sampling;

/// <summary>Every item once in each pass, in an order that is new in each pass.</summary>
public sealed class ShuffleSampler : IBatchSampler
{
    private readonly int _count;
    private readonly int _batch;
    private readonly long _seed;

    /// <summary>A sampler of so many items.</summary>
    /// <param name="count">How many items there are.</param>
    /// <param name="batch">Items in a batch.</param>
    /// <param name="seed">Seed of the orders.</param>
    /// <param name="dropLast">Whether the batch at the end of a pass is left out where it is not full.</param>
    /// <exception cref="ArgumentException">There is no item, or not enough for one full batch where others are left out.</exception>
    public ShuffleSampler(int count, int batch, long seed, bool dropLast = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        if (dropLast && batch > count)
        {
            throw new ArgumentException($"A batch of {batch} is never full with {count} images, and batches that are not full are left out. Lower the batch, or keep the last one.", nameof(batch));
        }
        _count = count;
        _batch = batch;
        _seed = seed;
        BatchesPerPass = dropLast ? count / batch : ((count - 1) / batch) + 1;
    }

    /// <inheritdoc/>
    public int BatchesPerPass { get; }

    /// <inheritdoc/>
    public IEnumerable<int[]> From(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return BatchesFrom(step);
    }

    private IEnumerable<int[]> BatchesFrom(long step)
    {
        for (long pass = step / BatchesPerPass; ; pass++)
        {
            int[] order = Order(pass);
            for (int batch = (int)(Math.Max(step, pass * BatchesPerPass) % BatchesPerPass); batch < BatchesPerPass; batch++)
            {
                int first = batch * _batch;
                yield return order[first..Math.Min(first + _batch, _count)];
            }
        }
    }

    private int[] Order(long pass)
    {
        int[] order = [.. Enumerable.Range(0, _count)];
        new SeededRandom(_seed, pass).Shuffle<int>(order);
        return order;
    }
}
