using System.Diagnostics;
using System.Globalization;
using Semblance.Index;

namespace Semblance.Bench.Live;

/// <summary>What a live index takes to be filled, opened and written to, on the disk of a folder.</summary>
internal static class LiveBench
{
    private const int Bits = 64;
    private const int Rounds = 5;

    public static int Run(string[] arguments)
    {
        int count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 5_000_000;
        string folder = arguments.Length > 1 ? arguments[1] : Path.GetTempPath();
        Console.WriteLine(Machine.Describe());
        string path = Path.Combine(folder, $"semblance-bench-live-{Environment.ProcessId}");
        try
        {
            Import(path, count);
            Open(path);
            foreach (int callers in (int[])[1, 16, 256])
            {
                Upsert(path, callers);
            }
        }
        finally
        {
            Delete(path);
        }

        return 0;
    }

    private static void Import(string path, int count)
    {
        var random = new Random(1);
        var words = new ulong[count];
        var ids = new long[count];
        for (int i = 0; i < count; i++)
        {
            (words[i], ids[i]) = ((ulong)random.NextInt64() ^ ((ulong)random.NextInt64() << 1), i);
        }

        var codes = new Codes(Bits, words);
        double[] seconds = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            Delete(path);
            using LiveIndex index = LiveIndex.Create(path, new LiveIndexOptions { Bits = Bits, AutomaticCompaction = false });
            long started = Stopwatch.GetTimestamp();
            index.Import(ids, codes);
            seconds[round] = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        Say($"import of {count:N0} durable codes: {count / Pairs.Median(seconds) / 1e6:0.00} million a second ({count / seconds.Max() / 1e6:0.00} to {count / seconds.Min() / 1e6:0.00})");
    }

    private static void Open(string path)
    {
        double[] open = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long started = Stopwatch.GetTimestamp();
            using LiveIndex index = LiveIndex.Open(path);
            open[round] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        using LiveIndex reader = LiveIndex.OpenRead(path);
        LiveIndexInfo info = reader.Info();
        string columns = string.Join(", ", info.ColumnBytes.Select(column => string.Create(CultureInfo.InvariantCulture, $"{column.Key} {column.Value / (double)info.Items:0.00}")));
        Say($"opening {info.Items:N0} codes: {Pairs.Median(open):0.0} ms ({open.Min():0.0} to {open.Max():0.0}); bytes a code: {columns}");
    }

    private static void Upsert(string path, int callers)
    {
        Delete(path);
        using LiveIndex index = LiveIndex.Create(path, new LiveIndexOptions { Bits = Bits });
        long next = 0;
        long started = Stopwatch.GetTimestamp();
        Task[] tasks = [.. Enumerable.Range(0, callers).Select(async caller =>
        {
            var random = new Random(caller);
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < 5)
            {
                await index.UpsertAsync(new Item(Interlocked.Increment(ref next), new[] { (ulong)random.NextInt64() })).ConfigureAwait(false);
            }
        })];
        Task.WaitAll(tasks);
        Say($"single durable upserts, {callers} callers: {next / Stopwatch.GetElapsedTime(started).TotalSeconds:N0} a second");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
