using System.Diagnostics;
using System.Globalization;

namespace Semblance.Serving.Images;

/// <summary>A fixed number of threads that decode. A caller waits for an image no longer than the limit; the thread is the image's until it really ends.</summary>
/// <remarks>So images that decode for ever can hold these threads, but never more: where all are held, callers are told at once.</remarks>
internal sealed class DecodePool : IDisposable
{
    private const int MostWaiting = 1024;
    private readonly WaitingLine<DecodeJob> _line = new();
    private readonly DecodeJob?[] _running;
    private readonly Thread[] _threads;
    private readonly Timer _watch;
    private readonly TimeSpan _limit;

    /// <summary>Starts the threads.</summary>
    public DecodePool(int threads, TimeSpan limit)
    {
        _limit = limit;
        _running = new DecodeJob?[threads];
        _threads = [.. Enumerable.Range(0, threads).Select(slot => new Thread(() => Work(slot)) { IsBackground = true, Name = "image decoder" })];
        Array.ForEach(_threads, thread => thread.Start());
        TimeSpan period = TimeSpan.FromMilliseconds(Math.Clamp(limit.TotalMilliseconds / 10, 10, 500));
        _watch = new Timer(_ => Watch(), null, period, period);
    }

    /// <summary>Images that are decoded now.</summary>
    public int Running => _running.Count(job => job is not null);

    /// <summary>Whether every thread is held by an image that takes longer than the limit.</summary>
    public bool IsStuck => Array.TrueForAll(_running, IsOverdue);

    /// <summary>Does work on one of the threads.</summary>
    /// <exception cref="InvalidDataException">It took longer than the limit.</exception>
    /// <exception cref="EncoderBusyException">Every thread is held by an image that takes longer than the limit.</exception>
    public async Task<T> RunAsync<T>(string name, Func<T> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (IsStuck)
        {
            throw Stuck();
        }
        if (_line.Count >= MostWaiting)
        {
            EncoderTelemetry.Rejected("busy");
            throw new EncoderBusyException(string.Create(CultureInfo.InvariantCulture, $"{MostWaiting} images wait to be decoded already. Try again later."), TimeSpan.FromSeconds(2));
        }
        DecodeJob<T> job = new(name, work);
        LinkedListNode<DecodeJob> place = _line.Enter(job) ?? throw Closed();
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(_ =>
        {
            _line.Leave(place);
            job.Cancel(cancellation);
        }, null);
        return await job.Answer.ConfigureAwait(false);
    }

    /// <summary>Ends the threads; images that wait are told. A thread that an image holds ends with it.</summary>
    public void Dispose()
    {
        _watch.Dispose();
        foreach (DecodeJob job in _line.Close())
        {
            job.Fail(Closed());
        }
        Array.ForEach(_threads, thread => thread.Join(_limit));
    }

    private static ObjectDisposedException Closed() => new(nameof(ImageIntake), "The service is stopping.");

    private EncoderBusyException Stuck()
    {
        EncoderTelemetry.Rejected("stuck");
        return new("All threads that decode images are held by images that take too long. Try again later.", _limit);
    }

    private void Work(int slot)
    {
        while (_line.TryTake(out DecodeJob? job))
        {
            Volatile.Write(ref _running[slot], job);
            job.Run();
            Volatile.Write(ref _running[slot], null);
        }
    }

    private bool IsOverdue(DecodeJob? job) => job is { Started: > 0 } && Stopwatch.GetElapsedTime(job.Started) > _limit;

    private void Watch()
    {
        for (int slot = 0; slot < _running.Length; slot++)
        {
            if (Volatile.Read(ref _running[slot]) is { IsOver: false } job && IsOverdue(job))
            {
                job.Fail(ImageRefusals.Make(ImageRefusal.TooSlow, string.Create(CultureInfo.InvariantCulture, $"{job.Name}: decoding takes longer than {_limit.TotalSeconds:0.###} s. Save the image anew, smaller or as a baseline JPEG.")));
            }
        }
        if (IsStuck)
        {
            foreach (DecodeJob waiting in _line.TakeAll())
            {
                waiting.Fail(Stuck());
            }
        }
    }
}
