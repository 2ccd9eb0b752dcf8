using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Models.Backbones;

/// <summary>AlexNet in torchvision's form (Krizhevsky, 2014). The feature is the output of its second fully connected layer (fc7), 4096 values, all at least 0.</summary>
/// <remarks>Images are at least 63 x 63 pixels.</remarks>
public sealed class AlexNet : Backbone
{
    private readonly Module[] _body;
    private readonly Linear? _classifier;

    /// <summary>Makes the network.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public AlexNet(int? classes = null)
        : base("alexnet", 4096, "classifier.6", classes)
    {
        Sequential features = AddPart("features", new Sequential(
            new Conv2d(3, 64, 11, stride: 4, padding: 2), new Relu(), new MaxPool2d(3, 2),
            new Conv2d(64, 192, 5, padding: 2), new Relu(), new MaxPool2d(3, 2),
            new Conv2d(192, 384, 3, padding: 1), new Relu(),
            new Conv2d(384, 256, 3, padding: 1), new Relu(),
            new Conv2d(256, 256, 3, padding: 1), new Relu(), new MaxPool2d(3, 2)));
        _classifier = classes is int count ? new Linear(4096, count) : null;
        Module[] connected = [new Dropout(), new Linear(256 * 6 * 6, 4096), new Relu(), new Dropout(), new Linear(4096, 4096), new Relu()];
        Sequential classifier = AddPart("classifier", new Sequential(_classifier is null ? connected : [.. connected, _classifier]));
        _body = [features, new AdaptiveAveragePool2d(6, 6), new Flatten(), .. classifier.Layers.Take(connected.Length)];
    }

    /// <inheritdoc/>
    public override bool HasPooling => false;

    /// <inheritdoc/>
    public override Tensor Features(Tensor images) => Sequential.Forward(images, _body);

    private protected override Tensor Classify(Tensor images)
    {
        using Tensor features = Features(images);
        return _classifier!.Forward(features);
    }
}
