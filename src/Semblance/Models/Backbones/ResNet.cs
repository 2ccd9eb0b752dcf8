using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Models.Backbones;

/// <summary>ResNet-18, -34, -50, -101 and -152 (He et al., CVPR 2016), wide ResNet-50 (Zagoruyko and Komodakis, BMVC 2016) and ResNeXt-50 (Xie et al., CVPR 2017). The feature is the mean of the last map.</summary>
/// <remarks>As in torchvision the stride of a bottleneck is in its 3x3 convolution, and the wide network widens that convolution alone.</remarks>
public sealed class ResNet : Backbone
{
    private readonly Module[] _body;
    private readonly Linear? _classifier;

    private ResNet(string name, int[] repeats, bool bottleneck, int? classes, int groups = 1, int groupWidth = 64)
        : base(name, bottleneck ? 2048 : 512, "fc", classes)
    {
        int inputs = 64;
        List<Module> body =
        [
            AddPart("conv1", new Conv2d(3, inputs, 7, stride: 2, padding: 3, bias: false, draw: Draw.HeNormalOutputs)),
            AddPart("bn1", new BatchNorm2d(inputs)), new Relu(), new MaxPool2d(3, 2, padding: 1),
        ];
        for (int stage = 0; stage < 4; stage++)
        {
            Module[] blocks = new Module[repeats[stage]];
            for (int i = 0; i < blocks.Length; i++)
            {
                blocks[i] = new ResidualBlock(inputs, 64 << stage, stride: stage > 0 && i == 0 ? 2 : 1, bottleneck, groups, groupWidth);
                inputs = (64 << stage) * (bottleneck ? 4 : 1);
            }
            body.Add(AddPart($"layer{stage + 1}", new Sequential(blocks)));
        }
        body.Add(Pool);
        _body = [.. body];
        _classifier = classes is int count ? AddPart("fc", new Linear(inputs, count)) : null;
    }

    /// <summary>ResNet-18: 512 values.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public static ResNet Of18(int? classes = null) => new("resnet18", [2, 2, 2, 2], bottleneck: false, classes);

    /// <summary>ResNet-34: 512 values.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public static ResNet Of34(int? classes = null) => new("resnet34", [3, 4, 6, 3], bottleneck: false, classes);

    /// <summary>ResNet-50: 2048 values.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public static ResNet Of50(int? classes = null) => new("resnet50", [3, 4, 6, 3], bottleneck: true, classes);

    /// <summary>ResNet-101: 2048 values.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public static ResNet Of101(int? classes = null) => new("resnet101", [3, 4, 23, 3], bottleneck: true, classes);

    /// <summary>ResNet-152: 2048 values.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public static ResNet Of152(int? classes = null) => new("resnet152", [3, 8, 36, 3], bottleneck: true, classes);

    /// <summary>ResNet-50 with 3x3 convolutions of twice the width: 2048 values.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public static ResNet Wide50(int? classes = null) => new("wide_resnet50_2", [3, 4, 6, 3], bottleneck: true, classes, groupWidth: 128);

    /// <summary>ResNeXt-50: 3x3 convolutions of 32 groups, 4 channels each in the first stage; 2048 values.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public static ResNet Grouped50(int? classes = null) => new("resnext50_32x4d", [3, 4, 6, 3], bottleneck: true, classes, groups: 32, groupWidth: 4);

    // Four layers before the first stage, and the pooling after the last, belong to it.
    internal override IReadOnlyList<Module[]> Stages => Divide(_body, 5, 6, 7);

    /// <inheritdoc/>
    public override Tensor Features(Tensor images) => Sequential.Forward(images, _body);

    private protected override Tensor Classify(Tensor images)
    {
        using Tensor features = Features(images);
        return _classifier!.Forward(features);
    }

    /// <summary>Two 3x3 convolutions, or 1x1, 3x3 and 1x1 with four times as many channels at the end; plus the input.</summary>
    private sealed class ResidualBlock : Module
    {
        private readonly Module[] _path;
        private readonly Sequential? _shortcut;

        public ResidualBlock(int inputs, int planes, int stride, bool bottleneck, int groups, int groupWidth)
        {
            int outputs = bottleneck ? planes * 4 : planes;
            int inner = planes * groupWidth / 64 * groups;
            _path = bottleneck
                ? [.. Unit(1, inputs, inner, 1, 1), new Relu(), .. Unit(2, inner, inner, 3, stride, groups), new Relu(), .. Unit(3, inner, outputs, 1, 1)]
                : [.. Unit(1, inputs, planes, 3, stride), new Relu(), .. Unit(2, planes, planes, 3, 1)];
            _shortcut = stride != 1 || inputs != outputs
                ? AddPart("downsample", new Sequential(new Conv2d(inputs, outputs, 1, stride, bias: false, draw: Draw.HeNormalOutputs), new BatchNorm2d(outputs)))
                : null;
        }

        private Module[] Unit(int number, int inputs, int outputs, int kernel, int stride, int groups = 1) =>
        [
            AddPart($"conv{number}", new Conv2d(inputs, outputs, kernel, stride, kernel / 2, groups, bias: false, Draw.HeNormalOutputs)),
            AddPart($"bn{number}", new BatchNorm2d(outputs)),
        ];

        public override Tensor Forward(Tensor input)
        {
            Tensor output = Sequential.Forward(input, _path);
            using Tensor? shortcut = _shortcut?.Forward(input);
            output.AddInPlace(shortcut ?? input);
            return Relu.InPlace(output);
        }
    }
}
