using Semblance.Sampling.Trees;

namespace Semblance.Sampling;

/// <summary>Batches of classes that look alike (Hierarchical Triplet Loss, Ge et al., ECCV 2018): anchor classes, each with its nearest classes in a <see cref="ClassTree"/>.</summary>
/// <remarks>
/// <para>
/// In each pass the classes with at least two images are shuffled and taken in turn as anchors. In their order each anchor gets its nearest classes that are not yet in the
/// batch, so that all classes of a batch are different. Of every class images are drawn at random.
/// </para>
/// <para>Without a tree, as before the first one, the other classes of a batch are drawn at random as well. A sampler and its tree never change: see <see cref="With"/>.</para>
/// <para>An item with several labels belongs to each of their classes, and is in a batch once.</para>
/// </remarks>
public sealed class AnchorNeighbourSampler : IBatchSampler
{
    // Streams of the seed that no class's own stream (its number, from 0) can be.
    private const long Anchors = -1;
    private const long OtherClasses = -2;

    private readonly int[] _labels;
    private readonly int[][] _items;
    private readonly int[] _anchors;
    private readonly AnchorNeighbourOptions _options;
    private readonly long _seed;
    private readonly bool _anyWithSeveralLabels;
    private readonly ClassTree? _tree;
    private readonly int[] _places;

    /// <summary>A sampler of labelled items.</summary>
    /// <param name="labels">The labels of each item.</param>
    /// <param name="options">What a batch holds.</param>
    /// <param name="seed">Seed of the batches.</param>
    /// <param name="tree">Which classes are near; null draws them at random.</param>
    /// <exception cref="ArgumentException">The items have fewer classes than a batch needs, or the tree lacks one of them or keeps too few neighbours.</exception>
    public AnchorNeighbourSampler(IReadOnlyList<int[]> labels, AnchorNeighbourOptions options, long seed, ClassTree? tree = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(options);
        (_labels, _items) = ItemsByClass.Of(labels);
        _anchors = [.. Enumerable.Range(0, _items.Length).Where(place => _items[place].Length > 1)];
        _options = options;
        _seed = seed;
        _anyWithSeveralLabels = labels.Any(item => item.Length > 1);
        RequireClasses();
        BatchesPerPass = Math.Max(1, ((labels.Count - 1) / options.Batch) + 1);
        (_tree, _places) = (tree, tree is null ? [] : PlacesIn(tree));
    }

    private AnchorNeighbourSampler(AnchorNeighbourSampler other, ClassTree tree)
    {
        (_labels, _items, _anchors, _options, _seed, _anyWithSeveralLabels) = (other._labels, other._items, other._anchors, other._options, other._seed, other._anyWithSeveralLabels);
        BatchesPerPass = other.BatchesPerPass;
        (_tree, _places) = (tree, PlacesIn(tree));
    }

    /// <inheritdoc/>
    public int BatchesPerPass { get; }

    /// <summary>The same sampler with another tree.</summary>
    /// <exception cref="ArgumentException">The tree lacks a class of the items, or keeps too few neighbours.</exception>
    public AnchorNeighbourSampler With(ClassTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return new(this, tree);
    }

    /// <inheritdoc/>
    public IEnumerable<int[]> From(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return BatchesFrom(step);
    }

    private IEnumerable<int[]> BatchesFrom(long step)
    {
        int turns = _anchors.Length / _options.Anchors;
        for (long pass = step / turns; ; pass++)
        {
            int[] order = [.. _anchors];
            new SeededRandom(_seed, pass, Anchors).Shuffle<int>(order);
            for (; step < (pass + 1) * turns; step++)
            {
                int turn = (int)(step - (pass * turns));
                yield return Batch(step, order.AsSpan(turn * _options.Anchors, _options.Anchors));
            }
        }
    }

    private int[] Batch(long step, ReadOnlySpan<int> anchors)
    {
        List<int> batch = new(_options.Batch);
        HashSet<int> held = [];
        foreach (int place in Classes(step, anchors))
        {
            int[] pool = _anyWithSeveralLabels ? [.. _items[place].Where(item => !held.Contains(item))] : [.. _items[place]];
            foreach (int item in Draw(pool, new SeededRandom(_seed, step, place)))
            {
                batch.Add(item);
                held.Add(item);
            }
        }
        return [.. batch];
    }

