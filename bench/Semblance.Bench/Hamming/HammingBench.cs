using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Semblance.Index;
using Semblance.Index.Files;
using Semblance.Index.Kernels;

namespace Semblance.Bench.Hamming;

/// <summary>The ten nearest codes by scans, beside FAISS's flat binary index.</summary>
internal static class HammingBench
{
    private const int K = 10;
    private const int Queries = 1000;

    public static int Run(string script, string[] arguments)
    {
        HammingBenchOptions options = HammingBenchOptions.Parse(arguments);
        Console.WriteLine($"{Machine.Describe()}; kernel {HammingKernels.Default.Name}");
        if (options.Codes is string file)
        {
            Codes all = Read(file);
            int queries = Math.Min(Queries, all.Count / 10);
            Measure(script, $"codes of {Path.GetFileName(file)}", all.Slice(queries, all.Count - queries), all.Slice(0, queries), options);
            return 0;
        }
        foreach (int bits in options.Bits)
        {
            foreach (string data in options.Data)
            {
                SyntheticCodes drawn = data == "uniform" ? SyntheticCodes.Uniform(bits) : SyntheticCodes.Clustered(bits);
                foreach (int rows in options.Rows)
                {
                    Measure(script, $"{data} codes", drawn.Draw(rows, seed: 1), drawn.Draw(Queries, seed: 2), options);
                }
            }
        }
        return 0;
    }

    private static Codes Read(string file)
    {
        if (Path.GetExtension(file) != ".npy")
        {
            return CodesFile.Read(file).Codes;
        }
        IReadOnlyList<long> shape = NpyFile.ReadHeader(file).Shape;
        return NpyFile.ReadCodes(file, (int)shape[1] * 8);
    }

