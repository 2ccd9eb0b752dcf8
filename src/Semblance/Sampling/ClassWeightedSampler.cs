namespace Semblance.Sampling;

/// <summary>Batches in which classes occur as often as a power of their size says: as they are, all alike, or between (Kang et al., ICLR 2020; Zhang et al., 2021).</summary>
/// <remarks>
/// <para>
/// An item is drawn in two steps, each draw by itself: a class with n items is drawn with a probability in proportion to n^power, and of its items any. Power 1 draws items alike, 0 draws
/// classes alike, 0.5 is square-root sampling. With <see cref="ClassWeightedOptions.Progressive"/> the probabilities of pass e of E are e/E of these and (1 - e/E) of those of power 1.
/// </para>
/// <para>
/// Before <see cref="ClassWeightedOptions.FromPass"/> every item is seen once in each pass, as by <see cref="ShuffleSampler"/> with the same seed: a deferred schedule begins as the plain one.
/// </para>
/// <para>An item with several labels counts in each of their classes, so that it may be drawn for any. Items without a label are only seen before <see cref="ClassWeightedOptions.FromPass"/>.</para>
/// </remarks>
public sealed class ClassWeightedSampler : IBatchSampler
{
    private readonly int[][] _classes;
    private readonly double[] _weighted;
    private readonly double[] _plain;
    private readonly ShuffleSampler _before;
    private readonly ClassWeightedOptions _options;
    private readonly long _seed;

    /// <summary>A sampler of labelled items.</summary>
    /// <param name="labels">The labels of each item.</param>
    /// <param name="options">How often classes occur.</param>
    /// <param name="seed">Seed of the batches.</param>
    /// <exception cref="ArgumentException">No item has a label, or there is no full batch where others are left out.</exception>
    public ClassWeightedSampler(IReadOnlyList<int[]> labels, ClassWeightedOptions options, long seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(options);
        _classes = ItemsByClass.Of(labels).Items;
        if (_classes.Length == 0)
        {
            throw new ArgumentException("No item has a label; items are drawn by their classes. Label them, or choose another sampler.", nameof(labels));
        }
        (_options, _seed) = (options, seed);
        _before = new ShuffleSampler(labels.Count, options.Batch, seed, options.DropLast);
        _weighted = Probabilities(options.Power);
        _plain = Probabilities(1);
    }

    /// <inheritdoc/>
    public int BatchesPerPass => _before.BatchesPerPass;

    /// <summary>How often each class is drawn in a pass, in the order of the labels that occur; they add up to 1.</summary>
    /// <param name="pass">Number of the pass, from 0.</param>
    public IReadOnlyList<double> ClassProbabilities(long pass)
    {
        double share = pass < _options.FromPass ? 0 : Share(pass);
        return [.. _weighted.Zip(_plain, (weighted, plain) => (share * weighted) + ((1 - share) * plain))];
    }

    /// <inheritdoc/>
    public IEnumerable<int[]> From(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        long plain = (long)_options.FromPass * BatchesPerPass;
        return step < plain ? _before.From(step).TakeWhile((_, k) => step + k < plain).Concat(Weighted(plain)) : Weighted(step);
    }

    private IEnumerable<int[]> Weighted(long step)
    {
        for (long pass = step / BatchesPerPass; ; pass++)
        {
            double[] sums = Sums(ClassProbabilities(pass));
            for (; step < (pass + 1) * BatchesPerPass; step++)
            {
                yield return Batch(step, sums);
            }
        }
    }

    private int[] Batch(long step, double[] sums)
    {
        // Substream 1: the orders of the passes before are substreams 0.
        SeededRandom random = new(_seed, step, 1);
        int[] batch = new int[_options.Batch];
        for (int slot = 0; slot < batch.Length; slot++)
        {
            int place = Array.BinarySearch(sums, random.NextDouble() * sums[^1]);
            int[] items = _classes[Math.Min(place < 0 ? ~place : place + 1, _classes.Length - 1)];
            batch[slot] = items[random.Below(items.Length)];
        }
        return batch;
    }

    private double Share(long pass) => _options.Progressive is { } passes ? Math.Clamp((pass - _options.FromPass) / Math.Max(1, passes - _options.FromPass), 0, 1) : 1;

    private double[] Probabilities(double power)
    {
        double[] weights = [.. _classes.Select(items => Math.Pow(items.Length, power))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    private static double[] Sums(IEnumerable<double> values)
    {
        double sum = 0;
        return [.. values.Select(value => sum += value)];
    }
}

/// <summary>How often classes occur in the batches of a <see cref="ClassWeightedSampler"/>.</summary>
public sealed record ClassWeightedOptions
{
    /// <summary>Items in a batch; at least 1.</summary>
    public int Batch { get; init => field = Require.AtLeast(value, 1); } = 64;

    /// <summary>The power of a class's size: 1 as often as it has items, 0.5 by the square root, 0 all classes alike, below 0 small ones more often than large ones.</summary>
    public double Power { get; init => field = Require.Finite(value); }

    /// <summary>E, the passes over which the probabilities go from those of the items to those of <see cref="Power"/>; null for the latter at once.</summary>
    public double? Progressive { get; init => field = value is { } passes ? Require.Positive(passes) : null; }

    /// <summary>The first pass that goes by classes; at least 0. Before it every item is seen once a pass.</summary>
    public int FromPass { get; init => field = Require.AtLeast(value, 0); }

    /// <summary>Whether a pass is as long as its full batches; else a last one, which would not be full, counts as well.</summary>
    public bool DropLast { get; init; }
}
