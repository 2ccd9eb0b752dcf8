using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Models.Backbones;

/// <summary>GoogLeNet in torchvision's form (Szegedy et al., CVPR 2015, table 1): with batch normalisation, and 3x3 in place of 5x5 convolutions. The feature is the mean of the last map, 1024 values, all at least 0.</summary>
/// <remarks>
/// torchvision's published weights expect pixels as in <see cref="Tensors.Images.Normalization.Signed"/>: its <c>transform_input</c> turns ImageNet's normalisation into
/// that, and nothing here does. The auxiliary classifiers <c>aux1</c> and <c>aux2</c> of a weight file are passed over.
/// </remarks>
public sealed class GoogLeNet : Backbone
{
    private readonly Module[] _body;
    private readonly Dropout _dropout;
    private readonly Linear? _classifier;

    /// <summary>Makes the network.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public GoogLeNet(int? classes = null)
        : base("googlenet", 1024, "fc", classes)
    {
        _body =
        [
            AddPart("conv1", new ConvUnit(3, 64, 7, stride: 2)), Halve(3), AddPart("conv2", new ConvUnit(64, 64, 1)), AddPart("conv3", new ConvUnit(64, 192, 3)), Halve(3),
            Block("3a", 192, 64, 96, 128, 16, 32, 32), Block("3b", 256, 128, 128, 192, 32, 96, 64), Halve(3),
            Block("4a", 480, 192, 96, 208, 16, 48, 64), Block("4b", 512, 160, 112, 224, 24, 64, 64), Block("4c", 512, 128, 128, 256, 24, 64, 64),
            Block("4d", 512, 112, 144, 288, 32, 64, 64), Block("4e", 528, 256, 160, 320, 32, 128, 128), Halve(2),
            Block("5a", 832, 256, 160, 320, 32, 128, 128), Block("5b", 832, 384, 192, 384, 48, 128, 128),
            Pool,
        ];
        _dropout = AddPart("dropout", new Dropout(0.2));
        _classifier = classes is int count ? AddPart("fc", new Linear(FeatureCount, count, draw: Draw.Small)) : null;
        KeepChannelsLast();
    }

    private static MaxPool2d Halve(int kernel) => new(kernel, 2, ceiling: true);

    private Mixed Block(string name, int inputs, int one, int narrow, int three, int narrower, int five, int pooled) =>
        AddPart($"inception{name}", new Mixed(inputs, one, narrow, three, narrower, five, pooled));

    /// <inheritdoc/>
    public override Tensor Features(Tensor images) => InChannelsLast(images, _body);

    private protected override Tensor Classify(Tensor images)
    {
        using Tensor features = Features(images);
        return Sequential.Forward(features, [_dropout, _classifier!]);
    }

    private protected override bool PassesOver(string name) => name.StartsWith("aux1.", StringComparison.Ordinal) || name.StartsWith("aux2.", StringComparison.Ordinal);

    /// <summary>Four branches: 1x1; 1x1 and 3x3; 1x1 and what was 5x5; pooling and 1x1.</summary>
    private sealed class Mixed : Module
    {
        private readonly SideBySide _branches;

        public Mixed(int inputs, int one, int narrow, int three, int narrower, int five, int pooled) => _branches = new(
            [AddPart("branch1", new ConvUnit(inputs, one, 1))],
            [AddPart("branch2", new Sequential(new ConvUnit(inputs, narrow, 1), new ConvUnit(narrow, three, 3)))],
            [AddPart("branch3", new Sequential(new ConvUnit(inputs, narrower, 1), new ConvUnit(narrower, five, 3)))],
            [AddPart("branch4", new Sequential(new MaxPool2d(3, 1, padding: 1), new ConvUnit(inputs, pooled, 1)))]);

        public override Tensor Forward(Tensor input) => _branches.Forward(input);
    }
}
