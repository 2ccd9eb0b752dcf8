using System.Globalization;
using System.Runtime.InteropServices;
using Semblance.Evaluation;

namespace Semblance.Bench.Evaluation;

/// <summary>Recall of embeddings at the size of Stanford Online Products, leave-one-out, beside a blocked evaluation in PyTorch; and k-means with as many clusters as it has classes.</summary>
internal static class EvaluationBench
{
    private const int Classes = 11_316;
    private const int Count = 60_502;
    private const int Dimension = 512;
    private static readonly int[] Ks = [1, 10, 100, 1000];

    public static int Run(string script, string[] arguments)
    {
        Console.WriteLine(Machine.Describe());
        LabelledEmbeddings items = Items();
        if (arguments is ["clusters", ..])
        {
            return Clusters(items);
        }
        return Recall(script, items, arguments is [string pairs, ..] ? int.Parse(pairs, CultureInfo.InvariantCulture) : 3);
    }

    private static int Recall(string script, LabelledEmbeddings items, int pairs)
    {
        string rows = Path.GetTempFileName(), labels = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(rows, MemoryMarshal.AsBytes(items.Rows.Span));
            File.WriteAllBytes(labels, MemoryMarshal.AsBytes<int>([.. items.Items.Labels.Select(label => label[0])]));
            using Peer peer = Peer.Python(script, Text(Environment.ProcessorCount), Text(Count), Text(Dimension), rows, labels);
            RetrievalScores? scores = null;
            double[] theirs = [];
            PairCosts costs = Pairs.Run($"Recall@1, 10, 100, 1000 (and R-precision, mAP@R, mAP) of {Count} x {Dimension}, leave-one-out", "s", 1, pairs, () => Cost.Of(1, () => scores = RetrievalEvaluation.LeaveOneOut(items, new RetrievalOptions { RecallAt = Ks })), Theirs);
            double[] ours = [.. scores!.Recall.Select(recall => recall.All.Optimistic)];
            double flops = 2.0 * Count * Count * Dimension;
            Print($"the whole matrix is {flops / 1e12:F2} Tflop: {flops / 1e9 / Pairs.Median(costs.Ours.Select(cost => cost.Cpu)):F0} Gflop a second of CPU (half of them are computed), theirs {flops / 1e9 / Pairs.Median(costs.Theirs.Select(cost => cost.Cpu)):F0}");
            Print($"recall ours {string.Join(' ', ours.Select(Round))}, theirs {string.Join(' ', theirs[2..6].Select(Round))}; queries without a positive {scores.QueriesWithoutPositives}");
            Print($"largest resident memory: ours {(long)ResidentMemory.Peak} MiB with the data ({items.Rows.Length * 4L >> 20} MiB), theirs {theirs[6]:F0} MiB");
            return ours.Zip(theirs[2..6], (a, b) => Math.Abs(a - b)).Max() < 1e-3 ? 0 : throw new InvalidOperationException("The two sides do not agree on recall.");

            Cost Theirs()
            {
                theirs = peer.Ask("go");
                return new Cost(theirs[0], theirs[1]);
            }
        }
        finally
        {
            File.Delete(rows);
            File.Delete(labels);
        }
    }

    private static int Clusters(LabelledEmbeddings items)
    {
        ClusterScores? scores = null;
        Cost cost = Cost.Of(1, () => scores = ClusterScores.Of(items, seed: 1));
        Print($"k-means with {Classes} clusters of {Count} x {Dimension} and its agreement: {cost.Wall:F0} s, {cost.Cpu:F0} s of CPU, largest resident memory {(long)ResidentMemory.Peak} MiB with the data");
        Print($"{string.Join(", ", scores!.Scores().Select(score => $"{score.Name} {Round(score.Value)}"))}");
        return 0;
    }

    /// <summary>Rows of length 1 about the centres of 11,316 classes of 5 or 6, so far apart that about half of the queries find their class first.</summary>
    private static LabelledEmbeddings Items()
    {
        float[] rows = new float[Count * Dimension];
        int[] labels = new int[Count];
        Parallel.For(0, Count, row =>
        {
            labels[row] = (int)((long)row * Classes / Count);
            SeededRandom centre = new(1, labels[row]), own = new(2, row);
            Span<float> target = rows.AsSpan(row * Dimension, Dimension);
            double squared = 0;
            for (int k = 0; k < Dimension; k++)
            {
                // Few directions, as embeddings have: the classes share 24 of them.
                double value = (k < 24 ? centre.NextNormal() : 0) + (own.NextNormal() * (k < 24 ? 0.72 : 0.05));
                target[k] = (float)value;
                squared += value * value;
            }
            for (int k = 0; k < Dimension; k++)
            {
                target[k] = (float)(target[k] / Math.Sqrt(squared));
            }
        });
        return new LabelledEmbeddings(rows, Dimension, LabelledItems.OfClasses("drawn", labels));
    }

    private static string Round(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
