using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Semblance.Bench.Hamming;
using Semblance.Index;
using Semblance.Serving.Postgres;
using Semblance.Serving.Stores;

namespace Semblance.Bench.Serving;

/// <summary>Search by code over HTTP; generator and server share the machine.</summary>
/// <remarks>
/// <c>bench/run serve-code [CODES] [--data clustered|uniform] [--folder FOLDER] [--connections N] [--seconds N]</c>, and on a PostgreSQL made for it
/// <c>bench/run serve-postgres [CODES] ...</c> (exact) and <c>bench/run serve-postgres hnsw M EF_CONSTRUCTION [CODES] ...</c> (pgvector's HNSW).
/// </remarks>
internal static class ServeCodeBench
{
    private const int Bits = 64;
    private const int K = 10;
    private const int Queries = 20_000;

    private sealed record Settings(int Codes, string Data, string Folder, string? Store, HnswOptions? Hnsw, int Connections, double Seconds)
    {
        public string Engine => Store is null ? "" : Hnsw is not null ? string.Create(CultureInfo.InvariantCulture, $", PostgreSQL with HNSW of m {Hnsw.M} and ef_construction {Hnsw.EfConstruction}") : ", PostgreSQL, exact";

        public int Compared => Store is null || Hnsw is not null ? 200 : 20;
    }

    public static int Run(string[] arguments)
    {
        Settings settings = Parse(arguments);
        Console.WriteLine($"{Machine.Describe()}; load generator and server on the same cores");
        string path = Path.Combine(settings.Folder, string.Create(CultureInfo.InvariantCulture, $"semblance-bench-serve-{settings.Data}-{settings.Codes}"));
        SyntheticCodes synthetic = settings.Data == "uniform" ? SyntheticCodes.Uniform(Bits) : SyntheticCodes.Clustered(Bits);
        Fill(path, synthetic, settings.Codes);
        PushAsync(path, settings).GetAwaiter().GetResult();
        using ServerProcess server = ServerProcess.Start("--index", settings.Store ?? path);
        Say($"{settings.Codes:N0} {settings.Data} codes of {Bits} bits, k {K}{settings.Engine}; ready after {server.SecondsToReady:0.00} s");
        long failed = 0;
        foreach (int? ef in settings.Hnsw is null ? [null] : new int?[] { 100, 400, 1000 })
        {
            string approximate = ef is null ? "" : string.Create(CultureInfo.InvariantCulture, $",\"approximate\":true,\"efSearch\":{ef}");
            byte[][] Requests(Codes queries) => [.. Enumerable.Range(0, queries.Count).Select(row => RequestOf(queries[row], approximate))];
            string which = ef is null ? "" : string.Create(CultureInfo.InvariantCulture, $"efSearch {ef}: ");
            Say($"{which}recall against an exact search of {settings.Compared} queries: {Recall(server.Port, path, synthetic.Draw(settings.Compared, 3), Requests):0.0000}");
            failed += Measure(server, Requests(synthetic.Draw(Queries, 2)), settings, which);
        }
        Say($"resident: {server.Resident.All:0} MiB, of which {server.Resident.Anonymous:0} belong to no file");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>As many requests as go, then half of that and 1,000 a second; returns how many failed.</summary>
    private static long Measure(ServerProcess server, byte[][] requests, Settings settings, string which)
    {
        LoadGenerator.Saturate(server.Port, requests, settings.Connections, Math.Min(3, settings.Seconds));
        double cpu = server.CpuSeconds;
        LoadResult most = LoadGenerator.Saturate(server.Port, requests, settings.Connections, settings.Seconds);
        Say($"{which}as fast as it goes, {settings.Connections} connections: {most}; the server took {1e6 * (server.CpuSeconds - cpu) / most.Sent:0} us of CPU a request");
        foreach (double rate in new[] { most.Rate / 2, 1000 }.Where(rate => rate <= most.Rate))
        {
            Say($"{which}at {rate:#,0.#} a second, from when a request was due: {LoadGenerator.AtRate(server.Port, requests, settings.Connections, rate, settings.Seconds)}");
        }
        return most.Failed;
    }

    private static Settings Parse(string[] arguments)
    {
        Settings settings = new(10_000_000, "clustered", Path.GetTempPath(), null, null, 16, 10);
        for (int i = 0; i < arguments.Length; i++)
        {
            settings = arguments[i] switch
            {
                "--data" => settings with { Data = arguments[++i] },
                "--folder" => settings with { Folder = arguments[++i] },
                "--store" => settings with { Store = arguments[++i] },
                "--hnsw" => settings with { Hnsw = new HnswOptions { M = Whole(arguments[++i]), EfConstruction = Whole(arguments[++i]) } },
                "--connections" => settings with { Connections = Whole(arguments[++i]) },
                "--seconds" => settings with { Seconds = double.Parse(arguments[++i], CultureInfo.InvariantCulture) },
                var count => settings with { Codes = Whole(count) },
            };
        }
        return settings;
    }

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>An index with its tables; kept for the next time.</summary>
    private static void Fill(string path, SyntheticCodes synthetic, int count)
    {
        if (File.Exists(Path.Combine(path, "MANIFEST")))
        {
            return;
        }
        long started = Stopwatch.GetTimestamp();
        string partial = path + ".partial";
        if (Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true);
        }
        using (LiveIndex index = LiveIndex.Create(partial, new LiveIndexOptions { Bits = Bits }))
        {
            Codes codes = synthetic.Draw(count, 1);
            index.Import(Enumerable.Range(0, count).Select(i => (long)i).ToArray(), codes);
            index.Compact();
        }
        Directory.Move(partial, path);
        Say($"the index was made in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s; it stays in {Path.GetFileName(path)}");
    }

