using System.Globalization;
using System.Runtime.InteropServices;
using Semblance.Evaluation;
using Semblance.Index;
using Semblance.Index.Files;

namespace Semblance.Bench.HashEvaluations;

/// <summary>Scores of binary codes: a query's time beside a numpy evaluator, one thread each; and 10,000 queries against a file of a million codes.</summary>
internal static class HashEvaluationBench
{
    private const int Bits = 64;

    public static int Run(string script, string[] arguments)
    {
        Console.WriteLine(Machine.Describe());
        if (arguments is ["stream", ..])
        {
            Stream(one: true);
            Stream(one: false);
            return 0;
        }
        // The first of these counts the two sides equal only where numpy's value lies in our interval.
        int pairs = arguments is [string text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 7;
        Compare(script, new Labels(10, 1), pairs);
        Compare(script, new Labels(38, 5), pairs);
        return 0;
    }

    private static void Compare(string script, Labels labels, int pairs)
    {
        const int Queries = 1000, Database = 100_000, Theirs = 40;
        LabelledCodes queries = labels.Draw(Queries, 1), database = labels.Draw(Database, 2);
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string[] files = [.. new[] { "qc", "ql", "dc", "dl" }.Select(name => Path.Combine(folder, name))];
            Write(queries, labels, files[0], files[1]);
            Write(database, labels, files[2], files[3]);
            // The peer inherits these; its products run on one thread.
            Environment.SetEnvironmentVariable("OMP_NUM_THREADS", "1");
            Environment.SetEnvironmentVariable("OPENBLAS_NUM_THREADS", "1");
            using Peer peer = Peer.Python(script, [Text(Bits), Text(labels.Count), Text(Queries), Text(Database), .. files]);
            foreach ((string what, HashEvaluationOptions options) in Options())
            {
                HashScores? scores = null;
                double[] theirs = [];
                Pairs.Run($"{labels}: {what}, {Database} codes of {Bits} bits, one thread, a query", "ms", 1e3, pairs, () => Cost.Of(Queries, () => scores = HashEvaluation.Run(queries, database, options)), () =>
                {
                    theirs = peer.Ask(Text(Theirs));
                    return new Cost(theirs[0] / Theirs, theirs[1] / Theirs);
                });
                TieValues own = HashEvaluation.Run(new LabelledCodes(queries.Codes.Slice(0, Theirs), queries.Items with { Labels = [.. queries.Items.Labels.Take(Theirs)] }), database, options).MeanAveragePrecision;
                Print($"  mAP of the first {Theirs} queries: numpy {theirs[2]:F6}; ours expected {own.Expected:F6}, by index {own.StableIndexOrder:F6}, any order {own.Pessimistic:F6} to {own.Optimistic:F6}");
                if (theirs[2] < own.Pessimistic - 1e-6 || theirs[2] > own.Optimistic + 1e-6)
                {
                    throw new InvalidOperationException("numpy's mAP lies outside our interval.");
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (string What, HashEvaluationOptions Options)[] Options() =>
    [
        ("mAP under all tie rules and every other metric", new() { Threads = 1 }),
        ("the same without the order by index", new() { Threads = 1, IndexOrder = false }),
    ];

    private static void Stream(bool one)
    {
        Labels labels = one ? new(10, 1) : new(38, 5);
        string path = Path.GetTempFileName();
        try
        {
            WriteCodes(path, labels, 1_000_000);
            LabelledCodes queries = labels.Draw(10_000, 1);
            ResidentMemory.ForgetPeak();
            double before = ResidentMemory.Now;
            HashScores? scores = null;
            Cost cost = Cost.Of(1, () => scores = HashEvaluation.Stream(queries, () => CodesFile.ReadParts(path).Select(part => new LabelledCodes(part.Codes, LabelledItems.FromFile("drawn", part.Items))), new HashEvaluationOptions { Cutoffs = [1000] }));
            Print($"{labels}: {scores!.Queries} queries x {scores.DatabaseCount} codes of {Bits} bits from a file, all metrics and tie rules: {cost.Wall:F1} s, {cost.Cpu:F1} s of CPU; resident {before:F0} MiB before, {ResidentMemory.Peak:F0} MiB at most; mAP {scores.MeanAveragePrecision.Expected:F4}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void WriteCodes(string path, Labels labels, int count)
    {
        using RowFileWriter writer = RowFileWriter.Create(path, new RowFormat(RowKind.Code, Bits), "");
        const int Part = 20_000;
        for (int start = 0; start < count; start += Part)
        {
            LabelledCodes part = labels.Draw(Part, 100 + start);
            writer.Append(part.Codes, [.. part.Items.Labels.Select((own, row) => new RowItem(string.Create(CultureInfo.InvariantCulture, $"drawn/{start + row}.jpg"), own))]);
        }
        writer.Complete();
    }

    private static void Write(LabelledCodes set, Labels labels, string codes, string hot)
    {
        float[] signs = new float[set.Codes.Count * Bits], rows = new float[set.Codes.Count * labels.Count];
        for (int row = 0; row < set.Codes.Count; row++)
        {
            for (int bit = 0; bit < Bits; bit++)
            {
                signs[(row * Bits) + bit] = set.Codes.Bit(row, bit) ? 1 : -1;
            }
            foreach (int label in set.Items.Labels[row])
            {
                rows[(row * labels.Count) + label] = 1;
            }
        }
        File.WriteAllBytes(codes, MemoryMarshal.AsBytes(signs.AsSpan()));
        File.WriteAllBytes(hot, MemoryMarshal.AsBytes(rows.AsSpan()));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Items with so many of so many labels; the bits of a code are those of its labels' codes by majority, some turned over.</summary>
    private sealed record Labels(int Count, int Each)
    {
        public override string ToString() => Each == 1 ? $"one of {Text(Count)} classes" : $"up to {Text(Each)} of {Text(Count)} labels";

        public LabelledCodes Draw(int count, int seed)
        {
            SeededRandom centres = new(7), random = new(seed);
            ulong[] codeOf = [.. Enumerable.Range(0, Count).Select(_ => centres.NextBits())];
            int[][] sets = new int[count][];
            ulong[] words = new ulong[count];
            for (int row = 0; row < count; row++)
            {
                sets[row] = [.. Enumerable.Range(0, Each).Select(_ => random.Below(Count)).Distinct()];
                // Three draws of bits, all of them ones: an eighth of the bits turns over, a fourth where a row is blurred.
                words[row] = codeOf[sets[row][0]] ^ (random.NextBits() & random.NextBits() & (row % 2 == 0 ? random.NextBits() : ulong.MaxValue));
                foreach (int other in sets[row].Skip(1))
                {
                    ulong mask = random.NextBits() & random.NextBits();
                    words[row] = (words[row] & ~mask) | (codeOf[other] & mask);
                }
            }
            return new LabelledCodes(new Codes(Bits, words), new LabelledItems { Name = "drawn", Labels = sets });
        }
    }
}
