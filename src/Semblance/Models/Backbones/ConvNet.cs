using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Models.Backbones;

/// <summary>A small network to train from nothing in minutes: stages of 3x3 convolution, batch norm, ReLU and max pooling, each with twice the channels of the one before. The feature is the mean of the last map.</summary>
/// <remarks>Images are at least 16 x 16 pixels.</remarks>
public sealed class ConvNet : Backbone
{
    private const int Pools = 4;
    private const int LayersOfStage = 4;
    private readonly Sequential _features;
    private readonly Linear? _classifier;

    /// <summary>Makes the network of four stages.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    /// <param name="width">Channels of the first convolution; each of the further three has twice as many as the one before, the feature eight times as many.</param>
    public ConvNet(int? classes = null, int width = 32)
        : this("convnet", classes, width, Pools)
    {
    }

    private ConvNet(string name, int? classes, int width, int stages)
        : base(name, width << (stages - 1), "classifier", classes)
    {
        _features = AddPart("features", new Sequential([.. Enumerable.Range(0, stages).SelectMany(stage => Stage(stage == 0 ? 3 : width << (stage - 1), width << stage, stage < Pools))]));
        _classifier = classes is int count ? AddPart("classifier", new Linear(FeatureCount, count)) : null;
        KeepChannelsLast();
    }

    /// <summary>Five stages from 16 to 256 channels, the last without pooling: less than half the work, and one stage more to see with.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public static ConvNet Slim(int? classes = null) => new("convnet_slim", classes, 16, Pools + 1);

    private static Module[] Stage(int inputs, int outputs, bool pools)
    {
        Module[] stage = [new Conv2d(inputs, outputs, 3, padding: 1, bias: false, draw: Draw.HeNormalOutputs), new BatchNorm2d(outputs), new Relu()];
        return pools ? [.. stage, new MaxPool2d(2, 2)] : stage;
    }

    // Each stage ends in its pooling, which a fifth does without.
    internal override IReadOnlyList<Module[]> Stages => Divide([.. _features.Layers, Pool], [.. Enumerable.Range(1, (_features.Layers.Count - 1) / LayersOfStage).Select(stage => stage * LayersOfStage)]);

    internal override bool LaysChannelsLast => true;

    /// <inheritdoc/>
    public override Tensor Features(Tensor images) => InChannelsLast(images, [_features, Pool]);

    private protected override Tensor Classify(Tensor images) => InChannelsLast(images, [_features, Pool, _classifier!]);
}
