namespace Semblance.Index.Live;

/// <summary>The one thread that changes an index: commits that wait are taken together, other work one by one, in the order in which they came.</summary>
internal sealed class WriterThread : IDisposable
{
    private const long MaxGroupBytes = 32 << 20;

    private readonly Queue<object> _work = new();
    private readonly Action<List<Commit>> _commit;
    private readonly Func<TimeSpan> _untilIdleWork;
    private readonly Action _idleWork;
    private readonly Thread _thread;
    private bool _closed;

    /// <summary>Starts the thread.</summary>
    /// <param name="commit">Takes commits that waited together; completes each of them.</param>
    /// <param name="untilIdleWork">How long until the idle work is due; <see cref="Timeout.InfiniteTimeSpan"/> where there is none.</param>
    /// <param name="idleWork">What is done then.</param>
    public WriterThread(Action<List<Commit>> commit, Func<TimeSpan> untilIdleWork, Action idleWork)
    {
        (_commit, _untilIdleWork, _idleWork) = (commit, untilIdleWork, idleWork);
        _thread = new Thread(Work) { IsBackground = true, Name = "Semblance index writer" };
        _thread.Start();
    }

    /// <summary>Adds a commit.</summary>
    /// <exception cref="ObjectDisposedException">The index was closed.</exception>
    public Task<int> Enqueue(Commit commit)
    {
        Add(commit);
        return commit.Completion;
    }

    /// <summary>Does some work on the thread and waits for it.</summary>
    /// <exception cref="ObjectDisposedException">The index was closed.</exception>
    public T Run<T>(Func<T> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(() =>
        {
            try
            {
                completion.SetResult(work());
            }
            catch (Exception fault)
            {
                completion.SetException(fault);
            }
        });
        return completion.Task.GetAwaiter().GetResult();
    }

    /// <summary>Finishes what waits and ends the thread.</summary>
    public void Dispose()
    {
        lock (_work)
        {
            _closed = true;
            Monitor.PulseAll(_work);
        }

        _thread.Join();
    }

    private void Add(object work)
    {
        lock (_work)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(LiveIndex));
            _work.Enqueue(work);
            Monitor.Pulse(_work);
        }
    }

    private void Add(Action work) => Add((object)work);

    private void Work()
    {
        while (Take() is { } work)
        {
            if (work is List<Commit> commits)
            {
                _commit(commits);
            }
            else
            {
                ((Action)work)();
            }
        }
    }

    private object? Take()
    {
        lock (_work)
        {
            while (_work.Count == 0)
            {
                if (_closed)
                {
                    return null;
                }

                TimeSpan wait = _untilIdleWork();
                if (wait == TimeSpan.Zero)
                {
                    return _idleWork;
                }

                Monitor.Wait(_work, wait);
            }

            return _work.Peek() is Commit ? TakeCommits() : _work.Dequeue();
        }
    }

    private List<Commit> TakeCommits()
    {
        var commits = new List<Commit>();
        for (long bytes = 0; bytes < MaxGroupBytes && _work.TryPeek(out object? next) && next is Commit commit;)
        {
            _work.Dequeue();
            commits.Add(commit);
            bytes += commit.Body.Length;
        }

        return commits;
    }
}
