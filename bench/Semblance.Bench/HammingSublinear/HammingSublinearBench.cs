using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Semblance.Bench.Hamming;
using Semblance.Index;
using Semblance.Index.Files;

namespace Semblance.Bench.HammingSublinear;

/// <summary>Exact search by multi-index hashing: beside our own scan over clustered and uniform codes, or over codes of a file, and beside FAISS's MultiHash and HNSW.</summary>
internal static class HammingSublinearBench
{
    private const int K = 10;
    private const int Pairs = 5;

    public static int Run(string script, string[] arguments)
    {
        var options = HammingSublinearOptions.Parse(arguments);
        Console.WriteLine(Machine.Describe());
        if (options.Codes is { } file)
        {
            FromFile(file);
        }
        else if (options.Peer is { } peer)
        {
            // A query of MultiHash takes as long as a thousand of ours, so it gets 20.
            bool hash = peer == "multihash";
            foreach (int rows in options.Rows)
            {
                Compare(script, rows, hash ? "multihash 3 21" : "hnsw 16 100", hash ? [2, 3, 4] : [64, 96, 128, 160, 192, 256, 384], hash ? 20 : 300, options.Folder);
            }
        }
        else
        {
            foreach (int rows in options.Rows)
            {
                foreach (string data in options.Data)
                {
                    bool uniform = data == "uniform";
                    SyntheticCodes drawn = uniform ? SyntheticCodes.Uniform(options.Bits) : SyntheticCodes.Clustered(options.Bits);
                    Measure(data, drawn.Draw(rows, 1), drawn.Draw(uniform || rows > 20_000_000 ? 100 : 300, 2));
                }
            }
        }

        return 0;
    }

    /// <summary>Codes of a file; the queries are some of them, taken out at even steps.</summary>
    private static void FromFile(string file)
    {
        const int Queries = 300;
        Codes all = file.EndsWith(".npy", StringComparison.Ordinal) ? Codes.Concatenate([.. NpyFile.ReadCodeParts(file)]) : CodesFile.Read(file).Codes;
        int step = Math.Max(2, all.Count / Queries);
        int[] taken = [.. Enumerable.Range(0, all.Count).Where(row => row % step == 0)];
        int[] left = [.. Enumerable.Range(0, all.Count).Where(row => row % step != 0)];
        Measure(Path.GetFileName(file), all.Rows(left), all.Rows(taken));
    }

    private static void Measure(string name, Codes codes, Codes queries)
    {
        MultiIndex? tables = null;
        Cost built = Cost.Of(1, () => tables = MultiIndex.Build(codes));
        HammingIndex index = new(tables!);
        Print($"{name}, {codes.Count:N0} codes of {codes.Bits} bits, {queries.Count} queries, {K} nearest; {tables!.Tables} tables built in {built.Cpu:0.0} s of CPU, {(double)tables.Bytes / codes.Count:0.0} bytes a code");
        RequireSame(index, queries);
        SearchOptions byTables = new() { Plan = SearchPlan.MultiIndex, Threads = 1 }, byScan = new() { Plan = SearchPlan.Scan, Threads = 1 }, chosen = new() { Threads = 1 };
        WarmUp(index, queries, byTables);
        Bench.Pairs.Run("  tables (ours) and scan (theirs), a query", "ms", 1e3, Pairs, () => Cost.Of(queries.Count, () => One(index, queries, byTables)), () => Cost.Of(queries.Count, () => One(index, queries, byScan)));
        Bench.Pairs.Run("  what the planner chooses (ours) and scan (theirs), a query", "ms", 1e3, Pairs, () => Cost.Of(queries.Count, () => One(index, queries, chosen)), () => Cost.Of(queries.Count, () => One(index, queries, byScan)));
        TableWork[] work = [.. Enumerable.Range(0, queries.Count).Select(query => index.Explain(queries[query], K).Tables!)];
        Print($"  a query reads {work.Average(one => one.Buckets):N0} buckets with {work.Average(one => one.Candidates):N0} candidates on average, and compares {work.Average(one => one.Compared):N0} codes");
        Console.WriteLine(index.Explain(queries[0], K));
    }

