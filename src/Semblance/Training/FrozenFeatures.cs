using Semblance.Data;
using Semblance.Data.Features;
using Semblance.Data.Loading;
using Semblance.Encoders;
using Semblance.Models;
using Semblance.Models.Backbones;
using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Training;

/// <summary>What a frozen backbone gives for images, computed once and kept on disk; and what the model's head makes of it.</summary>
/// <remarks>For images without augmentation. What is kept is the same for every run with the same images, weights and transform.</remarks>
public sealed class FrozenFeatures
{
    // Rows of a few thousand numbers go through a head at once.
    private const int Block = 1024;

    private readonly Recipe recipe;
    private readonly FeatureCache cache;
    private readonly IRunObserver observer;
    private readonly Dictionary<Dataset, float[]> read = [];

    private FrozenFeatures(Recipe recipe, string folder, IRunObserver observer)
    {
        this.recipe = recipe;
        this.observer = observer;
        cache = new FeatureCache(recipe.Model.FeaturesFolder ?? folder);
    }

    /// <summary>The features of a recipe that keeps them; null for others.</summary>
    /// <param name="recipe">The run's.</param>
    /// <param name="folder">Where they are kept unless the recipe names a folder.</param>
    /// <param name="observer">Hears of the progress.</param>
    public static FrozenFeatures? Of(Recipe recipe, string folder, IRunObserver observer)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.Model.FeaturesCache ? new FrozenFeatures(recipe, folder, observer) : null;
    }

    /// <summary>The same for a model that has been trained, which can also be measured where the published weights are gone.</summary>
    /// <inheritdoc cref="Of"/>
    public static FrozenFeatures? ForEvaluation(Recipe recipe, string folder, IRunObserver observer)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.Model.StartFile is { } weights && !File.Exists(weights) ? null : Of(recipe, folder, observer);
    }

    /// <summary>The features of images, row-major, in their order.</summary>
    public float[] Read(Dataset images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (!read.TryGetValue(images, out float[]? rows))
        {
            ImageTransform transform = DataOpening.Transform(recipe.Data, augment: false);
            string weights = recipe.Model.StartFile is { } file ? EncodedNote.FingerprintOf(file) : FormattableString.Invariant($"seed {recipe.Seed}");
            string pooling = recipe.Model.Pooling == Pooling.Average ? "" : $" {recipe.Model.Pooling}";
            BackboneEntry backbone = BackboneCatalogue.Find(recipe.Model.Backbone);
            using FeatureFile features = cache.GetOrMake(images, $"{backbone.Name} {weights}{pooling}", transform, backbone.FeatureCount, () => Compute(images, transform));
            read[images] = rows = features.ReadAll();
        }
        return rows;
    }

    /// <summary>What a model represents the images by: its head on their features.</summary>
    /// <param name="model">With the backbone that the features are of.</param>
    /// <param name="images">The images.</param>
    /// <param name="withLogits">Whether the model's logits are kept beside that.</param>
    /// <exception cref="SemblanceException">The head gives NaN or an infinite value.</exception>
    public EncodedSet Encode(Model model, Dataset images, bool withLogits = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        float[] features = Read(images);
        bool training = model.IsTraining;
        model.Evaluate();
        try
        {
            List<OutputRows> parts = [];
            for (int start = 0; start < images.Count; start += Block)
            {
                parts.Add(Head(model, features, start, Math.Min(Block, images.Count - start), withLogits));
            }
            OutputRows all = OutputRows.Concat(parts);
            return all.FirstNotFinite(Math.Max(1, images.Count)) is null
                ? new EncodedSet(all.Rows, model.RepresentationCount, [.. Enumerable.Range(0, images.Count)], []) { Logits = all.Logits, ExpertLogits = all.ExpertLogits }
                : throw new SemblanceException("The head gives NaN or infinite values: its weights are not sound, as when a training has diverged. Train again into a new folder with a lower optimizer.lr or with optimizer.clip-norm set to 1.");
        }
        finally
        {
            model.Train(training);
        }
    }

    private OutputRows Head(Model model, float[] features, int start, int count, bool withLogits)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        int width = model.Backbone.FeatureCount;
        return OutputRows.Of(model.OutputsOfFeatures(Tensor.From(features.AsSpan(start * width, count * width), count, width).To(Device.Parse(recipe.Device))), withLogits);
    }

    private IEnumerable<ReadOnlyMemory<float>> Compute(Dataset images, ImageTransform transform)
    {
        using Model backbone = ModelBuilder.BackboneOf(recipe);
        Encoder encoder = new(backbone, transform, new EncoderOptions { Threads = TrainingJob.LoaderThreads(recipe), Device = Device.Parse(recipe.Device) });
        int done = 0;
        foreach (EncodedBatch batch in encoder.Encode(images))
        {
            observer.Progressed("keeping features", done += batch.Indices.Length, images.Count);
            yield return batch.Rows;
        }
    }
}
