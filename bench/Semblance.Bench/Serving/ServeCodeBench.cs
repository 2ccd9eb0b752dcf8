using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Semblance.Bench.Hamming;
using Semblance.Index;

namespace Semblance.Bench.Serving;

/// <summary>Search by code over HTTP; generator and server share the machine.</summary>
/// <remarks><c>bench/run serve-code [CODES] [--data clustered|uniform] [--folder FOLDER] [--store postgres://...] [--connections N] [--seconds N]</c></remarks>
internal static class ServeCodeBench
{
    private const int Bits = 64;
    private const int K = 10;
    private const int Queries = 20_000;
    private const int Compared = 200;

    private sealed record Settings(int Codes, string Data, string Folder, string? Store, int Connections, double Seconds);

    public static int Run(string[] arguments)
    {
        Settings settings = Parse(arguments);
        Console.WriteLine($"{Machine.Describe()}; load generator and server on the same cores");
        string path = Path.Combine(settings.Folder, string.Create(CultureInfo.InvariantCulture, $"semblance-bench-serve-{settings.Data}-{settings.Codes}"));
        SyntheticCodes synthetic = settings.Data == "uniform" ? SyntheticCodes.Uniform(Bits) : SyntheticCodes.Clustered(Bits);
        Fill(path, synthetic, settings.Codes);
        byte[][] requests = RequestsOf(synthetic.Draw(Queries, 2));
        using ServerProcess server = ServerProcess.Start("--index", settings.Store ?? path);
        Say($"{settings.Codes:N0} {settings.Data} codes of {Bits} bits, k {K}{(settings.Store is null ? "" : ", PostgreSQL")}; ready after {server.SecondsToReady:0.00} s");
        Say($"recall against an exact search of {Compared} queries: {Recall(server.Port, path, synthetic):0.0000}");
        LoadGenerator.Saturate(server.Port, requests, settings.Connections, Math.Min(3, settings.Seconds));
        double cpu = server.CpuSeconds;
        LoadResult most = LoadGenerator.Saturate(server.Port, requests, settings.Connections, settings.Seconds);
        Say($"as fast as it goes, {settings.Connections} connections: {most}; the server took {1e6 * (server.CpuSeconds - cpu) / most.Sent:0} us of CPU a request");
        foreach (double rate in new[] { most.Rate / 2, 1000 }.Where(rate => rate <= most.Rate))
        {
            Say($"at {rate:N0} a second, from when a request was due: {LoadGenerator.AtRate(server.Port, requests, settings.Connections, rate, settings.Seconds)}");
        }
        Say($"resident: {server.Resident.All:0} MiB, of which {server.Resident.Anonymous:0} belong to no file");
        return most.Failed == 0 ? 0 : 1;
    }

    private static Settings Parse(string[] arguments)
    {
        Settings settings = new(10_000_000, "clustered", Path.GetTempPath(), null, 16, 10);
        for (int i = 0; i < arguments.Length; i++)
        {
            settings = arguments[i] switch
            {
                "--data" => settings with { Data = arguments[++i] },
                "--folder" => settings with { Folder = arguments[++i] },
                "--store" => settings with { Store = arguments[++i] },
                "--connections" => settings with { Connections = int.Parse(arguments[++i], CultureInfo.InvariantCulture) },
                "--seconds" => settings with { Seconds = double.Parse(arguments[++i], CultureInfo.InvariantCulture) },
                var count => settings with { Codes = int.Parse(count, CultureInfo.InvariantCulture) },
            };
        }
        return settings;
    }

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

    private static byte[][] RequestsOf(Codes queries) => [.. Enumerable.Range(0, queries.Count).Select(row =>
        HttpConnection.Request("POST", "/v1/search/code", "application/json", Encoding.UTF8.GetBytes($"{{\"code\":\"{Hex(queries[row])}\",\"k\":{K}}}")))];

    private static string Hex(ReadOnlySpan<ulong> code) => Convert.ToHexStringLower(MemoryMarshal.AsBytes(code)[..Codes.BytesFor(Bits)]);

    private static double Recall(int port, string path, SyntheticCodes synthetic)
    {
        Codes queries = synthetic.Draw(Compared, 3);
        byte[][] requests = RequestsOf(queries);
        using LiveIndex index = LiveIndex.OpenRead(path);
        using HttpConnection connection = new(port);
        int found = 0;
        for (int row = 0; row < Compared; row++)
        {
            HashSet<string> exact = [.. index.Nearest(queries[row], K).Select(match => match.Id.ToString())];
            (int status, ReadOnlyMemory<byte> body) = connection.Send(requests[row]);
            using JsonDocument answer = status == 200 ? JsonDocument.Parse(body) : throw new InvalidOperationException($"the server answered {status}: {Encoding.UTF8.GetString(body.Span)}");
            found += answer.RootElement.GetProperty("hits").EnumerateArray().Count(hit => exact.Contains(hit.GetProperty("id").GetString()!));
        }
        return found / (double)(Compared * K);
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
