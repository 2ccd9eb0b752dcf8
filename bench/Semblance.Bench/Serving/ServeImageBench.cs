using System.Globalization;
using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Models;
using Semblance.Tensors;
using Semblance.Training;

namespace Semblance.Bench.Serving;

/// <summary>Search by uploaded image over HTTP, beside the encoder alone on one core less.</summary>
/// <remarks><c>bench/run serve-image RUN IMAGES [--connections N] [--seconds N]</c>: the run of a hash model and a folder of JPEG images.</remarks>
internal static class ServeImageBench
{
    private const int Items = 10_000;
    private const int Rounds = 7;
    private const int MostRounds = 20;

    public static int Run(string[] arguments)
    {
        (string run, string images) = (arguments[0], arguments[1]);
        int connections = 16;
        double seconds = 20;
        for (int i = 2; i + 1 < arguments.Length; i += 2)
        {
            _ = arguments[i] == "--connections" ? connections = int.Parse(arguments[i + 1], CultureInfo.InvariantCulture) : (int)(seconds = double.Parse(arguments[i + 1], CultureInfo.InvariantCulture));
        }
        Console.WriteLine($"{Machine.Describe()}; load generator and server on the same cores");
        string[] files = [.. Directory.GetFiles(images, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(2000)];
        double bare = Bare(run, files, out int bits);
        string path = Path.Combine(Path.GetTempPath(), $"semblance-bench-serve-image-{Environment.ProcessId}");
        try
        {
            Fill(path, bits);
            using ServerProcess server = ServerProcess.Start("--index", path, "--model", run);
            byte[][] requests = [.. files.Select(file => HttpConnection.Request("POST", "/v1/search/image?k=10", "image/jpeg", File.ReadAllBytes(file)))];
            LoadGenerator.Saturate(server.Port, requests, connections, 3);
            Say($"the encoder alone, {Math.Max(1, Environment.ProcessorCount - 1)} thread: {bare:0} images a second");
            return Measure(server, requests, connections, seconds, bare);
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>In turn as fast as it goes and at 70 % of that, until enough rounds were near 70 % of what went before and after them.</summary>
    /// <remarks>The speed of a shared machine moves by half within seconds. A round counts only if its load, by the mean of what went just before and just after, was 65 to 75 %.</remarks>
    private static int Measure(ServerProcess server, byte[][] requests, int connections, double seconds, double bare)
    {
        List<double> ratios = [];
        LoadResult most = Saturated(server, requests, connections, seconds / 4, bare);
        List<LoadResult> fastest = [most];
        int failed = most.Failed;
        for (int round = 0; round < MostRounds && ratios.Count < Rounds; round++)
        {
            Work before = Work.Of(server);
            LoadResult calm = LoadGenerator.AtRate(server.Port, requests, 4 * connections, 0.7 * most.Rate, seconds / 2);
            FormattableString work = before.Until(Work.Of(server));
            LoadResult next = Saturated(server, requests, connections, seconds / 4, bare);
            double load = 0.7 * most.Rate / ((most.Rate + next.Rate) / 2), ratio = calm.Percentile(0.99) / calm.Percentile(0.5);
            bool counts = load is >= 0.65 and <= 0.75;
            Say($"at {100 * load:0} % of what went before and after{(counts ? "" : " (does not count)")}, from when a request was due: {calm}; p99 / median {ratio:0.0}; {work}");
            if (counts)
            {
                ratios.Add(ratio);
            }
            fastest.Add(most = next);
            failed += calm.Failed + next.Failed;
        }
        double rate = Pairs.Median(fastest.Select(result => result.Rate));
        Say($"median of {fastest.Count}: {rate:0} a second, {rate / bare:0.00} of the encoder alone");
        if (ratios.Count > 0)
        {
            Say($"p99 / median at 70 %: median {Pairs.Median(ratios):0.0} of {ratios.Count} rounds, {ratios.Min():0.0} to {ratios.Max():0.0}");
        }
        return failed == 0 && ratios.Count > 0 ? 0 : 1;
    }

    private static LoadResult Saturated(ServerProcess server, byte[][] requests, int connections, double seconds, double bare)
    {
        Work before = Work.Of(server);
        LoadResult most = LoadGenerator.Saturate(server.Port, requests, connections, seconds);
        Say($"over HTTP, {connections} connections: {most}; {most.Rate / bare:0.00} of the encoder alone; {before.Until(Work.Of(server))}");
        return most;
    }

    /// <summary>Images a second of the encoder with decoding, without a server, on all cores but one.</summary>
    private static double Bare(string run, string[] files, out int bits)
    {
        using RunFolder folder = RunFolder.Open(run);
        Recipe recipe = TrainingRun.LoadRecipe(run, "device=cpu");
        using Model model = TrainingRun.LoadModel(folder, recipe);
        int threads = Math.Max(1, Environment.ProcessorCount - 1);
        Torch.Threads = threads;
        Encoder encoder = new(model, DataOpening.Transform(recipe.Data, augment: false), new EncoderOptions { Threads = threads, Batch = 32 });
        bits = encoder.Width;
        encoder.EncodeAll(DatasetSource.OfFiles([.. files.Take(128)]));
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        double cpu = Environment.CpuUsage.TotalTime.TotalSeconds;
        encoder.EncodeAll(DatasetSource.OfFiles(files));
        double wall = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds, used = Environment.CpuUsage.TotalTime.TotalSeconds - cpu;
        Say($"the encoder alone: {files.Length} images in {wall:0.0} s, {used:0.0} s of CPU");
        // The loader's thread runs beside the model's: on one core both together take their CPU time.
        return files.Length / Math.Max(wall, used / threads);
    }

    private static void Fill(string path, int bits)
    {
        using LiveIndex index = LiveIndex.Create(path, new LiveIndexOptions { Bits = bits });
        Random random = new(1);
        ulong[] words = new ulong[Items * Codes.WordsFor(bits)];
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words.AsSpan()));
        if (bits % 64 != 0)
        {
            throw new ArgumentException($"the model gives {bits} bits; a multiple of 64 is needed here.");
        }
        index.Import(Enumerable.Range(0, Items).Select(i => (long)i).ToArray(), new Codes(bits, words));
    }

    /// <summary>What a server has done since its start.</summary>
    private sealed record Work(double CpuSeconds, double Batches, double Images)
    {
        public static Work Of(ServerProcess server)
        {
            using HttpClient client = new();
            string[] lines = client.GetStringAsync($"http://127.0.0.1:{server.Port}/metrics").GetAwaiter().GetResult().Split('\n');
            return new Work(server.CpuSeconds, Sum(lines, "semblance_encoder_batch_size_count"), Sum(lines, "semblance_encoder_batch_size_sum"));
        }

        public FormattableString Until(Work later) =>
            $"{1000 * (later.CpuSeconds - CpuSeconds) / (later.Images - Images):0.00} ms of CPU an image, batches of {(later.Images - Images) / (later.Batches - Batches):0.0}";

        private static double Sum(string[] lines, string name) =>
            lines.Where(line => line.StartsWith(name, StringComparison.Ordinal)).Sum(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
