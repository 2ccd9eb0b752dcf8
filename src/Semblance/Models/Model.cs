using Semblance.Models.Backbones;
using Semblance.Models.Experts;
using Semblance.Models.Heads;
using Semblance.Tensors;

namespace Semblance.Models;

/// <summary>A backbone with a head on its features and, where asked for, a classifier on the head's output; or with experts between backbone and head, who classify.</summary>
/// <remarks>Weights are named <c>backbone.…</c>, <c>experts.…</c>, <c>head.linear.…</c> and <c>classifier.linear.…</c>.</remarks>
public sealed class Model : Module
{
    /// <summary>Puts a model together; give it weights with <see cref="Module.Initialize"/> and <see cref="Backbone.LoadFeatures(string)"/>.</summary>
    /// <param name="backbone">Made without its own classifier; owned from now on.</param>
    /// <param name="head">What stands on the features; null to use these as they are.</param>
    /// <param name="classifier">A further head for classes, on the output of <paramref name="head"/>; null for none.</param>
    /// <param name="experts">Experts on the features, whose own stand side by side before <paramref name="head"/>; null for none. Logits are then theirs.</param>
    /// <exception cref="ArgumentException">The parts do not fit together.</exception>
    public Model(Backbone backbone, Head? head = null, Head? classifier = null, ExpertHeads? experts = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        if (backbone.Classes is not null)
        {
            throw new ArgumentException($"{backbone.Name} was made with a classifier of its own; make it without one.", nameof(backbone));
        }
        if (experts is not null && experts.Inputs != backbone.FeatureCount)
        {
            throw new ArgumentException($"The experts take {experts.Inputs} numbers; what they stand on gives {backbone.FeatureCount}.", nameof(experts));
        }
        int features = experts?.Outputs ?? backbone.FeatureCount;
        Require(head, features, nameof(head));
        Require(classifier, head?.Outputs ?? features, nameof(classifier));
        if (experts is not null && (classifier is not null || head?.Output == HeadOutput.Logits))
        {
            throw new ArgumentException("Experts classify; a model with experts has no other classifier.", nameof(experts));
        }
        if (classifier is not null && (classifier.Output != HeadOutput.Logits || head?.Output == HeadOutput.Logits))
        {
            throw new ArgumentException("The third part must be a classifier, and the only one.", nameof(classifier));
        }
        Backbone = AddPart("backbone", backbone);
        Experts = experts is null ? null : AddPart("experts", experts);
        Head = head is null ? null : AddPart("head", head);
        Classifier = classifier is null ? null : AddPart("classifier", classifier);
    }

    private static void Require(Head? head, int inputs, string name)
    {
        if (head is not null && head.Inputs != inputs)
        {
            throw new ArgumentException($"The {name} takes {head.Inputs} numbers; what it stands on gives {inputs}.", name);
        }
    }

    /// <summary>Images to features.</summary>
    public Backbone Backbone { get; }

    /// <summary>Features to those of experts and to their logits; may be null.</summary>
    public ExpertHeads? Experts { get; }

    /// <summary>Features to what is learned; may be null.</summary>
    public Head? Head { get; }

    /// <summary>The head's output to classes; may be null.</summary>
    public Head? Classifier { get; }

    /// <summary>Numbers that represent an image: bits, dimensions or features.</summary>
    public int RepresentationCount => Head is { Output: not HeadOutput.Logits } head ? head.Outputs : Experts?.Outputs ?? Backbone.FeatureCount;

    /// <summary>Whether it gives logits.</summary>
    public bool Classifies => Experts is not null || Classifier is not null || Head?.Output == HeadOutput.Logits;

    /// <summary>How long the weights of each class are, and its bias; null where nothing gives classes.</summary>
    public ClassWeights? ClassWeights() => Classifier?.ClassWeights() ?? (Head?.Output == HeadOutput.Logits ? Head.ClassWeights() : null);

    /// <summary>Whether a weight, by its full name, is of the layer that gives logits, or of one of those that experts have.</summary>
    public bool IsOfClassifier(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith("classifier.", StringComparison.Ordinal) || (name.StartsWith("experts.", StringComparison.Ordinal) && name.Split('.') is [_, _, "classifier" or "distilled", ..]) || (Head?.Output == HeadOutput.Logits && name.StartsWith("head.linear.", StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    protected override string Description => Head is null ? Trunk : $"{Trunk} with a head for {Head.Outputs} {Head.Output switch { HeadOutput.Code => "bits", HeadOutput.Logits => "classes", _ => "dimensions" }}";

    private string Trunk => Experts is null ? Backbone.Name : $"{Backbone.Name} with {Experts.Options.Count} experts";

    /// <summary>Images to everything that the model gives.</summary>
    /// <param name="images">n × 3 × height × width, normalised.</param>
    public ModelOutput Outputs(Tensor images) => OutputsOfFeatures(Backbone.Features(images));

    /// <summary>Features, as a frozen backbone gave them before, to everything that the model gives.</summary>
    /// <param name="features">n × features of the backbone.</param>
    public ModelOutput OutputsOfFeatures(Tensor features) => Experts is null ? OutputsOfHead(features) : OutputsOfExperts(Experts.All(features), Experts.Options);

    private ModelOutput OutputsOfExperts(ExpertOutputs experts, ExpertOptions options) =>
        OutputsOfHead(experts.Features.Flatten(1)) with { Experts = experts, Logits = experts.Ensemble(options.Ensemble, options.Prediction) };

    private ModelOutput OutputsOfHead(Tensor features)
    {
        Tensor? output = Head?.Forward(features);
        Tensor? logits = Classifier?.Forward(output ?? features);
        return new ModelOutput(
            features,
            Head?.Output == HeadOutput.Embedding ? output : null,
            Head?.Output == HeadOutput.Code ? output : null,
            Head?.Output == HeadOutput.Logits ? output : logits);
    }

    /// <summary>Images to what represents them: codes, embeddings or features.</summary>
    /// <param name="input">n × 3 × height × width, normalised.</param>
    public override Tensor Forward(Tensor input)
    {
        Tensor features = Backbone.Features(input);
        if (Experts is not null)
        {
            using Tensor trunk = features;
            features = Experts.Forward(trunk);
        }
        if (Head is not { Output: not HeadOutput.Logits } head)
        {
            return features;
        }
        using (features)
        {
            return head.Forward(features);
        }
    }
}
