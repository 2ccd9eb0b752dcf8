using System.Runtime.ExceptionServices;

namespace Semblance.Index.Searching;

/// <summary>Threads of one search.</summary>
internal static class Workers
{
    /// <summary>How many threads a wish stands for.</summary>
    public static int Of(int threads) => threads == 0 ? Environment.ProcessorCount : threads;

    /// <summary>Runs work for 0 to <paramref name="count"/> - 1, on this thread alone where that is one; a fault of the work comes out as it is.</summary>
    public static void Run(int count, Action<int> work, CancellationToken cancellation)
    {
        if (count == 1)
        {
            work(0);
            return;
        }

        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = count, CancellationToken = cancellation }, work);
        }
        catch (AggregateException several) when (several.InnerException is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
