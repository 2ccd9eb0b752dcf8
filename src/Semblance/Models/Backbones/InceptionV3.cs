using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Models.Backbones;

/// <summary>Inception-v3 (Szegedy et al., CVPR 2016) with torchvision's names. The feature is the mean of the last map, 2048 values, all at least 0.</summary>
/// <remarks>
/// Images are at least 75 x 75 pixels; it was made for 299. torchvision's published weights expect pixels as in <see cref="Tensors.Images.Normalization.Signed"/>: its
/// <c>transform_input</c> turns ImageNet's normalisation into that, and nothing here does. The auxiliary classifier <c>AuxLogits</c> of a weight file is passed over.
/// </remarks>
public sealed class InceptionV3 : Backbone
{
    private readonly Module[] _body;
    private readonly Dropout _dropout;
    private readonly Linear? _classifier;

    /// <summary>Makes the network.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public InceptionV3(int? classes = null)
        : base("inception_v3", 2048, "fc", classes)
    {
        _body =
        [
            AddPart("Conv2d_1a_3x3", new ConvUnit(3, 32, 3, stride: 2, padded: false)),
            AddPart("Conv2d_2a_3x3", new ConvUnit(32, 32, 3, padded: false)),
            AddPart("Conv2d_2b_3x3", new ConvUnit(32, 64, 3)),
            new MaxPool2d(3, 2),
            AddPart("Conv2d_3b_1x1", new ConvUnit(64, 80, 1)),
            AddPart("Conv2d_4a_3x3", new ConvUnit(80, 192, 3, padded: false)),
            new MaxPool2d(3, 2),
            Block("5b", Mixed.Small(192, 32)), Block("5c", Mixed.Small(256, 64)), Block("5d", Mixed.Small(288, 64)),
            Block("6a", Mixed.FirstHalving(288)),
            Block("6b", Mixed.Long(128)), Block("6c", Mixed.Long(160)), Block("6d", Mixed.Long(160)), Block("6e", Mixed.Long(192)),
            Block("7a", Mixed.SecondHalving(768)),
            Block("7b", Mixed.Wide(1280)), Block("7c", Mixed.Wide(2048)),
            Pool,
        ];
        _dropout = AddPart("dropout", new Dropout());
        _classifier = classes is int count ? AddPart("fc", new Linear(FeatureCount, count, draw: Draw.Small)) : null;
        KeepChannelsLast();
    }

    private Mixed Block(string name, Mixed block) => AddPart($"Mixed_{name}", block);

    /// <inheritdoc/>
    public override Tensor Features(Tensor images) => InChannelsLast(images, _body);

    private protected override Tensor Classify(Tensor images)
    {
        using Tensor features = Features(images);
        return Sequential.Forward(features, [_dropout, _classifier!]);
    }

    private protected override bool PassesOver(string name) => name.StartsWith("AuxLogits.", StringComparison.Ordinal);

    /// <summary>The blocks of the paper's figures 5, 10, 6 and 7.</summary>
    private sealed class Mixed : Module
    {
        private SideBySide _branches = new();

        private Mixed()
        {
        }

        public override Tensor Forward(Tensor input) => _branches.Forward(input);

        /// <summary>1x1, 5x5 and two 3x3 convolutions, and pooling.</summary>
        public static Mixed Small(int inputs, int pooled) => Of(mixed => new(
            [mixed.Unit("branch1x1", inputs, 64, 1, 1)],
            [mixed.Unit("branch5x5_1", inputs, 48, 1, 1), mixed.Unit("branch5x5_2", 48, 64, 5, 5)],
            [mixed.Unit("branch3x3dbl_1", inputs, 64, 1, 1), mixed.Unit("branch3x3dbl_2", 64, 96, 3, 3), mixed.Unit("branch3x3dbl_3", 96, 96, 3, 3)],
            mixed.Pooled(inputs, pooled)));

        /// <summary>From 35 to 17 pixels.</summary>
        public static Mixed FirstHalving(int inputs) => Of(mixed => new(
            [mixed.Halving("branch3x3", inputs, 384)],
            [mixed.Unit("branch3x3dbl_1", inputs, 64, 1, 1), mixed.Unit("branch3x3dbl_2", 64, 96, 3, 3), mixed.Halving("branch3x3dbl_3", 96, 96)],
            [new MaxPool2d(3, 2)]));

        /// <summary>7x7 convolutions, each as a row and a column.</summary>
        public static Mixed Long(int inner) => Of(mixed => new(
            [mixed.Unit("branch1x1", 768, 192, 1, 1)],
            [mixed.Unit("branch7x7_1", 768, inner, 1, 1), mixed.Unit("branch7x7_2", inner, inner, 1, 7), mixed.Unit("branch7x7_3", inner, 192, 7, 1)],
            [
                mixed.Unit("branch7x7dbl_1", 768, inner, 1, 1), mixed.Unit("branch7x7dbl_2", inner, inner, 7, 1), mixed.Unit("branch7x7dbl_3", inner, inner, 1, 7),
                mixed.Unit("branch7x7dbl_4", inner, inner, 7, 1), mixed.Unit("branch7x7dbl_5", inner, 192, 1, 7),
            ],
            mixed.Pooled(768, 192)));

        /// <summary>From 17 to 8 pixels.</summary>
        public static Mixed SecondHalving(int inputs) => Of(mixed => new(
            [mixed.Unit("branch3x3_1", inputs, 192, 1, 1), mixed.Halving("branch3x3_2", 192, 320)],
            [
                mixed.Unit("branch7x7x3_1", inputs, 192, 1, 1), mixed.Unit("branch7x7x3_2", 192, 192, 1, 7),
                mixed.Unit("branch7x7x3_3", 192, 192, 7, 1), mixed.Halving("branch7x7x3_4", 192, 192),
            ],
            [new MaxPool2d(3, 2)]));

        /// <summary>3x3 convolutions as a row beside a column.</summary>
        public static Mixed Wide(int inputs) => Of(mixed => new(
            [mixed.Unit("branch1x1", inputs, 320, 1, 1)],
            [mixed.Unit("branch3x3_1", inputs, 384, 1, 1), mixed.Cross("branch3x3_2")],
            [mixed.Unit("branch3x3dbl_1", inputs, 448, 1, 1), mixed.Unit("branch3x3dbl_2", 448, 384, 3, 3), mixed.Cross("branch3x3dbl_3")],
            mixed.Pooled(inputs, 192)));

        private static Mixed Of(Func<Mixed, SideBySide> branches)
        {
            Mixed mixed = new();
            mixed._branches = branches(mixed);
            return mixed;
        }

        private ConvUnit Unit(string name, int inputs, int outputs, int rows, int columns) => AddPart(name, new ConvUnit(inputs, outputs, (rows, columns)));

        private ConvUnit Halving(string name, int inputs, int outputs) => AddPart(name, new ConvUnit(inputs, outputs, 3, stride: 2, padded: false));

        private SideBySide Cross(string name) => new([Unit($"{name}a", 384, 384, 1, 3)], [Unit($"{name}b", 384, 384, 3, 1)]);

        private Module[] Pooled(int inputs, int outputs) => [new AveragePool2d(3, 1, padding: 1), Unit("branch_pool", inputs, outputs, 1, 1)];
    }
}
