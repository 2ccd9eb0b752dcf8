using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Semblance.Bench.Serving;

/// <summary>What a load came to.</summary>
/// <param name="Sent">Requests.</param>
/// <param name="Failed">Of these, without the status 200.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Latencies">Of each request, in milliseconds, ascending.</param>
internal sealed record LoadResult(int Sent, int Failed, double Seconds, double[] Latencies)
{
    public double Rate => Sent / Seconds;

    public double Percentile(double share) => Latencies[Math.Min(Latencies.Length - 1, (int)(share * Latencies.Length))];

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Rate:#,0.#} requests a second, {Failed} failed; ms: median {Percentile(0.5):0.00}, p90 {Percentile(0.9):0.00}, p99 {Percentile(0.99):0.00}, p99.9 {Percentile(0.999):0.00}, most {Latencies[^1]:0.00}");
}

/// <summary>Sends requests over some connections, each on a thread of its own.</summary>
internal static class LoadGenerator
{
    /// <summary>Seconds at the start of a rate that do not count: connections are opened and threads started then.</summary>
    private const double WarmUp = 2;

    /// <summary>Each connection sends its next request when its last is answered: what the server can do at most.</summary>
    public static LoadResult Saturate(int port, byte[][] requests, int connections, double seconds) => Run(port, requests, connections, int.MaxValue, seconds, null);

    /// <summary>
    /// Requests are due at times of their own, whatever the server does, and a latency counts from when a request was due: a server that stalls
    /// makes all that are due meanwhile late (no coordinated omission). Times between two are exponential, on a grid of a millisecond.
    /// </summary>
    public static LoadResult AtRate(int port, byte[][] requests, int connections, double rate, double seconds)
    {
        Random random = new(7);
        List<double> due = [];
        for (double at = 0; at < WarmUp + seconds; at -= Math.Log(1 - random.NextDouble()) / rate)
        {
            due.Add(Math.Ceiling(at * 1000) / 1000);
        }
        return Run(port, requests, connections, due.Count, double.MaxValue, due);
    }

    private static LoadResult Run(int port, byte[][] requests, int connections, int count, double seconds, List<double>? due)
    {
        int next = -1, failed = 0;
        double counted = due is null ? 0 : WarmUp;
        List<double>[] latencies = [.. Enumerable.Range(0, connections).Select(_ => new List<double>())];
        long start = Stopwatch.GetTimestamp();
        Thread[] threads = [.. Enumerable.Range(0, connections).Select(number => new Thread(() =>
        {
            using HttpConnection connection = new(port);
            for (int i; (i = Interlocked.Increment(ref next)) < count && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
            {
                double from = due is null ? Stopwatch.GetElapsedTime(start).TotalSeconds : WaitUntil(start, due[i]);
                if (!Succeeds(connection, requests[i % requests.Length]))
                {
                    Interlocked.Increment(ref failed);
                }
                if (from >= counted)
                {
                    latencies[number].Add(1000 * (Stopwatch.GetElapsedTime(start).TotalSeconds - from));
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        double[] all = [.. latencies.SelectMany(part => part).Order()];
        return new LoadResult(all.Length, failed, Stopwatch.GetElapsedTime(start).TotalSeconds - counted, all);
    }

    private static bool Succeeds(HttpConnection connection, byte[] request)
    {
        try
        {
            return connection.Send(request).Status == 200;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            connection.Reconnect();
            return false;
        }
    }

    private static double WaitUntil(long start, double due)
    {
        double wait = due - Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (wait > 0)
        {
            Thread.Sleep(TimeSpan.FromSeconds(wait) + TimeSpan.FromMilliseconds(0.5));
        }
        return due;
    }
}
