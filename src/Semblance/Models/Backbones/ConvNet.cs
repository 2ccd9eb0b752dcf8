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
    public ConvNet(int? classes = null)
        : base("convnet", 256, "classifier", classes)
    {
        _features = AddPart("features", new Sequential([.. Stage(3, 32), .. Stage(32, 64), .. Stage(64, 128), .. Stage(128, 256)]));
        _classifier = classes is int count ? AddPart("classifier", new Linear(256, count)) : null;
    }

    private static Module[] Stage(int inputs, int outputs) =>
        [new Conv2d(inputs, outputs, 3, padding: 1, bias: false, draw: Draw.HeNormalOutputs), new BatchNorm2d(outputs), new Relu(), new MaxPool2d(2, 2)];

    /// <inheritdoc/>
    public override Tensor Features(Tensor images) => Sequential.Forward(images, [_features, _pool]);

    private protected override Tensor Classify(Tensor images) => Sequential.Forward(images, [_features, _pool, _classifier!]);
}
