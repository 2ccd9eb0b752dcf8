using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Models;
using Semblance.Tensors;

namespace Semblance.Encoders;

/// <summary>Rows that a model gave for a run of images.</summary>
/// <param name="Rows">Representations, row-major.</param>
/// <param name="Indices">Which images, by their index in the data set.</param>
/// <param name="Skipped">Images that could not be read, each in a sentence.</param>
public sealed record EncodedBatch(float[] Rows, int[] Indices, IReadOnlyList<string> Skipped)
{
    /// <summary>The logits of the same images, row-major; empty where they were not asked for or the model has none.</summary>
    public float[] Logits { get; init; } = [];

    /// <summary>The logits of each expert of the model, likewise.</summary>
    public IReadOnlyList<float[]> ExpertLogits { get; init; } = [];
}

/// <summary>Representations of a whole data set.</summary>
/// <param name="Rows">Row-major.</param>
/// <param name="Width">Values of a row.</param>
/// <param name="Indices">The image of each row.</param>
/// <param name="Skipped">Images that could not be read, each in a sentence.</param>
public sealed record EncodedSet(float[] Rows, int Width, int[] Indices, IReadOnlyList<string> Skipped)
{
    /// <summary>The logits of the same images, row-major; empty where they were not asked for or the model has none.</summary>
    public float[] Logits { get; init; } = [];

    /// <summary>The logits of each expert of the model, likewise.</summary>
    public IReadOnlyList<float[]> ExpertLogits { get; init; } = [];
}

/// <summary>Settings of an <see cref="Encoder"/>.</summary>
public sealed record EncoderOptions
{
    /// <summary>Images of a batch, at least 1; the rows do not depend on it, but for rounding.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Threads that decode, at least 1.</summary>
    public int Threads { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>Where the model is.</summary>
    public Device Device { get; init; } = Device.Cpu;

    /// <summary>Transforms every row; null for none.</summary>
    public Whitening? Whitening { get; init; }

    /// <summary>Keep the model's logits beside the rows.</summary>
    public bool Logits { get; init; }

    /// <summary>Pass over images that cannot be read and list them, instead of stopping.</summary>
    public bool SkipDamaged { get; init; }
}

/// <summary>Turns images into what represents them: embeddings, or the real-valued outputs whose signs are code bits.</summary>
/// <remarks>Streams: memory does not grow with the data set. The model is put into evaluation for as long as it encodes.</remarks>
/// <param name="model">Stays the caller's.</param>
/// <param name="transform">Without augmentation.</param>
/// <param name="options">Batch size, threads, damaged images.</param>
public sealed class Encoder(Model model, ImageTransform transform, EncoderOptions options)
{
    /// <summary>Values of a row.</summary>
    public int Width => options.Whitening?.Dimensions ?? model.RepresentationCount;

    /// <summary>Encodes images in order, a batch at a time.</summary>
    /// <param name="data">The images.</param>
    /// <param name="start">Index of the first.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="SemblanceException">The model gives NaN or an infinite value.</exception>
    public IEnumerable<EncodedBatch> Encode(Dataset data, int start = 0, CancellationToken cancellation = default)
    {
        bool training = model.IsTraining;
        model.Evaluate();
        try
        {
            using DataLoader loader = new(data, transform, new DataLoaderOptions { Threads = options.Threads, SkipDamaged = options.SkipDamaged });
            foreach (ImageBatch batch in loader.LoadAll(options.Batch, start, cancellation))
            {
                using (batch)
                {
                    cancellation.ThrowIfCancellationRequested();
                    OutputRows made = Finite(Run(batch), data, batch);
                    yield return new EncodedBatch(Whiten(made.Rows), batch.Indices, [.. batch.Skipped.Select(skipped => skipped.Message)]) { Logits = made.Logits, ExpertLogits = made.ExpertLogits };
                }
            }
        }
        finally
        {
            model.Train(training);
        }
    }

    /// <summary>Encodes a data set that fits into memory.</summary>
    /// <param name="data">The images.</param>
    /// <param name="progress">Hears of the number of images done.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public EncodedSet EncodeAll(Dataset data, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        float[] rows = GC.AllocateUninitializedArray<float>(checked(data.Count * Width));
        List<OutputRows> logits = [];
        List<int> indices = new(data.Count);
        List<string> skipped = [];
        foreach (EncodedBatch batch in Encode(data, 0, cancellation))
        {
            batch.Rows.CopyTo(rows, indices.Count * Width);
            logits.Add(new OutputRows([], batch.Logits, batch.ExpertLogits));
            indices.AddRange(batch.Indices);
            skipped.AddRange(batch.Skipped);
            progress?.Invoke(indices.Count + skipped.Count);
        }
        OutputRows all = OutputRows.Concat(logits);
        return new EncodedSet(indices.Count == data.Count ? rows : rows[..(indices.Count * Width)], Width, [.. indices], skipped) { Logits = all.Logits, ExpertLogits = all.ExpertLogits };
    }

    private static OutputRows Finite(OutputRows made, Dataset data, ImageBatch batch) => made.FirstNotFinite(batch.Count) is not var (value, row)
        ? made
        : throw new SemblanceException($"The model gives {value} for {data.Describe(batch.Indices[row])}: its weights are not sound, as when a training has diverged. Train again into a new folder with a lower optimizer.lr or with optimizer.clip-norm set to 1.");

    private float[] Whiten(float[] rows) => options.Whitening is { } whitening ? whitening.Apply(rows) : rows;

    private OutputRows Run(ImageBatch batch)
    {
        if (batch.Count == 0)
        {
            return OutputRows.None;
        }
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        Tensor images = Tensor.From(batch.Pixels.AsSpan(0, batch.Count * 3 * batch.Size * batch.Size), batch.Count, 3, batch.Size, batch.Size).To(options.Device);
        return options.Logits ? OutputRows.Of(model.Outputs(images), true) : OutputRows.None with { Rows = OutputRows.Numbers(model.Forward(images)) };
    }
}
