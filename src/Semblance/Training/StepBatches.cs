using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Models;
using Semblance.Models.Experts;
using Semblance.Tensors;

namespace Semblance.Training;

/// <summary>One batch on its way into the model: pixels, or features that a frozen backbone gave before.</summary>
public abstract class StepBatch : IDisposable
{
    /// <summary>Which images these are.</summary>
    public abstract int[] Indices { get; }

    /// <summary>Of which two images each is made; null where they are as they are.</summary>
    public BatchMix? Mix { get; set; }

    /// <summary>What the model gives for them; the tensors belong to the present scope.</summary>
    public ModelOutput Run(Model model, Device device) => Run(model, device, 0, Indices.Length);

    /// <summary>What the model gives for some of them; the tensors belong to the present scope.</summary>
    /// <param name="model">The model.</param>
    /// <param name="device">Where it is.</param>
    /// <param name="first">Position of the first of them in the batch.</param>
    /// <param name="count">How many.</param>
    public abstract ModelOutput Run(Model model, Device device, int first, int count);

    /// <summary>The second view of some of the images, count × 3 × size × size, as the recipe's <c>data.second-view</c> makes it; null where it makes none. The tensor belongs to the present scope.</summary>
    /// <param name="device">Where it is wanted.</param>
    /// <param name="first">Position of the first of them in the batch.</param>
    /// <param name="count">How many.</param>
    public virtual Tensor? SecondImages(Device device, int first, int count) => null;

    /// <summary>The keys of some of them; the tensor belongs to the present scope.</summary>
    /// <param name="momentum">What gives them.</param>
    /// <param name="device">Where it is.</param>
    /// <param name="first">Position of the first of them in the batch.</param>
    /// <param name="count">How many.</param>
    public abstract Tensor Keys(MomentumEncoder momentum, Device device, int first, int count);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the memory back.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>Pixels from a loader.</summary>
/// <param name="batch">Owned from now on.</param>
public sealed class PixelBatch(ImageBatch batch) : StepBatch
{
    /// <inheritdoc/>
    public override int[] Indices => batch.Indices;

    /// <inheritdoc/>
    public override ModelOutput Run(Model model, Device device, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(model);
        Tensor images = Images(batch.Pixels, device, first, count, Mix is { At: MixAt.Image } mix ? mix : null);
        return Mix is { At: MixAt.Feature } later ? model.OutputsOfFeatures(later.Features(model.Backbone.Features(images))) : model.Outputs(images);
    }

    /// <inheritdoc/>
    public override Tensor? SecondImages(Device device, int first, int count) => batch.SecondPixels is { } pixels ? Images(pixels, device, first, count) : null;

    /// <inheritdoc/>
    /// <remarks>Of the second view where the recipe makes one, else of the very same pixels.</remarks>
    public override Tensor Keys(MomentumEncoder momentum, Device device, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(momentum);
        return momentum.Keys(SecondImages(device, first, count) ?? Images(batch.Pixels, device, first, count));
    }

    private Tensor Images(float[] pixels, Device device, int first, int count, BatchMix? mix = null)
    {
        int values = 3 * batch.Size * batch.Size;
        ReadOnlySpan<float> wanted = mix is null ? pixels.AsSpan(first * values, count * values) : mix.Rows(pixels, values, first, count);
        return Tensor.From(wanted, count, 3, batch.Size, batch.Size).To(device);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        batch.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Features of a frozen backbone.</summary>
/// <param name="indices">Which images.</param>
/// <param name="features">Their features, row-major.</param>
public sealed class FeatureBatch(int[] indices, float[] features) : StepBatch
{
    /// <inheritdoc/>
    public override int[] Indices => indices;

    /// <inheritdoc/>
    public override ModelOutput Run(Model model, Device device, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.OutputsOfFeatures(Rows(first, count).To(device));
    }

    /// <inheritdoc/>
    /// <remarks>Of the same features: dropout alone makes keys differ from what they are compared with.</remarks>
    public override Tensor Keys(MomentumEncoder momentum, Device device, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(momentum);
        return momentum.KeysOfFeatures(Rows(first, count).To(device));
    }

    private Tensor Rows(int first, int count)
    {
        int width = features.Length / Math.Max(1, indices.Length);
        ReadOnlySpan<float> wanted = Mix is null ? features.AsSpan(first * width, count * width) : Mix.Rows(features, width, first, count);
        return Tensor.From(wanted, count, width);
    }
}

/// <summary>The batches of a run, from a step on, without end.</summary>
public sealed class StepBatches : IDisposable
{
    private readonly TrainingJob job;
    private readonly DataLoader? loader;
    private readonly float[]? features;

    /// <summary>Opens the training images, or the features that a frozen backbone gives for them.</summary>
    /// <param name="job">The run.</param>
    /// <param name="cache">Folder of the features.</param>
    /// <param name="observer">Hears of the progress.</param>
    public StepBatches(TrainingJob job, string cache, IRunObserver observer)
    {
        ArgumentNullException.ThrowIfNull(job);
        this.job = job;
        if (FrozenFeatures.Of(job.Recipe, cache, observer) is { } frozen)
        {
            features = frozen.Read(job.Parts.Train);
        }
        else
        {
            loader = job.OpenLoader();
        }
    }

    /// <summary>Batches from a number on; each must be disposed of.</summary>
    /// <param name="first">Number of the first batch, from 0.</param>
    public IEnumerable<StepBatch> From(long first) => features is null
        ? loader!.Load(job.Sampler.From(first).Select((indices, k) => new BatchPlan(first + k, indices))).Select(batch => new PixelBatch(batch))
        : job.Sampler.From(first).Select(indices => new FeatureBatch(indices, Gather(indices)));

    /// <summary>Images once, in their order and without augmentation.</summary>
    /// <param name="job">The run.</param>
    /// <param name="images">The images.</param>
    /// <param name="features">What a frozen backbone gave for them; null to read their pixels.</param>
    /// <param name="size">Images in a batch.</param>
    internal static IEnumerable<StepBatch> InOrder(TrainingJob job, Dataset images, float[]? features, int size)
    {
        if (features is not null)
        {
            int width = job.Model.Backbone.FeatureCount;
            foreach (int[] indices in Enumerable.Range(0, images.Count).Chunk(size))
            {
                yield return new FeatureBatch(indices, features[(indices[0] * width)..((indices[^1] + 1) * width)]);
            }
            yield break;
        }
        using DataLoader loader = new(images, DataOpening.Transform(job.Recipe.Data, augment: false), new DataLoaderOptions { Threads = TrainingJob.LoaderThreads(job.Recipe) });
        foreach (ImageBatch batch in loader.LoadAll(size))
        {
            yield return new PixelBatch(batch);
        }
    }

    /// <summary>What a frozen backbone gave for the training images, row by row; null where their pixels are read.</summary>
    internal float[]? Features => features;

    /// <inheritdoc/>
    public void Dispose() => loader?.Dispose();

    private float[] Gather(int[] indices)
    {
        int width = job.Model.Backbone.FeatureCount;
        float[] rows = new float[indices.Length * width];
        for (int k = 0; k < indices.Length; k++)
        {
            features!.AsSpan(indices[k] * width, width).CopyTo(rows.AsSpan(k * width));
        }
        return rows;
    }
}
