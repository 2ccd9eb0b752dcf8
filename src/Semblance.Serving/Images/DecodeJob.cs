using System.Diagnostics;

namespace Semblance.Serving.Images;

/// <summary>Work on an image for a caller who may give up before it is done.</summary>
internal abstract class DecodeJob(string name)
{
    private readonly ActivityContext _parent = Activity.Current?.Context ?? default;
    private long _started;

    /// <summary>The image in messages.</summary>
    public string Name { get; } = name;

    /// <summary>When the work began, by <see cref="Stopwatch.GetTimestamp"/>; 0 before.</summary>
    public long Started => Volatile.Read(ref _started);

    /// <summary>Whether the caller has an answer or has gone.</summary>
    public abstract bool IsOver { get; }

    /// <summary>Tells the caller that it failed.</summary>
    /// <returns>False where the caller had an answer already.</returns>
    public abstract bool Fail(Exception reason);

    /// <summary>Does the work on the calling thread, unless nobody waits for it any more.</summary>
    public void Run()
    {
        if (IsOver)
        {
            return;
        }
        Volatile.Write(ref _started, Stopwatch.GetTimestamp());
        using Activity? span = EncoderTelemetry.Activities.StartActivity("image.decode", ActivityKind.Internal, _parent);
        Work();
        EncoderTelemetry.DecodeSeconds.Record(Stopwatch.GetElapsedTime(Started).TotalSeconds);
    }

    /// <summary>Does the work and answers; never throws.</summary>
    protected abstract void Work();
}

/// <summary>Work with a result. One that comes too late is disposed of.</summary>
internal sealed class DecodeJob<T>(string name, Func<T> work) : DecodeJob(name)
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What comes of it.</summary>
    public Task<T> Answer => _answer.Task;

    /// <inheritdoc/>
    public override bool IsOver => _answer.Task.IsCompleted;

    /// <inheritdoc/>
    public override bool Fail(Exception reason) => _answer.TrySetException(reason);

    /// <summary>The caller gave up.</summary>
    public void Cancel(CancellationToken cancellation) => _answer.TrySetCanceled(cancellation);

    /// <inheritdoc/>
    protected override void Work()
    {
        try
        {
            T result = work();
            if (!_answer.TrySetResult(result))
            {
                (result as IDisposable)?.Dispose();
            }
        }
        catch (Exception exception)
        {
            _answer.TrySetException(exception);
        }
    }
}
