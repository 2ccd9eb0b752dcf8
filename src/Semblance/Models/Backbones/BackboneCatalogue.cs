using Semblance.Tensors.Images;

namespace Semblance.Models.Backbones;

/// <summary>One backbone of the catalogue.</summary>
/// <param name="Name">Its name in recipes, torchvision's where there is one.</param>
/// <param name="FeatureCount">Numbers in the feature of an image.</param>
/// <param name="ImageSize">Side of the square images that it was designed for.</param>
/// <param name="Create">Makes it, of zeros; the argument is the number of classes, or null for features alone.</param>
public sealed record BackboneEntry(string Name, int FeatureCount, int ImageSize, Func<int?, Backbone> Create)
{
    /// <summary>Mean and deviation of the pixels that published weights expect.</summary>
    public Normalization Normalization { get; init; } = Normalization.ImageNet;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The backbones that there are. A new one is a class and a line here.</summary>
public static class BackboneCatalogue
{
    /// <summary>All, smaller ones first.</summary>
    public static IReadOnlyList<BackboneEntry> All { get; } =
    [
        new("convnet_slim", 256, 48, ConvNet.Slim),
        new("convnet", 256, 32, classes => new ConvNet(classes)),
        new("cifar_resnet20", 64, 32, CifarResNet.Of20),
        new("cifar_resnet32", 64, 32, CifarResNet.Of32),
        new("squeezenet1_1", 512, 224, classes => new SqueezeNet(classes)),
        new("mobilenet_v2", 1280, 224, classes => new MobileNetV2(classes)),
        new("googlenet", 1024, 224, classes => new GoogLeNet(classes)) { Normalization = Normalization.Signed },
        new("bn_inception", 1024, 224, classes => new BnInception(classes)) { Normalization = Normalization.Caffe },
        new("inception_v3", 2048, 299, classes => new InceptionV3(classes)) { Normalization = Normalization.Signed },
        new("alexnet", 4096, 224, classes => new AlexNet(classes)),
        new("resnet18", 512, 224, ResNet.Of18),
        new("resnet34", 512, 224, ResNet.Of34),
        new("resnet50", 2048, 224, ResNet.Of50),
        new("resnext50_32x4d", 2048, 224, ResNet.Grouped50),
        new("resnet101", 2048, 224, ResNet.Of101),
        new("resnet152", 2048, 224, ResNet.Of152),
        new("wide_resnet50_2", 2048, 224, ResNet.Wide50),
    ];

    /// <summary>The backbone of a name.</summary>
    /// <param name="name">Its name in the catalogue.</param>
    /// <exception cref="ArgumentException">There is none; the message lists those that there are.</exception>
    public static BackboneEntry Find(string name) => All.FirstOrDefault(entry => entry.Name == name)
        ?? throw new ArgumentException($"There is no backbone \"{name}\"; there are {string.Join(", ", All.Select(entry => entry.Name))}.", nameof(name));
}
