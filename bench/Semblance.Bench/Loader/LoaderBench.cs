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
            using Peer peer = Peer.Python(Path.Combine(SourceFolder(), "loader", "pillow.py"), folder);
            Console.WriteLine(Machine.Describe());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{dataset.Count} JPEG files of {Width}x{Height}, {bytes / dataset.Count} bytes each, to 224x224; 1 thread"));
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
        Cost Ours() => Cost.Of(dataset.Count, () => LoadAll(loader));
        Cost Theirs() => peer.AskCost(job);
        PairCosts costs = Pairs.Run($"{job} crop", "ms an image", 1e3, rounds, Ours, Theirs);
        double ours = 1 / Pairs.Median(costs.Ours.Select(cost => cost.Cpu)), theirs = 1 / Pairs.Median(costs.Theirs.Select(cost => cost.Cpu));
        double gain = 1 / Pairs.Median(costs.Ratios(cost => cost.Cpu));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  images a second of CPU: ours {ours:F0}, Pillow {theirs:F0}, {gain:F2} times as many (target: at least 1.5)"));
    }

    private static void LoadAll(DataLoader loader)
    {
        foreach (ImageBatch batch in loader.LoadAll(32))
        {
            batch.Dispose();
        }
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
}
