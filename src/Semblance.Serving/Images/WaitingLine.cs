using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Semblance.Serving.Images;

/// <summary>Jobs that wait for a thread, first come first served. A job whose caller gives up leaves at once, so that nothing is kept for nobody.</summary>
internal sealed class WaitingLine<T>
    where T : class
{
    private readonly LinkedList<T> _jobs = new();
    private bool _closed;

    /// <summary>Jobs that wait.</summary>
    public int Count
    {
        get
        {
            lock (_jobs)
            {
                return _jobs.Count;
            }
        }
    }

    /// <summary>Puts a job at the end.</summary>
    /// <returns>Its place, for <see cref="Leave"/>; null when the line is closed.</returns>
    public LinkedListNode<T>? Enter(T job)
    {
        lock (_jobs)
        {
            if (_closed)
            {
                return null;
            }
            LinkedListNode<T> place = _jobs.AddLast(job);
            Monitor.Pulse(_jobs);
            return place;
        }
    }

    /// <summary>Takes a job out again.</summary>
    /// <returns>Whether it still waited.</returns>
    public bool Leave(LinkedListNode<T> place)
    {
        lock (_jobs)
        {
            if (place.List is null)
            {
                return false;
            }
            _jobs.Remove(place);
            return true;
        }
    }

    /// <summary>Waits for the first job.</summary>
    /// <returns>False once the line is closed.</returns>
    public bool TryTake([NotNullWhen(true)] out T? job)
    {
        lock (_jobs)
        {
            job = WaitForOne() ? TakeFirst() : null;
            return job is not null;
        }
    }

    /// <summary>Waits for a job and takes it with some of those behind it.</summary>
    /// <param name="jobs">Is emptied and filled.</param>
    /// <param name="most">Jobs that are worth waiting for.</param>
    /// <param name="part">How many to take of so many.</param>
    /// <param name="linger">How long to wait for further ones that are near.</param>
    /// <param name="near">Jobs that are in the line, or that are worth waiting for: on their way to it, or at another thread.</param>
    /// <returns>False once the line is closed.</returns>
    public bool TryTake(List<T> jobs, int most, Func<int, int> part, TimeSpan linger, Func<int> near)
    {
        jobs.Clear();
        lock (_jobs)
        {
            if (!WaitForOne())
            {
                return false;
            }
            long start = Stopwatch.GetTimestamp();
            while (!_closed && _jobs.Count < most && Stopwatch.GetElapsedTime(start) < linger && near() > _jobs.Count)
            {
                Monitor.Wait(_jobs, 1);
            }
            for (int taken = part(_jobs.Count); taken > 0; taken--)
            {
                jobs.Add(TakeFirst());
            }
            if (_jobs.Count > 0)
            {
                Monitor.Pulse(_jobs);
            }
            return true;
        }
    }

    /// <summary>Takes all that wait.</summary>
    public T[] TakeAll()
    {
        lock (_jobs)
        {
            T[] all = [.. _jobs];
            _jobs.Clear();
            return all;
        }
    }

    /// <summary>Lets nobody in any more and ends the waiting of threads.</summary>
    /// <returns>The jobs that were left.</returns>
    public T[] Close()
    {
        lock (_jobs)
        {
            _closed = true;
            Monitor.PulseAll(_jobs);
            return TakeAll();
        }
    }

    private bool WaitForOne()
    {
        while (_jobs.Count == 0 && !_closed)
        {
            Monitor.Wait(_jobs);
        }
        return !_closed;
    }

    private T TakeFirst()
    {
        T job = _jobs.First!.Value;
        _jobs.RemoveFirst();
        return job;
    }
}