    /// <summary>FAISS at growing effort, and our tables beside the first that reaches a recall of 0.99, or 1 for MultiHash.</summary>
    private static void Compare(string script, int rows, string kind, int[] efforts, int queries, string kept)
    {
        SyntheticCodes clustered = SyntheticCodes.Clustered(64);
        Codes codes = clustered.Draw(rows, 1), asked = clustered.Draw(300, 2);
        HammingIndex index = HammingIndex.WithMultiIndex(codes);
        RequireSame(index, asked);
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string[] files = [.. new[] { "codes", "queries", "last" }.Select(name => Path.Combine(folder, name))];
            File.WriteAllBytes(files[0], codes.ToBytes());
            File.WriteAllBytes(files[1], asked.ToBytes());
            File.WriteAllBytes(files[2], MemoryMarshal.AsBytes(index.Nearest(asked, K).Select(found => found[^1].Distance).ToArray().AsSpan()).ToArray());
            Environment.SetEnvironmentVariable("OMP_NUM_THREADS", "1");
            Directory.CreateDirectory(kept);
            using Peer peer = Peer.Python(script, ["64", .. files, Text(K), kind, kept]);
            double[] build = peer.Ask("build");
            Print($"FAISS {kind}, clustered, {rows:N0} codes of 64 bits: built or read in {build[1]:0.0} s of CPU, {build[2]:0} MiB resident");
            double enough = kind.StartsWith("multihash", StringComparison.Ordinal) ? 1 : 0.99;
            foreach (int effort in efforts)
            {
                double[] answer = peer.Ask($"{effort} {queries}");
                Print($"  effort {effort}: recall {answer[2]:0.000}, {answer[1] / queries * 1e3:0.000} ms of CPU a query");
                if (answer[2] >= enough)
                {
                    Pair(peer, index, asked, effort, queries);
                    return;
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One query after the other by the tables, then all of them in one call, as FAISS has them, by whatever the planner chooses.</summary>
    private static void Pair(Peer peer, HammingIndex index, Codes asked, int effort, int queries)
    {
        SearchOptions byTables = new() { Plan = SearchPlan.MultiIndex, Threads = 1 }, chosen = new() { Threads = 1 };
        WarmUp(index, asked, byTables);
        Beside("tables, one query after the other", () => One(index, asked, byTables));
        index.Nearest(asked, K, chosen);
        Beside("what the planner chooses for all queries at once", () => index.Nearest(asked, K, chosen));

        void Beside(string name, Action search) =>
            Bench.Pairs.Run($"  {name}, exact (ours) and FAISS at effort {effort} (theirs), a query", "ms", 1e3, Pairs, () => Cost.Of(asked.Count, search), () =>
            {
                double[] answer = peer.Ask($"{effort} {queries}");
                return new Cost(answer[0] / queries, answer[1] / queries);
            });
    }

    private static void One(HammingIndex index, Codes queries, SearchOptions options)
    {
        for (int query = 0; query < queries.Count; query++)
        {
            index.Nearest(queries[query], K, options);
        }
    }

    /// <summary>Searches until the runtime has compiled everything as it will stay.</summary>
    private static void WarmUp(HammingIndex index, Codes queries, SearchOptions options)
    {
        for (long started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started).TotalSeconds < 2;)
        {
            One(index, queries, options);
        }
    }

    private static void RequireSame(HammingIndex index, Codes queries)
    {
        Neighbour[][] scanned = index.Nearest(queries, K, new SearchOptions { Plan = SearchPlan.Scan });
        Neighbour[][] found = index.Nearest(queries, K, new SearchOptions { Plan = SearchPlan.MultiIndex });
        for (int query = 0; query < queries.Count; query++)
        {
            if (!scanned[query].AsSpan().SequenceEqual(found[query]))
            {
                throw new InvalidOperationException($"query {query}: tables and scan differ.");
            }
        }

        Print($"  tables give the rows and distances of the scan for each of {queries.Count} queries; the {K}th neighbour is at {Bench.Pairs.Median(found.Select(list => (double)list[^1].Distance))} (median)");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Print(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}
