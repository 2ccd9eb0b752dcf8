using System.Globalization;
using Semblance.Data;
using Semblance.Encoders;
using Semblance.Evaluation;
using Semblance.Index;
using Semblance.Tensors;

namespace Semblance.Training;

/// <summary>Measures the recipe's validation metric on images that neither train nor take part in the evaluation.</summary>
/// <remarks>Retrieval metrics are leave-one-out: every image asks all others. The labels are those that training would see, so that where these are noisy validation is, too.</remarks>
/// <param name="job">The run; its model is measured as it is.</param>
/// <param name="held">The images.</param>
/// <param name="observer">Hears of the progress.</param>
/// <param name="features">What the frozen backbone gives, where it is kept.</param>
public sealed class Validator(TrainingJob job, Dataset held, IRunObserver observer, FrozenFeatures? features = null)
{
    private readonly string metric = job.Recipe.Validate.Metric;

    /// <summary>Whether a smaller value is better.</summary>
    public bool LowerIsBetter => metric == "loss";

    /// <summary>The value, and the protocol that it was measured under.</summary>
    public (double Value, string Protocol) Measure()
    {
        if (metric is "loss" or "accuracy" or "per-class")
        {
            return Forward();
        }
        EncodedSet encoded = Encode();
        LabelledItems items = ItemsOf.Dataset(held, encoded.Indices, held.Name);
        string depth = metric[(metric.IndexOf('@', StringComparison.Ordinal) + 1)..];
        int cutoff = depth == "all" ? int.MaxValue : int.Parse(depth, CultureInfo.InvariantCulture);
        return metric.StartsWith("map", StringComparison.Ordinal) ? Map(encoded, items, cutoff) : Recall(encoded, items, cutoff);
    }

    private EncodedSet Encode()
    {
        if (features is not null)
        {
            return features.Encode(job.Model, held);
        }
        Encoder encoder = new(job.Model, DataOpening.Transform(job.Recipe.Data, augment: false), new EncoderOptions { Threads = TrainingJob.LoaderThreads(job.Recipe), Device = job.Device });
        return encoder.EncodeAll(held, done => observer.Progressed("validating", done, held.Count));
    }

    private (double, string) Map(EncodedSet encoded, LabelledItems items, int cutoff)
    {
        if (job.Recipe.Model.Head != HeadKind.Hash)
        {
            RetrievalScores ranked = RetrievalEvaluation.LeaveOneOut(new LabelledEmbeddings(encoded.Rows, encoded.Width, items));
            return (ranked.MeanAveragePrecision, ranked.Protocol.Id);
        }
        LabelledCodes codes = new(Codes.FromSigns(encoded.Rows, encoded.Width), items);
        HashEvaluationOptions options = new() { Overlap = OverlapRule.Exclude, IndexOrder = false, Cutoffs = cutoff == int.MaxValue ? [] : [cutoff] };
        HashScores scores = HashEvaluation.Run(codes, codes, options);
        return ((cutoff == int.MaxValue ? scores.Whole : scores.At[cutoff]).AveragePrecision.Expected, scores.Protocol.Id);
    }

    private static (double, string) Recall(EncodedSet encoded, LabelledItems items, int k)
    {
        RetrievalScores scores = RetrievalEvaluation.LeaveOneOut(new LabelledEmbeddings(encoded.Rows, encoded.Width, items), new RetrievalOptions { RecallAt = [k] });
        return (scores.Recall[0].All.Optimistic, scores.Protocol.Id);
    }

    private (double, string) Forward()
    {
        job.Model.Evaluate();
        double sum = 0;
        int seen = 0;
        ClassRecall recall = new(held.ClassNames.Count);
        foreach (StepBatch batch in StepBatches.InOrder(job, held, features?.Read(held), job.Recipe.Sampler.Batch))
        {
            using (batch)
            {
                sum += Measure(batch, recall);
                seen += batch.Indices.Length;
            }
            observer.Progressed("validating", seen, held.Count);
        }
        job.Model.Train();
        return (metric == "per-class" ? recall.Mean : sum / seen, $"{metric}/on={held.Name.Replace(' ', '-')}/labels=observed");
    }

    private double Measure(StepBatch batch, ClassRecall recall)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        ForwardPass pass = ForwardPass.Of(job, held, batch, 0);
        switch (metric)
        {
            case "loss":
                return pass.Value.Total.ToDouble() * batch.Indices.Length;
            case "per-class":
                recall.Add(pass.Guesses(), batch.Indices.Select(index => held.Items[index].Labels));
                return 0;
            default:
                return pass.CountRight();
        }
    }

    /// <summary>Counts each label of the images, and how often the image was taken to be of it.</summary>
    private sealed class ClassRecall(int classes)
    {
        private readonly int[] seen = new int[classes];
        private readonly int[] right = new int[classes];

        /// <summary>The mean of the classes' shares, of those that have images.</summary>
        public double Mean => Enumerable.Range(0, seen.Length).Where(label => seen[label] > 0).Average(label => (double)right[label] / seen[label]);

        public void Add(long[] guesses, IEnumerable<int[]> labels)
        {
            foreach ((long guess, int label) in guesses.Zip(labels).SelectMany(pair => pair.Second.Select(label => (pair.First, label))))
            {
                seen[label]++;
                right[label] += guess == label ? 1 : 0;
            }
        }
    }
}
