using System.Diagnostics.Metrics;
using System.Globalization;
using Semblance.Data;
using Semblance.Encoders;
using Semblance.Models;
using Semblance.Serving.Images;
using Semblance.Tensors;
using Semblance.Training;

namespace Semblance.Bench.Serving;

/// <summary>The queue in which a service encodes the images of many callers, beside the encoder alone on one core less.</summary>
/// <remarks><c>bench/run serve-encoder [PAIRS [CALLERS [BATCH]]]</c>: SqueezeNet 1.1 with 64 bits at 112 pixels, decoding included; photographs and weights lie in ../shared.</remarks>
internal static class ServeEncoderBench
{
    private const int Rounds = 2;

    private const string RecipeText =
        """
        seed: 1
        data: { path: '$SHARED/data/flowers5', protocol: per-class, size: 112 }
        model: { backbone: squeezenet1_1, weights: '$SHARED/weights/squeezenet1_1.safetensors', head: hash, bits: 64, freeze: backbone }
        objective: [{ loss: hhf }]
        sampler: { kind: shuffle, batch: 4 }
        optimizer: { kind: adamw, lr: 0.0001 }
        schedule: { kind: constant }
        steps: 1
        evaluation: { recall-at: [1] }
        """;

    public static int Run(string[] arguments)
    {
        int[] numbers = [.. arguments.Select(argument => int.Parse(argument, CultureInfo.InvariantCulture))];
        (int pairs, int callers, int batch) = (numbers.ElementAtOrDefault(0) is > 0 and int asked ? asked : 5, numbers.ElementAtOrDefault(1) is > 0 and int some ? some : 16, numbers.ElementAtOrDefault(2) is > 0 and int size ? size : 16);
        string shared = Path.GetFullPath(Path.Combine(Repository, "..", "shared"));
        string folder = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            string run = Train(folder, shared);
            string[] files = [.. Directory.GetFiles(Path.Combine(shared, "data", "coco256"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            Console.WriteLine($"{Machine.Describe()}; {files.Length} photographs, {callers} callers, batches of at most {batch}");
            Compare(run, files, pairs, callers, batch);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Repository => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    private static string Train(string folder, string shared)
    {
        string recipe = Path.Combine(folder, "recipe.yaml"), run = Path.Combine(folder, "run");
        File.WriteAllText(recipe, RecipeText.Replace("$SHARED", shared, StringComparison.Ordinal));
        TrainingRun.Run(Recipe.Load(recipe, TrainingRun.Catalogue), run, false, new SilentObserver());
        return run;
    }

    private static void Compare(string run, string[] files, int pairs, int callers, int batch)
    {
        int threads = Math.Max(1, Environment.ProcessorCount - 1);
        using RunFolder folder = RunFolder.Open(run);
        Recipe recipe = TrainingRun.LoadRecipe(run, "device=cpu");
        using Model model = TrainingRun.LoadModel(folder, recipe);
        Torch.Threads = threads;
        Encoder encoder = new(model, DataOpening.Transform(recipe.Data, augment: false), new EncoderOptions { Threads = threads });
        Dataset data = DatasetSource.OfFiles([.. Enumerable.Repeat(files, Rounds).SelectMany(all => all)]);
        using BatchSizes sizes = new();
        EncoderQueue queue = EncoderQueue.OfRun(run, new EncoderQueueOptions { MaxBatch = batch });
        try
        {
            Pairs.Run($"an image of SqueezeNet at 112, decoding included; the queue (ours) and the encoder alone with {threads} thread", "ms", 1e3, pairs,
                () => Cost.Of(data.Count, () => Serve(queue, data, callers).GetAwaiter().GetResult()),
                () => Cost.Of(data.Count, () => encoder.EncodeAll(data)));
        }
        finally
        {
            queue.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  batches of {sizes.Mean:0.0} images on average"));
        foreach (int size in (int[])[1, 4, 16, 64])
        {
            Encoder other = new(model, DataOpening.Transform(recipe.Data, augment: false), new EncoderOptions { Threads = threads, Batch = size });
            Cost cost = Cost.Of(data.Count, () => other.EncodeAll(data));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  the encoder alone in batches of {size}: {1e3 * cost.Wall:0.000} ms, CPU {1e3 * cost.Cpu:0.000} ms"));
        }
    }

    /// <summary>Hears how large batches are.</summary>
    private sealed class BatchSizes : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _batches, _images;

        public BatchSizes()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "semblance.encoder.batch.size")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<int>((_, size, _, _) => (_batches, _images) = (_batches + 1, _images + size));
            _listener.Start();
        }

        public double Mean => (double)_images / _batches;

        public void Dispose() => _listener.Dispose();
    }

    private static Task Serve(EncoderQueue queue, Dataset data, int callers) => Parallel.ForEachAsync(
        Enumerable.Range(0, data.Count), new ParallelOptions { MaxDegreeOfParallelism = callers }, async (i, stop) => await queue.EncodeAsync(data.ReadBytes(i), "an image", null, stop).ConfigureAwait(false));
}
