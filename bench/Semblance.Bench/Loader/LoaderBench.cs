using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Tensors.Images;

namespace Semblance.Bench.Loader;

/// <summary>JPEG files of 500 × 375 to normalised 224 × 224 floats: the loader with one thread against Pillow and numpy, in alternating pairs.</summary>
internal static class LoaderBench
{
    private const int Width = 500, Height = 375;

    public static int Run(string[] arguments)
    {
        int rounds = arguments is [string text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 7;
        string folder = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            long bytes = WriteImages(folder, 128);
            Dataset dataset = DatasetSource.Open(folder, DatasetKind.Images);
            using Peer peer = new(Path.Combine(SourceFolder(), "loader", "pillow.py"), folder);
            Console.WriteLine($"{Processor()}; {dataset.Count} JPEG files of {Width} x {Height}, {bytes / dataset.Count} bytes each; 1 thread; {rounds} rounds");
            Console.WriteLine("job     ours images/s   Pillow images/s   ratio of CPU time (median, least, most)   ratio of wall time");
            ImageTransform centre = new() { Size = 224, Resize = 256 };
            Compare("centre", dataset, centre, peer, rounds);
            Compare("random", dataset, centre with { Augmentation = new() { RandomResizedCrop = true, FlipProbability = 0.5 } }, peer, rounds);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mean absolute difference from Pillow: {Difference(dataset, centre, peer, folder):F3} of 255"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(string job, Dataset dataset, ImageTransform transform, Peer peer, int rounds)
    {
        using DataLoader loader = new(dataset, transform, new() { Threads = 1 });
        Measure(loader);
        peer.Ask(job);
        List<(double Cpu, double Wall)> ours = [], theirs = [];
        for (int round = 0; round < rounds; round++)
        {
            ours.Add(Measure(loader));
            theirs.Add(peer.Ask(job));
        }
        double[] ratios = [.. ours.Zip(theirs, (a, b) => b.Cpu / a.Cpu).Order()];
        double wall = Median(ours.Zip(theirs, (a, b) => b.Wall / a.Wall));
        double rate = dataset.Count / Median(ours.Select(time => time.Cpu)), peerRate = dataset.Count / Median(theirs.Select(time => time.Cpu));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{job,-7} {rate,13:F0} {peerRate,17:F0}   {Median(ratios),13:F2} {ratios[0],6:F2} {ratios[^1],6:F2} {wall,32:F2}"));
    }

    private static (double Cpu, double Wall) Measure(DataLoader loader)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        Stopwatch watch = Stopwatch.StartNew();
        foreach (ImageBatch batch in loader.LoadAll(32))
        {
            batch.Dispose();
        }
        return ((Environment.CpuUsage.TotalTime - cpu).TotalSeconds, watch.Elapsed.TotalSeconds);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static double Difference(Dataset dataset, ImageTransform transform, Peer peer, string folder)
    {
        string file = Path.Combine(folder, "pixels.f32");
        peer.Ask($"save {file}");
        ReadOnlySpan<float> theirs = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file));
        using DataLoader loader = new(dataset, transform, new() { Threads = 1 });
        double sum = 0;
        int at = 0;
        foreach (ImageBatch batch in loader.LoadAll(32))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                ReadOnlySpan<float> ours = batch[i];
                for (int k = 0; k < ours.Length; k++, at++)
                {
                    sum += Math.Abs(ours[k] - theirs[at]) * Normalization.ImageNet.Std[k * 3 / ours.Length] * 255;
                }
            }
            batch.Dispose();
        }
        return sum / at;
    }

    /// <summary>Photographs of the shared sets brought to one size; drawn ones where those are missing.</summary>
    private static long WriteImages(string folder, int count)
    {
        string shared = Path.Combine(SourceFolder(), "..", "..", "shared", "data", "coco256");
        Dataset? photographs = Directory.Exists(shared) ? DatasetSource.Open(shared) : null;
        long bytes = 0;
        for (int i = 0; i < count; i++)
        {
            RgbImage source = photographs?.Decode(i) ?? Drawn(i);
            byte[] jpeg = ImageCodec.Encode(ImageCodec.Render(source, new(0, 0, source.Width, source.Height, Width, Height)), ImageFormat.Jpeg, 90);
            File.WriteAllBytes(Path.Combine(folder, $"{i:D4}.jpg"), jpeg);
            bytes += jpeg.Length;
        }
        return bytes;
    }

    private static RgbImage Drawn(int seed)
    {
        SeededRandom random = new(seed);
        byte[] coarse = [.. Enumerable.Range(0, 3 * 125 * 94).Select(_ => (byte)random.Below(256))];
        return new(125, 94, coarse);
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor"
        : "unknown processor";
}
