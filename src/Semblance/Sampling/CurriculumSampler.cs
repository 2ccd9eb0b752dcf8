namespace Semblance.Sampling;

/// <summary>Batches with a fixed share of each subset, the clean one balanced by class (CurriculumNet, Guo et al., ECCV 2018).</summary>
/// <remarks>
/// The clean part of a batch takes a random image from each of as many different classes, all classes once and then again where there are fewer than it needs. The other parts are drawn
/// evenly over their images, each once in a pass: one image of a class from a noisy subset is often plain wrong, so balancing them would hurt.
/// </remarks>
public sealed class CurriculumSampler : IBatchSampler
{
    // A stream of the seed for the clean part; the passes of the others have the streams of their subsets.
    private const long CleanPart = -1;

    private readonly int[][] _classes;
    private readonly int _clean;
    private readonly IBatchSampler[] _others;
    private readonly long _seed;

    /// <summary>A sampler of one stage.</summary>
    /// <param name="subsets">Items of each subset, the clean one first.</param>
    /// <param name="labels">Labels of every item.</param>
    /// <param name="composition">Images of each subset in a batch; 0 leaves a subset out.</param>
    /// <param name="seed">Seed of the batches.</param>
    /// <exception cref="ArgumentException">A subset that is drawn from is empty, or the composition has another number of subsets.</exception>
    public CurriculumSampler(IReadOnlyList<int[]> subsets, IReadOnlyList<int[]> labels, IReadOnlyList<int> composition, long seed)
    {
        ArgumentNullException.ThrowIfNull(subsets);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(composition);
        if (subsets.Count != composition.Count || subsets.Count == 0)
        {
            throw new ArgumentException($"There are {subsets.Count} subsets, and a batch is composed of {composition.Count}; each needs its count.", nameof(composition));
        }
        for (int subset = 0; subset < subsets.Count; subset++)
        {
            if (composition[subset] > 0 && subsets[subset].Length == 0)
            {
                throw new ArgumentException($"Subset {subset} is empty, and a batch takes {composition[subset]} images from it. Use fewer subsets, or other settings of the analysis.", nameof(subsets));
            }
        }
        _seed = seed;
        _clean = composition[0];
        _classes = [.. ItemsByClass.Of([.. subsets[0].Select(item => labels[item])]).Items.Select(places => Array.ConvertAll(places, place => subsets[0][place]))];
        _others = [.. Enumerable.Range(1, subsets.Count - 1).Where(subset => composition[subset] > 0).Select(subset => Part(subsets[subset], composition[subset], seed, subset))];
        int batch = composition.Sum();
        int drawn = Enumerable.Range(0, subsets.Count).Where(subset => composition[subset] > 0).Sum(subset => subsets[subset].Length);
        BatchesPerPass = Math.Max(1, drawn / Math.Max(1, batch));
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
        IEnumerator<int[]>[] others = [.. _others.Select(other => other.From(step).GetEnumerator())];
        try
        {
            for (; ; step++)
            {
                List<int> batch = [.. Clean(step)];
                foreach (IEnumerator<int[]> other in others)
                {
                    other.MoveNext();
                    batch.AddRange(other.Current);
                }
                yield return [.. batch];
            }
        }
        finally
        {
            foreach (IEnumerator<int[]> other in others)
            {
                other.Dispose();
            }
        }
    }

    private int[] Clean(long step)
    {
        SeededRandom random = new(_seed, step, CleanPart);
        int[] drawn = new int[_clean];
        int[] order = [.. Enumerable.Range(0, _classes.Length)];
        for (int place = 0; place < drawn.Length; place++)
        {
            int turn = place % order.Length;
            if (turn == 0)
            {
                random.Shuffle<int>(order);
            }
            int[] items = _classes[order[turn]];
            drawn[place] = items[random.Below(items.Length)];
        }
        return drawn;
    }

    /// <summary>So many items of a subset a batch; one that has fewer gives them again.</summary>
    private static PartSampler Part(int[] items, int count, long seed, int subset)
    {
        int[] enough = [.. Enumerable.Repeat(items, ((count - 1) / items.Length) + 1).SelectMany(again => again)];
        return new PartSampler(new ShuffleSampler(enough.Length, count, unchecked((long)new SeededRandom(seed, subset).NextBits()), dropLast: true), enough);
    }
}
