using System.Globalization;
using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Models.Experts;

/// <summary>Several experts on the features of a backbone: each with a hidden layer where asked for, one or two classifiers, and a projection for contrast.</summary>
/// <remarks>
/// Weights are named by expert: <c>0.hidden.weight</c>, <c>0.classifier.weight</c>, <c>0.distilled.weight</c>, <c>0.projection.0.weight</c>. Dropout lies between an expert's feature and
/// what stands on it; the feature itself, which is compared with those of the others and represents the image, is whole.
/// </remarks>
public sealed class ExpertHeads : Module
{
    private readonly Expert[] _experts;
    private readonly bool _ownInputs;

    /// <summary>Makes the experts.</summary>
    /// <param name="inputs">Numbers in the backbone's feature.</param>
    /// <param name="classes">Classes; null for experts without classifiers.</param>
    /// <param name="options">How many, and what each has.</param>
    /// <param name="ownInputs">Whether each sees a part of the feature of its own, as networks side by side give it; else all see the whole.</param>
    /// <exception cref="ArgumentException">The feature cannot be divided among the experts.</exception>
    public ExpertHeads(int inputs, int? classes, ExpertOptions options, bool ownInputs = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (ownInputs && inputs % options.Count != 0)
        {
            throw new ArgumentException($"the feature has {inputs} numbers; {options.Count} experts with a part of their own need a multiple of that.", nameof(inputs));
        }
        Options = options;
        Inputs = inputs;
        _ownInputs = ownInputs;
        int each = ownInputs ? inputs / options.Count : inputs;
        _experts = [.. Enumerable.Range(0, options.Count).Select(number => AddPart(number.ToString(CultureInfo.InvariantCulture), new Expert(each, classes, options)))];
        FeatureCount = options.Hidden ?? each;
    }

    /// <summary>What each expert has.</summary>
    public ExpertOptions Options { get; }

    /// <summary>Numbers in.</summary>
    public int Inputs { get; }

    /// <summary>Numbers in the feature of one expert.</summary>
    public int FeatureCount { get; }

    /// <summary>Numbers in the features of all of them, side by side.</summary>
    public int Outputs => FeatureCount * Options.Count;

    /// <summary>The experts' features side by side.</summary>
    /// <param name="input">n × <see cref="Inputs"/>.</param>
    /// <returns>n × <see cref="Outputs"/>.</returns>
    public override Tensor Forward(Tensor input) => Tensor.Concatenate([.. Features(input)], 1);

    /// <summary>Everything that the experts give.</summary>
    /// <param name="input">n × <see cref="Inputs"/>.</param>
    /// <exception cref="InvalidOperationException">They have no classifiers.</exception>
    public ExpertOutputs All(Tensor input)
    {
        Tensor[] features = Features(input), shown = [.. features.Select((feature, expert) => _experts[expert].Dropped(feature))];
        return new ExpertOutputs(
            Tensor.Stack(features, 1),
            Stack(expert => expert.Classifier, shown) ?? throw new InvalidOperationException("The experts were made without classifiers."),
            Stack(expert => expert.Distilled, shown),
            Stack(expert => expert.Projection, shown));
    }

    /// <summary>The experts' projections.</summary>
    /// <param name="input">n × <see cref="Inputs"/>.</param>
    /// <returns>n × experts × values, not normalised.</returns>
    /// <exception cref="InvalidOperationException">They have no projections.</exception>
    public Tensor Projections(Tensor input) => Stack(expert => expert.Projection, [.. Features(input).Select((feature, expert) => _experts[expert].Dropped(feature))])
        ?? throw new InvalidOperationException("The experts were made without projections.");

    private Tensor? Stack(Func<Expert, Module?> part, Tensor[] shown) =>
        part(_experts[0]) is null ? null : Tensor.Stack([.. shown.Select((feature, expert) => part(_experts[expert])!.Forward(feature))], 1);

    private Tensor[] Features(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        int each = Inputs / _experts.Length;
        return [.. _experts.Select((expert, number) => expert.Forward(_ownInputs ? input.Narrow(1, number * each, each) : input))];
    }

    /// <summary>One of them; from the backbone's feature to its own.</summary>
    private sealed class Expert : Module
    {
        private readonly Module[] _hidden;
        private readonly Dropout _dropout;

        public Expert(int inputs, int? classes, ExpertOptions options)
        {
            int features = options.Hidden ?? inputs;
            _hidden = options.Hidden is { } hidden ? [AddPart("hidden", new Linear(inputs, hidden)), AddPart("relu", new Relu())] : [];
            _dropout = AddPart("dropout", new Dropout(options.Dropout));
            if (classes is { } count)
            {
                Classifier = AddPart("classifier", options.Classifier.Layer(features, count));
                Distilled = options.Distillation ? AddPart("distilled", options.Classifier.Layer(features, count)) : null;
            }
            Projection = options.Projection is { } width ? AddPart("projection", new Sequential(new Linear(features, features), new Relu(), new Linear(features, width))) : null;
        }

        public Module? Classifier { get; }

        public Module? Distilled { get; }

        public Module? Projection { get; }

        public override Tensor Forward(Tensor input) => Sequential.Forward(input, _hidden);

        public Tensor Dropped(Tensor feature) => _dropout.Forward(feature);
    }
}
