using System.Globalization;
using Semblance.Evaluation;
using Semblance.Index;
using Semblance.Index.Kernels;

namespace Semblance.Bench.Ranking;

/// <summary>The Hamming kernels over a million codes, tie-aware scores of 1,000 queries over 54,000 codes, and leave-one-out recall of embeddings; all in CPU time.</summary>
internal static class RankingBench
{
    private const int Bits = 64;

    public static int Run(string[] arguments)
    {
        int embeddings = arguments is [string text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 12_000;
        Kernels();
        Scores("one of 10 classes", labels: 10, several: false);
        Scores("some of 38 labels", labels: 38, several: true);
        Recall(embeddings, dimension: 512);
        return 0;
    }

    private static void Kernels()
    {
        Codes codes = RandomCodes(1_000_000, seed: 1), query = RandomCodes(1, seed: 2);
        ushort[] distances = new ushort[codes.Count];
        foreach ((string name, HammingKernel kernel) in HammingKernels.Available)
        {
            HammingIndex index = new(codes, kernel);
            double scan = Median(31, () => kernel.Distances(codes.Words, query[0], distances));
            double nearest = Median(31, () => index.Nearest(query[0], 10));
            Print($"kernel {name,-8} 1,000,000 codes of {Bits} bits: scan {scan * 1e3:F3} ms, 10 nearest {nearest * 1e3:F3} ms");
        }
    }

    private static void Scores(string what, int labels, bool several)
    {
        LabelledCodes queries = new(RandomCodes(1_000, seed: 3), RandomItems(1_000, labels, several, seed: 4));
        LabelledCodes database = new(RandomCodes(54_000, seed: 5), RandomItems(54_000, labels, several, seed: 6));
        HashEvaluationOptions options = new() { Cutoffs = [100, 1000, 5000], ByRank = true };
        double seconds = Median(5, () => HashEvaluation.Run(queries, database, options));
        Print($"scores of 1,000 queries over 54,000 codes, {what}: {seconds * 1e3:F0} ms");
    }

    private static void Recall(int count, int dimension)
    {
        SeededRandom random = new(7);
        float[] rows = [.. Enumerable.Range(0, count * dimension).Select(_ => (float)random.Between(-1, 1))];
        int[] classes = [.. Enumerable.Range(0, count).Select(row => row / 5)];
        LabelledEmbeddings set = new(rows, dimension, LabelledItems.OfClasses("random", classes));
        double seconds = Median(1, () => RetrievalEvaluation.LeaveOneOut(set));
        double rate = (double)count * count * dimension / seconds / 1e9;
        Print($"leave-one-out recall of {count} x {dimension}: {seconds:F1} s, {rate:F1} billion multiply-adds a second and core, process at most {Environment.WorkingSet >> 20} MiB");
    }

    private static Codes RandomCodes(int count, int seed)
    {
        SeededRandom random = new(seed);
        return new Codes(Bits, [.. Enumerable.Range(0, count).Select(_ => random.NextBits())]);
    }

    private static LabelledItems RandomItems(int count, int labels, bool several, int seed)
    {
        SeededRandom random = new(seed);
        int[][] sets = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, several ? 5 : 1).Select(_ => random.Below(labels)).Distinct().ToArray())];
        return new LabelledItems { Name = $"random {seed}", Labels = sets };
    }

    /// <summary>CPU seconds of all threads; the first, unmeasured calls warm up.</summary>
    private static double Median(int rounds, Action job)
    {
        for (int i = 0; i < rounds - 1; i++)
        {
            job();
        }
        double[] seconds = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            job();
            seconds[i] = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }
        Array.Sort(seconds);
        return seconds[rounds / 2];
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
