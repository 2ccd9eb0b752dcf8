using System.Diagnostics;
using Semblance.Index;

namespace Semblance.Serving.Images;

/// <summary>What a model gives for a batch.</summary>
/// <param name="pixels">Images × values of an image.</param>
/// <param name="images">How many images.</param>
/// <returns>Images × bits values, whose signs are the bits.</returns>
internal delegate float[] ForwardBatch(ReadOnlySpan<float> pixels, int images);

/// <summary>One thread that gives a model what waits whenever it is free: a batch is as large as there are images by then.</summary>
internal sealed class MicroBatcher : IDisposable
{
    private readonly WaitingLine<Job> _line = new();
    private readonly List<Job> _batch = [];
    private readonly ForwardBatch _forward;
    private readonly MicroBatches _settings;
    private readonly float[] _pixels;
    private readonly Thread _thread;

    /// <summary>Starts the thread.</summary>
    /// <param name="forward">The model; called on this thread alone.</param>
    /// <param name="settings">Sizes.</param>
    public MicroBatcher(ForwardBatch forward, MicroBatches settings)
    {
        (_forward, _settings) = (forward, settings);
        _pixels = GC.AllocateUninitializedArray<float>(checked(settings.MaxBatch * settings.Length));
        _thread = new Thread(Work) { IsBackground = true, Name = "image encoder" };
        _thread.Start();
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

    /// <summary>Ends the thread after the batch that it is at; images that wait are told.</summary>
    public void Dispose()
    {
        foreach (Job job in _line.Close())
        {
            job.Pixels.Dispose();
            job.Answer.TrySetException(Closed());
        }
        _thread.Join();
    }

    private static ObjectDisposedException Closed() => new(nameof(EncoderQueue), "The service is stopping.");

    private void Work()
    {
        _settings.Prepare();
        while (_line.TryTake(_batch, _settings.MaxBatch, _settings.Linger, _settings.Near))
        {
            int count = Gather();
            if (count > 0)
            {
                Run(count);
            }
        }
    }

    /// <summary>Puts the pixels of those who still wait side by side.</summary>
    private int Gather()
    {
        int count = 0;
        for (int i = 0; i < _batch.Count; i++)
        {
            Job job = _batch[i];
            if (!job.Answer.Task.IsCompleted)
            {
                job.Pixels.Values.CopyTo(_pixels.AsSpan(count * _settings.Length));
                _batch[count++] = job;
            }
            job.Pixels.Dispose();
        }
        _batch.RemoveRange(count, _batch.Count - count);
        return count;
    }

    private void Run(int count)
    {
        using Activity? span = EncoderTelemetry.Activities.StartActivity("images.encode");
        span?.SetTag("semblance.batch.size", count);
        long start = Stopwatch.GetTimestamp();
        try
        {
            float[] rows = _forward(_pixels.AsSpan(0, count * _settings.Length), count);
            for (int i = 0; i < count; i++)
            {
                Answer(_batch[i], rows.AsSpan(i * _settings.Bits, _settings.Bits));
            }
        }
        catch (Exception exception)
        {
            EncoderTelemetry.Rejected("fault");
            _batch.ForEach(job => job.Answer.TrySetException(new SemblanceException($"The model failed on a batch of {count} images: {exception.Message}", exception)));
        }
        EncoderTelemetry.BatchSize.Record(count);
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
/// <param name="MaxBatch">Images of a batch.</param>
/// <param name="Linger">How long a batch that is not full waits for images that are not decoded yet.</param>
/// <param name="Prepare">Called once on the thread of the model, before the first batch.</param>
/// <param name="Near">Images that are in the queue, decoded or not.</param>
internal sealed record MicroBatches(int Bits, int Length, int MaxBatch, TimeSpan Linger, Action Prepare, Func<int> Near);
