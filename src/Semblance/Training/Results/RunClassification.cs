using System.Globalization;
using Semblance.Encoders;
using Semblance.Evaluation;
using Semblance.Evaluation.Classification;
using Semblance.Models;
using Semblance.Models.Heads;

namespace Semblance.Training.Results;

/// <summary>Measures how well the model of a run tells the classes of the queries, as it is and after what the recipe does to its logits.</summary>
/// <param name="recipe">Says what is measured.</param>
/// <param name="parts">The images; the counts of classes are those of the training part, by the labels that trained.</param>
/// <param name="query">What the model gave for the queries.</param>
internal sealed class RunClassification(Recipe recipe, DataParts parts, Side query)
{
    // Values of tau that a validation part chooses from.
    private const int Steps = 20;
    private const double Step = 0.1;

    private readonly EvaluationRecipe evaluation = recipe.Evaluation;
    private readonly long[] counts = Array.ConvertAll(parts.Train.ClassCounts(), count => (long)count);

    /// <summary>The scores of the model's own logits; null where it has none, or where no class of the queries trains.</summary>
    public Classified? Plain() => IsMeaningful && query.Encoded.Logits.Length > 0 ? Score(query.Encoded.Logits, query.Items, "", IsCalibrated) : null;

    /// <summary>A row of scores for each expert of the model by itself.</summary>
    public IEnumerable<ScoredModel> Experts() => !IsMeaningful ? [] : query.Encoded.ExpertLogits
        .Select((logits, expert) => Row(string.Create(CultureInfo.InvariantCulture, $"{recipe.Name}, expert {expert + 1}"), Score(logits, query.Items, "", IsCalibrated)));

    /// <summary>A row of scores for each way of the recipe to predict classes after training.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="encodeTraining">Encodes the training images.</param>
    /// <param name="encodeValidation">Encodes the validation part with logits; null where there is none.</param>
    /// <exception cref="InvalidDataException">A way does not fit the model or the data.</exception>
    public IEnumerable<ScoredModel> PostHoc(Model model, Func<Side> encodeTraining, Func<Side>? encodeValidation)
    {
        if (evaluation.PostHoc.Count > 0 && (!IsMeaningful || !query.Items.Labels.All(labels => labels.Count == 1)))
        {
            throw new InvalidDataException($"evaluation.post-hoc is set, and {(IsMeaningful ? "queries have several labels or none" : "no class of the queries trains")}; accuracy needs images of one class each, of the classes that train. Leave the key out.");
        }
        Lazy<Side>? validation = encodeValidation is null ? null : new(encodeValidation);
        foreach (PostHoc way in evaluation.PostHoc)
        {
            yield return way switch
            {
                Training.PostHoc.TauNorm => Chosen(new TauNormalised(model.ClassWeights()!), evaluation.TauNorm, "tau-norm", validation),
                Training.PostHoc.LogitAdjustment => Chosen(new Adjusted(counts), evaluation.LogitAdjustment, "logit-adjustment", validation),
                _ => Nearest(encodeTraining()),
            };
        }
    }

    private bool IsMeaningful => query.Items.Labels.Any(labels => labels.Any(label => counts[label] > 0));

    // A loss that scales the cosines itself has not learned to have them as logits.
    private bool IsCalibrated => !recipe.Model.Classifier.GivesCosines;

    private int Classes => counts.Length;

    private Classified Score(float[] logits, LabelledItems items, string post, bool calibrated)
    {
        LabelledLogits labelled = new(logits, Classes, items);
        return labelled.SingleLabel
            ? new Classified { Single = ClassificationEvaluation.Run(labelled, counts, new() { K = evaluation.TopK, Groups = evaluation.Shots, PostProcessing = post, Calibrated = calibrated }) }
            : new Classified { Several = MultiLabelEvaluation.Run(labelled, counts, post) };
    }

    private ScoredModel Row(string name, Classified classified) => new(name, false, [.. classified.Scores()], null) { Queries = query.Items.Count, Searched = false, Classified = classified };

    private ScoredModel Chosen(ILogitChange change, double? given, string name, Lazy<Side>? validation)
    {
        if (given is { } tau)
        {
            string value = tau.ToString("0.####", CultureInfo.InvariantCulture);
            return Row($"{recipe.Name}, {name} {value}", Score(change.Apply(query.Encoded.Logits, tau), query.Items, $"{name}-{value}", IsCalibrated));
        }
        double chosen = Choose(change, name, validation);
        // What was chosen may differ from seed to seed: the rule is the protocol, and the value a number beside the others.
        ScoredModel row = Row($"{recipe.Name}, {name}", Score(change.Apply(query.Encoded.Logits, chosen), query.Items, $"{name}-chosen-on-validation", IsCalibrated));
        return row with { Scores = [.. row.Scores, new Score("tau", chosen, row.Scores[0].ProtocolId)] };
    }

    /// <summary>The tau whose mean accuracy per class on the validation part is largest; of equal ones the smallest.</summary>
    private double Choose(ILogitChange change, string name, Lazy<Side>? validation)
    {
        Side held = validation?.Value ?? throw new InvalidDataException($"evaluation.{name} is null, which lets the validation part choose its tau, and nothing is held out; it is never chosen on the queries. Set evaluation.{name} to a number, or data.validation.kind to images.");
        return Enumerable.Range(0, Steps + 1).Select(step => step * Step)
            .MaxBy(tau => ClassificationEvaluation.Run(new(change.Apply(held.Encoded.Logits, tau), Classes, held.Items), counts).PerClass);
    }

    private ScoredModel Nearest(Side train)
    {
        NearestMean means = NearestMean.Fit(train.AsEmbeddings(), Classes);
        return Row($"{recipe.Name}, nearest class mean", Score(means.Cosines(query.AsEmbeddings()), query.Items, "nearest-class-mean-by-cosine", calibrated: false));
    }

    /// <summary>What becomes of logits under a tau.</summary>
    private interface ILogitChange
    {
        float[] Apply(float[] logits, double tau);
    }

    private sealed class TauNormalised(ClassWeights weights) : ILogitChange
    {
        public float[] Apply(float[] logits, double tau)
        {
            double[] factors = TauNorm.Factors(weights.Lengths, tau);
            return [.. logits.Select((logit, place) => (float)((logit - weights.Biases[place % factors.Length]) * factors[place % factors.Length]))];
        }
    }

    private sealed class Adjusted(long[] counts) : ILogitChange
    {
        public float[] Apply(float[] logits, double tau)
        {
            double[] offsets = LogitAdjustment.Offsets(counts, tau);
            return [.. logits.Select((logit, place) => (float)(logit + offsets[place % offsets.Length]))];
        }
    }
}
