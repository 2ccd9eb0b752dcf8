using System.Collections.Concurrent;
using Semblance.Tensors.Images;

namespace Semblance.Data.Loading;

/// <summary>Settings of a <see cref="DataLoader"/>.</summary>
public sealed record DataLoaderOptions
{
    /// <summary>Threads that decode, at least 1. The result does not depend on it.</summary>
    public int Threads { get; init => field = ImageTransform.AtLeast(value, 1); } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>Batches that are made ahead of the one in use, at least 1.</summary>
    public int Prefetch { get; init => field = ImageTransform.AtLeast(value, 1); } = 3;

    /// <summary>Seed of the augmentation.</summary>
    public long Seed { get; init; }

    /// <summary>Pass over images that cannot be read and list them, instead of stopping.</summary>
    public bool SkipDamaged { get; init; }

    /// <summary>What makes a second view of each image, with random numbers of its own; null for none. It must give as many pixels as the first.</summary>
    public ImageTransform? SecondView { get; init; }

    /// <summary>Bytes of decoded small images (up to 128 × 128 pixels) to keep in memory; 0 for none.</summary>
    public long CacheBytes { get; init; }
}

/// <summary>Decodes and augments batches ahead of their use, on its own threads.</summary>
/// <remarks>
/// The random numbers of a sample depend on the seed, the step and its position in the batch alone, so any number of threads gives the same
/// pixels, and a run may start again at any step.
/// </remarks>
public sealed class DataLoader : IDisposable
{
    private readonly Dataset _dataset;
    private readonly ImageTransform _transform;
    private readonly DataLoaderOptions _options;
    private readonly SampleReader _reader;
    private readonly SampleReader? _second;
    private readonly PixelPool _pool = new();
    private readonly BlockingCollection<(PendingBatch Batch, int Position)> _work = [];
    private readonly Thread[] _threads;

    /// <summary>Starts the threads.</summary>
    /// <param name="dataset">Where the images come from.</param>
    /// <param name="transform">What is done to them.</param>
    /// <param name="options">Threads, seed and what happens to damaged images.</param>
    public DataLoader(Dataset dataset, ImageTransform transform, DataLoaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(transform);
        (_dataset, _transform, _options) = (dataset, transform, options ?? new());
        if (_options.SecondView is { } view && view.Length != transform.Length)
        {
            throw new ArgumentException($"The second view has {view.Size} x {view.Size} pixels and the first {transform.Size} x {transform.Size}; they must have the same.", nameof(options));
        }
        PixelCache cache = new(dataset.Count, _options.CacheBytes);
        _reader = new(dataset, transform, cache);
        _second = _options.SecondView is null ? null : new(dataset, _options.SecondView, cache);
        _threads = [.. Enumerable.Range(0, _options.Threads).Select(_ => new Thread(Work) { IsBackground = true, Name = "image loader" })];
        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Makes batches in the given order.</summary>
    /// <param name="plans">Which images; may be endless. It is read ahead by <see cref="DataLoaderOptions.Prefetch"/> batches.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="InvalidDataException">An image cannot be read and damaged images are not passed over; the message names it.</exception>
    public IEnumerable<ImageBatch> Load(IEnumerable<BatchPlan> plans, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plans);
        Queue<PendingBatch> ahead = new();
        try
        {
            foreach (BatchPlan plan in plans)
            {
                ahead.Enqueue(Start(plan));
                if (ahead.Count > _options.Prefetch)
                {
                    yield return Finish(ahead, cancellation);
                }
            }
            while (ahead.Count > 0)
            {
                yield return Finish(ahead, cancellation);
            }
        }
        finally
        {
            foreach (PendingBatch batch in ahead)
            {
                batch.Abandon();
            }
        }
    }

    /// <summary>Makes every image of the set once, in order; step and position follow from the index.</summary>
    /// <param name="batchSize">Images of a batch; the last may have fewer.</param>
    /// <param name="start">Index of the first image.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public IEnumerable<ImageBatch> LoadAll(int batchSize, int start = 0, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        IEnumerable<BatchPlan> plans = Enumerable.Range(start, Math.Max(0, _dataset.Count - start)).Chunk(batchSize).Select((indices, step) => new BatchPlan(step, indices));
        return Load(plans, cancellation);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
        _work.Dispose();
    }

    private PendingBatch Start(BatchPlan plan)
    {
        int values = checked(plan.Indices.Length * _transform.Length);
        PendingBatch batch = new(plan, _pool.Rent(values), _second is null ? null : _pool.Rent(values), _transform.Length);
        for (int position = 0; position < plan.Indices.Length; position++)
        {
            _work.Add((batch, position));
        }
        return batch;
    }

    private ImageBatch Finish(Queue<PendingBatch> ahead, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        PendingBatch batch = ahead.Peek();
        batch.Wait(cancellation);
        ahead.Dequeue();
        List<SkippedImage> skipped = batch.Skipped(_dataset);
        if (skipped.Count > 0 && !_options.SkipDamaged)
        {
            batch.Return(_pool);
            throw new InvalidDataException(skipped[0].Message);
        }
        return new(_pool, batch.Pixels, batch.SecondPixels, batch.Plan.Step, _transform.Size, batch.Compact(), skipped);
    }

    private void Read(PendingBatch batch, int position, out ImageProblem problem)
    {
        (int index, long step) = (batch.Plan.Indices[position], batch.Plan.Step);
        if (_reader.TryRead(index, new SeededRandom(_options.Seed, step, position), batch.Sample(position), out problem))
        {
            // Positions from -1 downwards are the second view's: its random numbers are no one's else.
            _second?.TryRead(index, new SeededRandom(_options.Seed, step, ~position), batch.SecondSample(position), out problem);
        }
    }

    private void Work()
    {
        foreach ((PendingBatch batch, int position) in _work.GetConsumingEnumerable())
        {
            ImageProblem problem = default;
            try
            {
                if (!batch.Abandoned)
                {
                    Read(batch, position, out problem);
                }
            }
#pragma warning disable CA1031 // Whatever happened belongs to the thread that waits for the batch.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                batch.Fail(exception);
            }
            batch.Done(position, problem);
        }
    }
}
