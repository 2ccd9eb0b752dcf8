using System.Globalization;
using Semblance.Data;
using Semblance.Encoders;
using Semblance.Losses.Pairs;
using Semblance.Sampling.Trees;
using Semblance.Tensors;

namespace Semblance.Training.Trees;

/// <summary>Builds the tree of a run with the model as it is, and tells of it.</summary>
internal static class TreeReports
{
    private const int RowsAtOnce = 1024;

    /// <summary>Embeds the training images in evaluation, without augmentation and gradient, and builds the tree of them; the model is put back into its mode.</summary>
    /// <param name="job">The run.</param>
    /// <param name="tree">Takes the tree.</param>
    /// <param name="features">What a frozen backbone gave for the training images; null to read their pixels.</param>
    /// <param name="step">Steps of the optimizer so far.</param>
    /// <param name="observer">Hears of the progress, of the tree and of what is wrong with it.</param>
    /// <param name="stop">Stops between batches; the old tree stays.</param>
    /// <returns>The line for the log, of the first step that the tree serves.</returns>
    public static Metrics Build(TrainingJob job, TrainingTree tree, float[]? features, long step, IRunObserver observer, CancellationToken stop)
    {
        IReadOnlyList<int> images = tree.Images();
        int done = 0;
        ClassTree built = tree.Build(step, (features is null ? OfPixels(job, images, stop) : OfFeatures(job, images, features, stop)).Select(batch =>
        {
            observer.Progressed("embedding for the tree", done += batch.Indices.Length, images.Count);
            return batch;
        }));
        double? gain = job.Recipe.Objective.Select(term => term.Options).OfType<PairLossTerm>().Select(term => term.Loss).OfType<HierarchicalTripletOptions>().Select(loss => (double?)loss.Gain).FirstOrDefault();
        Dictionary<string, double> values = TreeFigures.Values(built, gain);
        string margins = gain is null ? "" : string.Create(CultureInfo.InvariantCulture, $"; margins {values["margin-min"]:0.00} to {values["margin-max"]:0.00}, mean {values["margin-mean"]:0.00}");
        observer.Noted(string.Create(CultureInfo.InvariantCulture, $"Tree {tree.Version} before step {step + 1}: {built.Count} classes from {images.Count} images; nodes by level {TreeFigures.Nodes(built)}{margins}."));
        if (TreeFigures.Warning(built) is { } warning)
        {
            observer.Warned(string.Create(CultureInfo.InvariantCulture, $"step {step + 1}: {warning}"));
        }
        return new Metrics(step + 1, "tree", 0, values);
    }

    private static IEnumerable<(ReadOnlyMemory<float> Rows, int[] Indices)> OfPixels(TrainingJob job, IReadOnlyList<int> images, CancellationToken stop)
    {
        Dataset train = job.Parts.Train, part = images.Count == train.Count ? train : train.Subset(images, train.Name);
        Encoder encoder = new(job.Model, DataOpening.Transform(job.Recipe.Data, augment: false), new EncoderOptions { Threads = TrainingJob.LoaderThreads(job.Recipe), Device = job.Device });
        return encoder.Encode(part, 0, stop).Select(batch => ((ReadOnlyMemory<float>)batch.Rows, Array.ConvertAll(batch.Indices, index => images[index])));
    }

    private static IEnumerable<(ReadOnlyMemory<float> Rows, int[] Indices)> OfFeatures(TrainingJob job, IReadOnlyList<int> images, float[] features, CancellationToken stop)
    {
        int width = job.Model.Backbone.FeatureCount;
        bool training = job.Model.IsTraining;
        job.Model.Evaluate();
        try
        {
            foreach (int[] indices in images.Chunk(RowsAtOnce))
            {
                stop.ThrowIfCancellationRequested();
                using FeatureBatch batch = new(indices, [.. indices.SelectMany(index => features[(index * width)..((index + 1) * width)])]);
                yield return (Run(job, batch), indices);
            }
        }
        finally
        {
            job.Model.Train(training);
        }
    }

    private static float[] Run(TrainingJob job, FeatureBatch batch)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        return batch.Run(job.Model, job.Device).Representation.To(DataType.Float32).ToArray<float>();
    }
}