    private static async Task PushAsync(string path, Settings settings)
    {
        if (settings.Store is null)
        {
            return;
        }
        PostgresUrl url = PostgresUrl.Parse(settings.Store);
        await using LocalStore local = LocalStore.Open(path, new StoreOptions { ReadOnly = true });
        long started = Stopwatch.GetTimestamp();
        await PostgresPush.RunAsync(local, url, new PushOptions { Hnsw = settings.Hnsw }).ConfigureAwait(false);
        Say($"pushed{(settings.Hnsw is not null ? " and linked" : "")} in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
    }

    private static byte[] RequestOf(ReadOnlySpan<ulong> code, string more) =>
        HttpConnection.Request("POST", "/v1/search/code", "application/json", Encoding.UTF8.GetBytes($"{{\"code\":\"{Hex(code)}\",\"k\":{K}{more}}}"));

    private static string Hex(ReadOnlySpan<ulong> code) => Convert.ToHexStringLower(MemoryMarshal.AsBytes(code)[..Codes.BytesFor(Bits)]);

    /// <summary>The share of the items found that are no farther than the k-th nearest of all.</summary>
    private static double Recall(int port, string path, Codes queries, Func<Codes, byte[][]> requestsOf)
    {
        byte[][] requests = requestsOf(queries);
        using LiveIndex index = LiveIndex.OpenRead(path);
        using HttpConnection connection = new(port);
        int found = 0;
        for (int row = 0; row < queries.Count; row++)
        {
            int farthest = index.Nearest(queries[row], K)[^1].Distance;
            (int status, ReadOnlyMemory<byte> body) = connection.Send(requests[row]);
            using JsonDocument answer = status == 200 ? JsonDocument.Parse(body) : throw new InvalidOperationException($"the server answered {status}: {Encoding.UTF8.GetString(body.Span)}");
            found += answer.RootElement.GetProperty("hits").EnumerateArray().Count(hit => hit.GetProperty("distance").GetInt32() <= farthest);
        }
        return found / (double)(queries.Count * K);
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