    /// <summary>The anchors, each with its nearest classes behind it.</summary>
    private List<int> Classes(long step, ReadOnlySpan<int> anchors)
    {
        List<int> classes = [];
        HashSet<int> held = [.. anchors];
        int[] random = _tree is null ? RandomOrder(step) : [];
        foreach (int anchor in anchors)
        {
            classes.Add(anchor);
            ReadOnlySpan<int> nearest = _tree is null ? random : _tree.Neighbours(_places[anchor]);
            for (int k = 0, wanted = _options.Neighbours - 1; wanted > 0; k++)
            {
                int place = _tree is null ? nearest[k] : Array.BinarySearch(_labels, _tree.Labels[nearest[k]]);
                if (place >= 0 && held.Add(place))
                {
                    classes.Add(place);
                    wanted--;
                }
            }
        }
        return classes;
    }

    private int[] RandomOrder(long step)
    {
        int[] order = [.. Enumerable.Range(0, _items.Length)];
        new SeededRandom(_seed, step, OtherClasses).Shuffle<int>(order);
        return order;
    }

    private IEnumerable<int> Draw(int[] pool, SeededRandom random)
    {
        random.Shuffle<int>(pool);
        if (pool.Length >= _options.PerClass || !_options.Replacement || pool.Length == 0)
        {
            return pool.Take(_options.PerClass);
        }
        return [.. pool, .. Enumerable.Range(pool.Length, _options.PerClass - pool.Length).Select(_ => pool[random.Below(pool.Length)])];
    }

    private void RequireClasses()
    {
        int needed = _options.Anchors * _options.Neighbours;
        if (_items.Length < needed)
        {
            throw new ArgumentException(
                $"A batch of {_options.Anchors} anchors with {_options.Neighbours} classes each needs {needed} classes; the images have {_items.Length}. Lower the anchors or the neighbours.");
        }
        if (_anchors.Length < _options.Anchors)
        {
            throw new ArgumentException($"A batch of {_options.Anchors} anchors needs as many classes with at least two images; {_anchors.Length} of the {_items.Length} classes have them. Lower the anchors.");
        }
    }

    private int[] PlacesIn(ClassTree tree)
    {
        int[] places = Array.ConvertAll(_labels, tree.Find);
        int missing = Array.FindIndex(places, place => place < 0);
        if (missing >= 0)
        {
            throw new ArgumentException($"Class {_labels[missing]} is not in the tree, which has {tree.Count} classes. Build the tree from the images that are sampled.", nameof(tree));
        }
        // So many can be in a batch before an anchor has all of its own; a tree of more classes than are sampled may be asked for more.
        int needed = Math.Min(tree.Count - 1, (_options.Anchors * _options.Neighbours) - 1 + tree.Count - _labels.Length);
        return tree.NeighboursKept >= needed
            ? places
            : throw new ArgumentException($"The tree keeps {tree.NeighboursKept} neighbours of each class; a batch of {_options.Anchors} anchors with {_options.Neighbours} classes each needs {needed}.", nameof(tree));
    }
}

/// <summary>What a batch of an <see cref="AnchorNeighbourSampler"/> holds.</summary>
public sealed record AnchorNeighbourOptions
{
    /// <summary>l', anchor classes; at least 1.</summary>
    public int Anchors { get; init => field = Require.AtLeast(value, 1); } = 8;

    /// <summary>m, classes of a group, the anchor itself among them; at least 1.</summary>
    public int Neighbours { get; init => field = Require.AtLeast(value, 1); } = 4;

    /// <summary>t, images of each class; at least 1.</summary>
    public int PerClass { get; init => field = Require.AtLeast(value, 1); } = 4;

    /// <summary>Whether a class with fewer images is filled up with its own; else it gives all that it has, and the batch is smaller.</summary>
    public bool Replacement { get; init; }

    /// <summary>Images of a whole batch.</summary>
    public int Batch => checked(Anchors * Neighbours * PerClass);
}
