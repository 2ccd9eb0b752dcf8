using System.Globalization;
using Semblance.Index.Files;
using Semblance.Sampling.Trees;

namespace Semblance.Bench.Trees;

/// <summary>A class tree of the size of Stanford Online Products, against numpy with the whole matrix of distances.</summary>
internal static class TreeBench
{
    private const int Neighbours = 31;

    public static int Run(string script, string[] arguments)
    {
        int[] numbers = [.. arguments.Where(text => text != "average").Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        (int classes, int images, int width) = (At(numbers, 0, 11_318), At(numbers, 1, 59_551), At(numbers, 2, 512));
        ClassTreeOptions options = new() { Neighbours = Neighbours, Linkage = arguments.Contains("average") ? Linkage.Average : Linkage.Single };
        Console.WriteLine(Machine.Describe());
        (float[] features, int[] labels) = Draw(classes, images, width);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("semblance-tree-");
        try
        {
            // numpy has no average linkage.
            using Peer? peer = options.Linkage == Linkage.Single ? Start(script, folder.FullName, features, labels, width, options) : null;
            return Compare(peer, features, labels, width, options);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Compare(Peer? peer, float[] features, int[] labels, int width, ClassTreeOptions options)
    {
        int[] nodes = [];
        Cost ours = Cost.Of(1, () => nodes = Build(features, labels, width, options));
        Print("ours", ours, ResidentMemory.Peak, nodes);
        if (peer?.Ask("tree") is [double wall, double cpu, double memory, .. double[] theirs])
        {
            Print("numpy", new Cost(wall, cpu), memory, [.. theirs.Select(count => (int)count)]);
            return nodes.SequenceEqual(theirs.Select(count => (int)count)) ? 0 : throw new InvalidOperationException("The trees differ.");
        }
        return 0;
    }

    private static int At(int[] numbers, int place, int usual) => place < numbers.Length ? numbers[place] : usual;

    private static int[] Build(float[] features, int[] labels, int width, ClassTreeOptions options)
    {
        ClassTreeBuilder builder = new(width);
        for (int image = 0; image < labels.Length; image++)
        {
            builder.Add(features.AsSpan(image * width, width), labels[image]);
        }
        ClassTree tree = builder.Build(options);
        return [.. Enumerable.Range(0, tree.Levels + 1).Select(tree.NodesAt)];
    }

    /// <summary>Classes in families: what a trained model gives, where some are near and most are not.</summary>
    private static (float[] Features, int[] Labels) Draw(int classes, int images, int width)
    {
        float[] features = new float[images * width];
        int[] labels = [.. Enumerable.Range(0, images).Select(image => image % classes)];
        Parallel.For(0, images, image =>
        {
            int label = labels[image];
            SeededRandom family = new(1, label % Math.Max(1, classes / 8)), own = new(2, label), noise = new(3, image);
            (double shared, double apart) = (0.5 + own.NextDouble(), 0.5 + own.NextDouble());
            for (int k = 0; k < width; k++)
            {
                features[(image * width) + k] = (float)((shared * family.NextNormal()) + (apart * own.NextNormal()) + (0.5 * noise.NextNormal()));
            }
        });
        return (features, labels);
    }

    private static Peer Start(string script, string folder, float[] features, int[] labels, int width, ClassTreeOptions options)
    {
        string rows = Path.Combine(folder, "features.npy"), classes = Path.Combine(folder, "labels.npy");
        using (NpyWriter<float> writer = new(rows, width))
        {
            writer.Append(features);
            writer.Complete();
        }
        using (NpyWriter<int> writer = new(classes, 1))
        {
            writer.Append(labels);
            writer.Complete();
        }
        return Peer.Python(script, rows, classes, options.Levels.ToString(CultureInfo.InvariantCulture), options.Neighbours.ToString(CultureInfo.InvariantCulture));
    }

    private static void Print(string who, Cost cost, double memory, int[] nodes) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{who,-6} wall {cost.Wall:0.0} s, CPU {cost.Cpu:0.0} s, peak of resident memory {memory:0} MB; nodes {string.Join(' ', nodes)}"));
}
