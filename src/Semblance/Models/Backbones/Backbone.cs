using Semblance.Models.Layers;
using Semblance.Tensors;
using Semblance.Tensors.Serialization;

namespace Semblance.Models.Backbones;

/// <summary>A network that turns images into features, with or without the classifier that it was published with.</summary>
/// <remarks>Names are torchvision's, the classifier's included, so published weights load as they are.</remarks>
public abstract class Backbone : Module
{
    private protected Backbone(string name, int featureCount, string classifierName, int? classes)
    {
        if (classes < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(classes), classes, "A classifier needs at least one class.");
        }
        Name = name;
        FeatureCount = featureCount;
        ClassifierName = classifierName;
        Classes = classes;
    }

    /// <summary>Its name in the catalogue.</summary>
    public string Name { get; }

    /// <summary>Numbers in the feature of an image.</summary>
    public int FeatureCount { get; }

    /// <summary>Classes of the classifier; null where there is none.</summary>
    public int? Classes { get; }

    /// <summary>Full name of the classifier's module, such as <c>fc</c>.</summary>
    public string ClassifierName { get; }

    /// <summary>Whether its feature is pooled over the whole of the last map.</summary>
    public virtual bool HasPooling => true;

    /// <summary>How the last map becomes the feature; networks are published with the mean.</summary>
    /// <exception cref="ArgumentException">The backbone has no such pooling.</exception>
    public Pooling Pooling
    {
        get => Pool.Kind;
        set => Pool.Kind = HasPooling || value == Pooling.Average ? value
            : throw new ArgumentException($"{Name} has no pooling over its last map; {value} has no meaning for it. Choose another backbone or leave the pooling as it is.");
    }

    private protected GlobalPool Pool { get; } = new();

    /// <summary>Its layers in stages, the first of which images enter and the last of which ends in the feature: what experts can share the beginning of. Null where it is not divided.</summary>
    internal virtual IReadOnlyList<Module[]>? Stages => null;

    /// <summary>Whether images are laid out with the channels of a pixel side by side before they enter.</summary>
    internal virtual bool LaysChannelsLast => false;

    /// <inheritdoc/>
    protected override string Description => Name;

    /// <summary>Images to features.</summary>
    /// <param name="images">n × 3 × height × width, normalised.</param>
    /// <returns>n × <see cref="FeatureCount"/>.</returns>
    public abstract Tensor Features(Tensor images);

    /// <summary>Images to logits with a classifier, to features without.</summary>
    /// <param name="input">n × 3 × height × width, normalised.</param>
    /// <returns>n × classes, or n × <see cref="FeatureCount"/>.</returns>
    public override Tensor Forward(Tensor input) => Classes is null ? Features(input) : Classify(input);

    private protected abstract Tensor Classify(Tensor images);

    /// <summary>Layers one after the other, cut into stages before those of the given numbers.</summary>
    private protected static IReadOnlyList<Module[]> Divide(Module[] layers, params int[] cuts) =>
        [.. cuts.Prepend(0).Zip(cuts.Append(layers.Length)).Select(range => layers[range.First..range.Second])];

    /// <summary>Runs layers with the channels of a pixel side by side in memory.</summary>
    private protected static Tensor InChannelsLast(Tensor images, params ReadOnlySpan<Module> layers)
    {
        using Tensor laidOut = ChannelsLast(images);
        return Sequential.Forward(laidOut, layers);
    }

    /// <summary>Takes the weights of a file for the features; a classifier in the file, or in this network, is passed over.</summary>
    /// <param name="file">Weights of this backbone, or of a whole model around it (names below <c>backbone.</c>).</param>
    /// <exception cref="InvalidDataException">Names are missing, unexpected or misshapen; the message lists them.</exception>
    public virtual void LoadFeatures(WeightFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        bool isModel = file.Tensors.Keys.Any(name => name.StartsWith("backbone.", StringComparison.Ordinal));
        Load(isModel ? WeightMatch.Of(this, file, "backbone.", name => IsClassifier(name) || !IsBackbone(file, name)) : Match(file, IsClassifier));
    }

    /// <inheritdoc cref="LoadFeatures(WeightFile)"/>
    /// <param name="path">The weight file.</param>
    public void LoadFeatures(string path)
    {
        using WeightFile file = WeightFile.Open(path);
        LoadFeatures(file);
    }

    private bool IsClassifier(string name) => name.StartsWith(ClassifierName + ".", StringComparison.Ordinal);

    // Names below backbone. come without that part; all others are heads and proxies of the model.
    private bool IsBackbone(WeightFile file, string name) => file.Tensors.ContainsKey("backbone." + name) || State().Any(item => item.Name == name);
}
