namespace Semblance.Sampling;

/// <summary>Batches of so many items of each of so many classes, as pair losses need them (MS loss, Wang et al., CVPR 2019, official sampler).</summary>
/// <remarks>
/// <para>
/// In each pass the items of every class are shuffled and cut into chunks of K; what is left over waits for another pass, and a class with fewer
/// than K items is filled up with its own, drawn with replacement. A batch takes a chunk from each of M = batch / K classes, drawn from those
/// that still have one. When fewer than M are left, the next pass begins.
/// </para>
/// <para>
/// An item with several labels belongs to each of their classes. Where a batch draws it for two of them, the larger class gives another item that
/// the batch lacks, if it has one. Items without a label are never drawn.
/// </para>
/// <para>Going on from a step repeats the drawing of classes, not of items, for the batches before: under two seconds for a million of 16 classes.</para>
/// </remarks>
public sealed class ClassBalancedSampler : IBatchSampler
{
    // Streams of the seed that no class's own stream (its number, from 0) can be.
    private const long DrawingOfClasses = -1;
    private const long Replacements = -2;

    private readonly int[][] _classes;
    private readonly int _classesPerBatch;
    private readonly int _perClass;
    private readonly long _seed;
    private readonly bool _anyWithSeveralLabels;

    /// <summary>A sampler of labelled items.</summary>
    /// <param name="labels">The labels of each item.</param>
    /// <param name="batch">Largest number of items in a batch; it has as many classes as fit.</param>
    /// <param name="perClass">K, items of each class in a batch.</param>
    /// <param name="seed">Seed of the batches.</param>
    /// <exception cref="ArgumentException">The data have fewer classes than a batch needs, or a batch holds none.</exception>
    public ClassBalancedSampler(IReadOnlyList<int[]> labels, int batch, int perClass, long seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(perClass, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, perClass);
        _classes = ItemsByClass.Of(labels).Items;
        _classesPerBatch = batch / perClass;
        _perClass = perClass;
        _seed = seed;
        _anyWithSeveralLabels = labels.Any(item => item.Length > 1);
        if (_classes.Length < _classesPerBatch)
        {
            throw new ArgumentException(
                $"A batch of {batch} with {perClass} images a class needs {_classesPerBatch} classes; the images have {_classes.Length}. Lower the batch or take more images a class.", nameof(batch));
        }
        BatchesPerPass = Math.Max(1, labels.Count / (_classesPerBatch * perClass));
    }

    /// <inheritdoc/>
    public int BatchesPerPass { get; }

    /// <inheritdoc/>
    public IEnumerable<int[]> From(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return BatchesFrom(step);
    }

    private IEnumerable<int[]> BatchesFrom(long first)
    {
        long step = 0;
        for (long pass = 0; ; pass++)
        {
            Pool pool = new(_classes, _perClass, new SeededRandom(_seed, pass, DrawingOfClasses));
            Dictionary<int, int[]> orders = [];
            while (pool.Draw(_classesPerBatch) is { } drawn)
            {
                if (step >= first)
                {
                    yield return Batch(drawn, pass, step, orders);
                }
                step++;
            }
        }
    }

    private int[] Batch((int Class, int Chunk)[] drawn, long pass, long step, Dictionary<int, int[]> orders)
    {
        int[] batch = new int[drawn.Length * _perClass];
        for (int slot = 0; slot < drawn.Length; slot++)
        {
            (int category, int chunk) = drawn[slot];
            if (!orders.TryGetValue(category, out int[]? order))
            {
                orders[category] = order = Order(category, pass);
            }
            order.AsSpan(chunk * _perClass, _perClass).CopyTo(batch.AsSpan(slot * _perClass));
        }
        if (_anyWithSeveralLabels)
        {
            ReplaceRepeated(batch, drawn, step);
        }
        return batch;
    }

    /// <summary>The items of a class in the order of a pass, filled up where they are fewer than a chunk.</summary>
    private int[] Order(int category, long pass)
    {
        SeededRandom random = new(_seed, pass, category);
        int[] items = _classes[category];
        int[] order = new int[Math.Max(items.Length, _perClass)];
        items.CopyTo(order, 0);
        random.Shuffle(order.AsSpan(0, items.Length));
        for (int place = items.Length; place < order.Length; place++)
        {
            order[place] = items[random.Below(items.Length)];
        }
        return order;
    }

    /// <summary>Puts other items of the class in the place of those that the batch already holds for a smaller class.</summary>
    private void ReplaceRepeated(int[] batch, (int Class, int Chunk)[] drawn, long step)
    {
        SeededRandom random = new(_seed, step, Replacements);
        HashSet<int> before = [];
        foreach (int slot in Enumerable.Range(0, drawn.Length).OrderBy(slot => _classes[drawn[slot].Class].Length))
        {
            Span<int> chunk = batch.AsSpan(slot * _perClass, _perClass);
            List<int>? others = null;
            foreach (ref int item in chunk)
            {
                if (before.Contains(item))
                {
                    others ??= OthersThan(chunk, before, _classes[drawn[slot].Class]);
                    item = TakeOne(others, ref random) ?? item;
                }
            }
            before.UnionWith(chunk.ToArray());
        }
    }

    private static List<int> OthersThan(ReadOnlySpan<int> chunk, HashSet<int> before, int[] items)
    {
        HashSet<int> held = [.. before, .. chunk];
        return [.. items.Where(item => !held.Contains(item))];
    }

    private static int? TakeOne(List<int> items, ref SeededRandom random)
    {
        if (items.Count == 0)
        {
            return null;
        }
        int place = random.Below(items.Count);
        int taken = items[place];
        items.RemoveAt(place);
        return taken;
    }

    /// <summary>The classes that still have chunks in a pass.</summary>
    private sealed class Pool
    {
        private readonly int[] _chunks;
        private readonly int[] _taken;
        private readonly int[] _open;
        private SeededRandom _random;
        private int _openCount;

        public Pool(int[][] classes, int perClass, SeededRandom random)
        {
            _chunks = [.. classes.Select(items => Math.Max(1, items.Length / perClass))];
            _taken = new int[classes.Length];
            _open = [.. Enumerable.Range(0, classes.Length)];
            _openCount = classes.Length;
            _random = random;
        }

        /// <summary>A chunk from each of so many different classes; null where fewer have one.</summary>
        public (int Class, int Chunk)[]? Draw(int count)
        {
            if (_openCount < count)
            {
                return null;
            }
            (int Class, int Chunk)[] drawn = new (int, int)[count];
            for (int slot = 0; slot < count; slot++)
            {
                int other = slot + _random.Below(_openCount - slot);
                (_open[slot], _open[other]) = (_open[other], _open[slot]);
                drawn[slot] = (_open[slot], _taken[_open[slot]]++);
            }
            Close(count);
            return drawn;
        }

        /// <summary>Takes out those of the first classes that have no chunk left.</summary>
        private void Close(int count)
        {
            for (int slot = count - 1; slot >= 0; slot--)
            {
                int category = _open[slot];
                if (_taken[category] == _chunks[category])
                {
                    _openCount--;
                    _open[slot] = _open[_openCount];
                    _open[_openCount] = category;
                }
            }
        }
    }
}
