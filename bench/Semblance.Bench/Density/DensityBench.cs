using System.Globalization;
using System.Runtime.InteropServices;
using Semblance.Curriculum;
using Semblance.Tensors;

namespace Semblance.Bench.Density;

/// <summary>The density analysis of a job of WebVision's size, streamed from disk, against the matrix products alone and against numpy.</summary>
internal static class DensityBench
{
    private const int Width = 256;
    private const int PeerClasses = 5;
    private const int FloorClasses = 20;

    public static int Run(string script, string[] arguments)
    {
        bool one = arguments.Contains("one");
        int[] numbers = [.. arguments.Where(text => text != "one").Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        (int classes, int each) = one ? (1, numbers.Length > 0 ? numbers[0] : 50_000) : (numbers.Length > 0 ? numbers[0] : 1000, numbers.Length > 1 ? numbers[1] : 2440);
        Console.WriteLine(Machine.Describe());
        string file = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"semblance-density-{Environment.ProcessId}.f32"));
        try
        {
            Draw(file, classes, each);
            // Ours first: what libtorch takes for a product is not all given back.
            Cost exact = Analyse(file, classes, each, new DensityOptions { SampleAbove = 0, OnDegenerate = OnDegenerate.PutAllInClean }, "ours, exact");
            Cost sampled = one ? Analyse(file, classes, each, new DensityOptions { SampleAbove = 1, OnDegenerate = OnDegenerate.PutAllInClean }, "ours, 4,096 reference samples") : default;
            Cost floor = Floor(file, Math.Min(classes, FloorClasses), each, one);
            floor = new Cost(floor.Wall * classes, floor.Cpu * classes);
            Report(one ? "X X' by libtorch, 2,000 rows at a time" : "X X' of every class by libtorch", floor, null);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  CPU of ours: {exact.Cpu / floor.Cpu:0.00} times that{(one ? $"; by reference samples {sampled.Cpu / floor.Cpu:0.00} times" : "")}"));
            if (one)
            {
                return 0;
            }
            using Peer peer = Peer.Python(script);
            double[] theirs = peer.Ask(string.Create(CultureInfo.InvariantCulture, $"classes {file} {classes} {each} {Width} {Math.Min(classes, PeerClasses)}"));
            double scale = (double)classes / Math.Min(classes, PeerClasses);
            Report($"numpy, the whole matrix of a class, {(theirs[5] > 0 ? "scikit-learn's k-means" : "Lloyd's k-means by hand (no scikit-learn here)")}, {PeerClasses} classes scaled", new Cost(theirs[0] * scale, theirs[1] * scale), theirs[2]);
            return 0;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Cost Analyse(string file, int classes, int each, DensityOptions options, string name)
    {
        int[] labels = [.. Enumerable.Range(0, classes).SelectMany(label => Enumerable.Repeat(label, each))];
        GC.Collect();
        ResidentMemory.ForgetPeak();
        DensityAnalysis? found = null;
        Cost cost = Cost.Of(1, () =>
        {
            using FileRows rows = FeatureRows.InFile(file, 0, classes * each, Width);
            found = DensityCurriculum.Fit(rows, labels, options);
        });
        Report(name, cost, ResidentMemory.Peak);
        int[] sizes = [.. Enumerable.Range(0, found!.SubsetCount).Select(subset => found.Subset.Count(of => of == subset))];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  subsets {string.Join(" / ", sizes)}; cut-off of the first class {found.Classes[0].Cutoff:0.0000}"));
        return cost;
    }

    /// <summary>X X' of a class by libtorch: what the numpy way spends on products, and no more.</summary>
    private static Cost Floor(string file, int classes, int each, bool blocks)
    {
        using FileRows rows = FeatureRows.InFile(file, 0, classes * each, Width);
        var block = new float[each * Width];
        double wall = 0, cpu = 0;
        for (int label = -1; label < classes; label++)
        {
            rows.Read([.. Enumerable.Range(Math.Max(label, 0) * each, each)], block);
            Cost cost = Cost.Of(1, () => Multiply(block, each, blocks ? 2000 : each));
            (wall, cpu) = label < 0 ? (0, 0) : (wall + cost.Wall, cpu + cost.Cpu);
        }
        return new Cost(wall / classes, cpu / classes);
    }

    private static void Multiply(float[] rows, int count, int step)
    {
        using Autograd.Mode mode = Autograd.NoGrad();
        using TensorScope whole = new();
        Tensor all = Tensor.From(rows, count, Width), turned = all.Transpose(0, 1);
        for (int first = 0; first < count; first += step)
        {
            using TensorScope scope = new();
            _ = all.Narrow(0, first, Math.Min(step, count - first)).MatMul(turned);
        }
    }

    /// <summary>A tight cloud, a wide one and strays in every class.</summary>
    private static void Draw(string file, int classes, int each)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write);
        Parallel.For(0, classes, () => new float[Math.Min(each, 10_000) * Width], (label, _, block) =>
        {
            for (int first = 0; first < each; first += block.Length / Width)
            {
                int count = Math.Min(block.Length / Width, each - first);
                Fill(block, label, first, count);
                RandomAccess.Write(handle, MemoryMarshal.AsBytes(block.AsSpan(0, count * Width)), (((long)label * each) + first) * Width * sizeof(float));
            }
            return block;
        }, _ => { });
    }

    /// <summary>Sums of four uniform numbers are near enough to normal ones and far cheaper.</summary>
    private static void Fill(float[] block, int label, int first, int count)
    {
        var random = new Random((label * 1_000_003) + first);
        for (int row = 0; row < count; row++)
        {
            float spread = ((first + row) % 10) switch { < 6 => 0.6f, < 9 => 1, _ => 1.6f } * (0.8f + (0.4f * random.NextSingle()));
            for (int k = 0; k < Width; k++)
            {
                block[(row * Width) + k] = spread * (random.NextSingle() + random.NextSingle() + random.NextSingle() + random.NextSingle() - 2);
            }
        }
    }

    private static void Report(string name, Cost cost, double? memory) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name}: {cost.Wall:0.0} s by the clock, {cost.Cpu:0.0} s of CPU{(memory is { } peak ? string.Create(CultureInfo.InvariantCulture, $", {peak:0} MiB resident at most") : "")}"));
}