    private static void Measure(string script, string what, Codes codes, Codes queries, HammingBenchOptions options)
    {
        Print($"\n{what}, {codes.Bits} bits, {codes.Count:N0} rows, {K} nearest, one thread, a query");
        HammingIndex index = new(codes);
        string folder = Directory.CreateTempSubdirectory("semblance-hamming-").FullName;
        try
        {
            string[] files = [Path.Combine(folder, "codes"), Path.Combine(folder, "queries")];
            Write(codes, files[0]);
            Write(queries, files[1]);
            using Peer faiss = Peer.Python(script, [codes.BytesPerCode.ToString(CultureInfo.InvariantCulture), .. files]);
            Check(index, queries, faiss);
            if (options.Kernels)
            {
                Kernels(codes, queries, options.Pairs);
            }
            OneQuery(index, queries, faiss, options.Pairs);
            Memory(index, queries, options.Pairs);
            foreach (int together in (int[])[100, Queries])
            {
                if (together <= queries.Count)
                {
                    Batch(index, queries.Slice(0, together), faiss, options.Pairs);
                }
            }
            TwoThreads(index, queries, options.Pairs);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Distances must be those of FAISS; which of several equally near rows it returns is not defined there.</summary>
    private static void Check(HammingIndex index, Codes queries, Peer faiss)
    {
        int count = (int)Math.Clamp(200_000_000L / index.Codes.Count, 1, Math.Min(100, queries.Count));
        Codes asked = queries.Slice(0, count);
        int[] theirs = [.. faiss.Ask($"distances {count} {K}").Select(distance => (int)distance)];
        foreach (SearchPlan plan in HammingKernels.Default.Name == "avx512" ? (SearchPlan[])[SearchPlan.Scan, SearchPlan.Planes] : [SearchPlan.Scan])
        {
            if (!index.Nearest(asked, K, new SearchOptions { Plan = plan }).SelectMany(found => found).Select(item => item.Distance).SequenceEqual(theirs))
            {
                throw new InvalidOperationException($"The distances of the plan {plan} are not those of FAISS.");
            }
        }
        Print($"the same distances as FAISS for {count} queries, as a scan and by planes");
    }

    private static void Kernels(Codes codes, Codes queries, int rounds)
    {
        foreach (HammingKernel kernel in HammingKernels.Available.Values)
        {
            HammingIndex index = new(codes, kernel);
            Cost[] costs = [.. Enumerable.Range(0, rounds + 1).Select(_ => Singles(index, queries)).Skip(1)];
            Print($"  kernel {kernel.Name,-7} one query {Pairs.Median(costs.Select(cost => cost.Cpu)) * 1e3:F3} ms");
        }
    }

    private static void OneQuery(HammingIndex index, Codes queries, Peer faiss, int pairs)
    {
        int times = (int)Math.Clamp(50_000_000L / index.Codes.Count, 2, 1000);
        PairCosts costs = Pairs.Run("one query", "ms", 1e3, pairs, () => Singles(index, queries), () => faiss.AskCost($"search 1 {times} {K}"));
        Ratio(costs, Quoted.OneQuery(index.Codes));
    }

    /// <summary>How fast memory is read, in turn with the scan of one query.</summary>
    private static void Memory(HammingIndex index, Codes queries, int pairs)
    {
        int times = Times(index.Codes);
        PairCosts costs = Pairs.Run("one query and a mere read of the same memory", "ms", 1e3, pairs, () => Singles(index, queries), () => Cost.Of(times, () =>
        {
            for (int i = 0; i < times; i++)
            {
                ReadAll(index.Codes.Words);
            }
        }));
        double gigabytes = index.Codes.Words.Length * 8e-9;
        Print($"  read {gigabytes / Pairs.Median(costs.Theirs.Select(cost => cost.Cpu)):F1} GB/s; the query reaches {100 / Pairs.Median(costs.Ratios(cost => cost.Cpu)):F0} % of it");
    }

    private static void Batch(HammingIndex index, Codes queries, Peer faiss, int pairs)
    {
        // FAISS takes as long for each query of a batch however many there are; all of 1,000 over ten million would take it half a minute.
        int theirs = (int)Math.Clamp(200_000_000L / index.Codes.Count, 10, Math.Min(100, queries.Count));
        int times = (int)Math.Max(1, Times(index.Codes) * 4 / queries.Count);
        SearchOptions options = new() { Threads = 1 };
        PairCosts costs = Pairs.Run($"batch of {queries.Count} (FAISS: {theirs})", "ms", 1e3, pairs, () => Cost.Of(queries.Count * times, () =>
        {
            for (int i = 0; i < times; i++)
            {
                index.Nearest(queries, K, options);
            }
        }), () => faiss.AskCost($"search {theirs} 1 {K}"));
        Print($"  {index.Codes.Count / Pairs.Median(costs.Ours.Select(cost => cost.Cpu)) / 1e9:F1} billion distances a second");
        Ratio(costs, Quoted.Batch(index.Codes));
    }

    private static void TwoThreads(HammingIndex index, Codes queries, int pairs)
    {
        PairCosts costs = Pairs.Run($"batch of {queries.Count}: two threads (ours) and one (theirs)", "ms", 1e3, pairs, () => Batch(2), () => Batch(1));
        Print($"  {1 / Pairs.Median(costs.Ratios(cost => cost.Wall)):F2} times as fast by the clock, at most {1 / costs.Ratios(cost => cost.Wall).Min():F2}");

        Cost Batch(int threads) => Cost.Of(queries.Count, () => index.Nearest(queries, K, new SearchOptions { Threads = threads }));
    }

    private static void Ratio(PairCosts costs, Quoted? quoted)
    {
        double ratio = 1 / Pairs.Median(costs.Ratios(cost => cost.Cpu));
        Print($"  {ratio:F1} times as fast as Debian's FAISS");
        if (quoted is not null)
        {
            Print($"  FAISS built natively with AVX-512, quoted: {quoted.Native} ms beside Debian's {quoted.Debian} ms on a quieter machine; by their ratio {ratio * quoted.Native / quoted.Debian:F1} times as fast");
        }
    }

    /// <summary>Queries one by one, the next ones each time.</summary>
    private static Cost Singles(HammingIndex index, Codes queries)
    {
        int times = Times(index.Codes);
        SearchOptions options = new() { Threads = 1 };
        return Cost.Of(times, () =>
        {
            for (int i = 0; i < times; i++)
            {
                index.Nearest(queries[i % queries.Count], K, options);
            }
        });
    }

    private static int Times(Codes codes) => (int)Math.Clamp(300_000_000L / codes.Words.Length, 10, 100_000);

    private static ulong ReadAll(ReadOnlySpan<ulong> words)
    {
        ref ulong first = ref MemoryMarshal.GetReference(words);
        Vector512<ulong> a = Vector512<ulong>.Zero, b = a, c = a, d = a;
        for (int i = 0; i + 32 <= words.Length; i += 32)
        {
            a |= Vector512.LoadUnsafe(ref first, (nuint)i);
            b |= Vector512.LoadUnsafe(ref first, (nuint)i + 8);
            c |= Vector512.LoadUnsafe(ref first, (nuint)i + 16);
            d |= Vector512.LoadUnsafe(ref first, (nuint)i + 24);
        }
        return (a | b | c | d)[0];
    }

    private static void Write(Codes codes, string file)
    {
        using FileStream stream = File.Create(file);
        const int Part = 1 << 16;
        byte[] bytes = new byte[Part * codes.BytesPerCode];
        for (int start = 0; start < codes.Count; start += Part)
        {
            int count = Math.Min(Part, codes.Count - start);
            codes.CopyBytes(start, count, bytes);
            stream.Write(bytes, 0, count * codes.BytesPerCode);
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Milliseconds a query of FAISS, measured once in pairs (64 bits, clustered codes): Debian's package, and its sources compiled for this processor with AVX-512.</summary>
    private sealed record Quoted(double Debian, double Native)
    {
        public static Quoted? OneQuery(Codes codes) => (codes.Bits, codes.Count) switch
        {
            (64, 1_000_000) => new(1.778, 0.476),
            (64, 10_000_000) => new(17.59, 4.807),
            _ => null,
        };

        public static Quoted? Batch(Codes codes) => (codes.Bits, codes.Count) switch
        {
            (64, 1_000_000) => new(1.768, 0.447),
            (64, 10_000_000) => new(17.53, 4.407),
            _ => null,
        };
    }
}
