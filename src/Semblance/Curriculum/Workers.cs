using System.Runtime.ExceptionServices;

namespace Semblance.Curriculum;

/// <summary>Work dealt to threads; an exception of one of them comes out as it is.</summary>
internal static class Workers
{
    /// <summary>Does work 0, 1, 2, ...; each thread takes the next that nobody has taken, with scratch of its own.</summary>
    /// <param name="count">Pieces of work.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="scratch">Makes a thread's scratch.</param>
    /// <param name="work">Does one piece.</param>
    /// <param name="stopping">Ends it early.</param>
    public static void For<TScratch>(int count, int threads, Func<TScratch> scratch, Action<int, TScratch> work, CancellationToken stopping)
    {
        int next = -1;
        Each(Math.Clamp(count, 1, Math.Max(threads, 1)), _ =>
        {
            TScratch own = scratch();
            for (int piece = Interlocked.Increment(ref next); piece < count; piece = Interlocked.Increment(ref next))
            {
                stopping.ThrowIfCancellationRequested();
                work(piece, own);
            }
        });
    }

    /// <summary>Runs so many threads, told their numbers.</summary>
    public static void Each(int threads, Action<int> work)
    {
        if (threads == 1)
        {
            work(0);
            return;
        }

        try
        {
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, work);
        }
        catch (AggregateException many)
        {
            ExceptionDispatchInfo.Throw(many.InnerExceptions[0]);
        }
    }
}
