using System.Diagnostics;
using Semblance.Index;

namespace Semblance.Serving.Images;

/// <summary>What a model gives for a batch.</summary>
/// <param name="pixels">Images × values of an image.</param>
/// <param name="images">How many images.</param>
/// <returns>Images × bits values, whose signs are the bits.</returns>
internal delegate float[] ForwardBatch(ReadOnlySpan<float> pixels, int images);

/// <summary>Threads that give a model what waits, whenever one is free: its share, and at least a few images where there are so many.</summary>
/// <remarks>
/// A batch of all that wait would make them wait for each other, and a batch of one costs the most an image. So a batch of fewer than a few waits a little while
/// others are decoded or in the model; then it takes a few, or a share of a long line. That gave the shortest 99th percentile at 70 % of the whole load.
/// </remarks>
internal sealed class MicroBatcher : IDisposable
{
    private const int Few = 6;

    private readonly WaitingLine<Job> _line = new();
    private readonly ForwardBatch _forward;
    private readonly MicroBatches _settings;
    private readonly Thread[] _threads;

    /// <summary>Starts the threads.</summary>
    /// <param name="forward">The model; called on these threads.</param>
    /// <param name="settings">Sizes.</param>
    public MicroBatcher(ForwardBatch forward, MicroBatches settings)
    {
        (_forward, _settings) = (forward, settings);
        _threads = [.. Enumerable.Range(0, settings.Workers).Select(_ => new Thread(Work) { IsBackground = true, Name = "image encoder" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>The code of one image.</summary>
    /// <param name="row">Its pixels; theirs is the batcher's from now on.</param>
    /// <param name="name">The image in messages.</param>
    /// <param name="cancellation">Leaves the line.</param>
    /// <exception cref="SemblanceException">The model failed.</exception>
    public async Task<ulong[]> RunAsync(PixelRow row, string name, CancellationToken cancellation)
    {
        Job job = new(row, name);
        LinkedListNode<Job>? place = cancellation.IsCancellationRequested ? null : _line.Enter(job);
        if (place is null)
        {
            row.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw Closed();
        }
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(_ =>
        {
            if (_line.Leave(place))
            {
                row.Dispose();
            }
            job.Answer.TrySetCanceled(cancellation);
        }, null);
        return await job.Answer.Task.ConfigureAwait(false);
    }

    /// <summary>Ends the threads after the batches that they are at; images that wait are told.</summary>
    public void Dispose()
    {
        foreach (Job job in _line.Close())
        {
            job.Pixels.Dispose();
            job.Answer.TrySetException(Closed());
        }
        Array.ForEach(_threads, thread => thread.Join());
    }

    private static ObjectDisposedException Closed() => new(nameof(EncoderQueue), "The service is stopping.");

    private void Work()
    {
        _settings.Prepare();
        List<Job> batch = [];
        float[] pixels = GC.AllocateUninitializedArray<float>(checked(_settings.MaxBatch * _settings.Length));
        while (_line.TryTake(batch, Math.Min(Few, _settings.MaxBatch), PartOf, _settings.Linger, _settings.Near))
        {
            Gather(batch, pixels);
            if (batch.Count > 0)
            {
                Run(batch, pixels.AsSpan(0, batch.Count * _settings.Length));
            }
        }
    }

    private int PartOf(int waiting) => Math.Min(Math.Min(waiting, _settings.MaxBatch), Math.Max(Few, (waiting + _settings.Workers - 1) / _settings.Workers));

    /// <summary>Puts the pixels of those who still wait side by side.</summary>
    private void Gather(List<Job> batch, float[] pixels)
    {
        int count = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            Job job = batch[i];
            if (!job.Answer.Task.IsCompleted)
            {
                job.Pixels.Values.CopyTo(pixels.AsSpan(count * _settings.Length));
                batch[count++] = job;
            }
            job.Pixels.Dispose();
        }
        batch.RemoveRange(count, batch.Count - count);
    }

    private void Run(List<Job> batch, ReadOnlySpan<float> pixels)
    {
        using Activity? span = EncoderTelemetry.Activities.StartActivity("images.encode");
        span?.SetTag("semblance.batch.size", batch.Count);
        long start = Stopwatch.GetTimestamp();
        try
        {
            float[] rows = _forward(pixels, batch.Count);
            for (int i = 0; i < batch.Count; i++)
            {
                Answer(batch[i], rows.AsSpan(i * _settings.Bits, _settings.Bits));
            }
        }
        catch (Exception exception)
        {
            EncoderTelemetry.Rejected("fault");
            batch.ForEach(job => job.Answer.TrySetException(new SemblanceException($"The model failed on a batch of {batch.Count} images: {exception.Message}", exception)));
        }
        EncoderTelemetry.BatchSize.Record(batch.Count);
        EncoderTelemetry.EncodeSeconds.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private void Answer(Job job, ReadOnlySpan<float> row)
    {
        int fault = row.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (fault < 0)
        {
            job.Answer.TrySetResult(Codes.FromSigns(row, _settings.Bits)[0].ToArray());
            return;
        }
        EncoderTelemetry.Rejected("fault");
        job.Answer.TrySetException(new SemblanceException($"The model gives {row[fault]} for {job.Name}: its weights are not sound, as when a training has diverged. Train again into a new folder with a lower optimizer.lr or with optimizer.clip-norm set to 1."));
    }

    private sealed class Job(PixelRow pixels, string name)
    {
        public PixelRow Pixels { get; } = pixels;

        public string Name { get; } = name;

        public TaskCompletionSource<ulong[]> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Sizes of micro-batches.</summary>
/// <param name="Bits">Values of a row that the model gives.</param>
/// <param name="Length">Values of an image.</param>
/// <param name="Workers">Threads that work on a batch each.</param>
/// <param name="MaxBatch">Images of a batch.</param>
/// <param name="Linger">How long a batch of fewer than a few images waits for others.</param>
/// <param name="Prepare">Called once on each thread, before its first batch.</param>
/// <param name="Near">Images that are decoded, wait, or are in the model.</param>
internal sealed record MicroBatches(int Bits, int Length, int Workers, int MaxBatch, TimeSpan Linger, Action Prepare, Func<int> Near);
