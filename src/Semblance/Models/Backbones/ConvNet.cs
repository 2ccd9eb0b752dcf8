using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Models.Backbones;

/// <summary>A small network to train from nothing in minutes: four times 3x3 convolution, batch norm, ReLU and max pooling, with 32, 64, 128 and 256 channels. The feature is the mean of the last map.</summary>
/// <remarks>Images are at least 16 x 16 pixels.</remarks>
public sealed class ConvNet : Backbone
{
    private readonly Sequential _features;
    private readonly Linear? _classifier;
    private readonly GlobalAveragePool _pool = new();

    /// <summary>Makes the network.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    /// <param name="width">Channels of the first convolution; each of the further three has twice as many as the one before, the feature eight times as many.</param>
    public ConvNet(int? classes = null, int width = 32)
        : base("convnet", 8 * width, "classifier", classes)
    {
        _features = AddPart("features", new Sequential([.. Stage(3, width), .. Stage(width, 2 * width), .. Stage(2 * width, 4 * width), .. Stage(4 * width, 8 * width)]));
        _classifier = classes is int count ? AddPart("classifier", new Linear(8 * width, count)) : null;
        KeepChannelsLast();
    }

    private static Module[] Stage(int inputs, int outputs) =>
        [new Conv2d(inputs, outputs, 3, padding: 1, bias: false, draw: Draw.HeNormalOutputs), new BatchNorm2d(outputs), new Relu(), new MaxPool2d(2, 2)];

    /// <inheritdoc/>
    public override Tensor Features(Tensor images) => InChannelsLast(images, [_features, _pool]);

    private protected override Tensor Classify(Tensor images) => InChannelsLast(images, [_features, _pool, _classifier!]);
}
