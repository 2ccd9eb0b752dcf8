using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Models.Backbones;

/// <summary>ResNet-20 and -32 for small images (He et al., CVPR 2016, section 4.2). The feature is the mean of the last map, 64 values.</summary>
/// <remarks>
/// Shortcuts that change the shape take every second pixel and pad with channels of zeros (option A), so they have no weights.
/// Names: <c>conv1, bn1, layer1.0.conv1, ..., linear</c>, as in the widely used PyTorch reimplementation by Y. Idelbayev.
/// </remarks>
public sealed class CifarResNet : Backbone
{
    private readonly Module[] _body;
    private readonly Linear? _classifier;

    private CifarResNet(string name, int repeats, int? classes)
        : base(name, 64, "linear", classes)
    {
        int inputs = 16;
        List<Module> body =
        [
            AddPart("conv1", new Conv2d(3, inputs, 3, padding: 1, bias: false, draw: Draw.HeNormalInputs)),
            AddPart("bn1", new BatchNorm2d(inputs)), new Relu(),
        ];
        for (int stage = 0; stage < 3; stage++)
        {
            Module[] blocks = new Module[repeats];
            for (int i = 0; i < blocks.Length; i++)
            {
                blocks[i] = new Block(inputs, 16 << stage);
                inputs = 16 << stage;
            }
            body.Add(AddPart($"layer{stage + 1}", new Sequential(blocks)));
        }
        body.Add(Pool);
        _body = [.. body];
        _classifier = classes is int count ? AddPart("linear", new Linear(inputs, count, draw: Draw.HeNormalInputs)) : null;
        KeepChannelsLast();
    }

    /// <summary>ResNet-20.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public static CifarResNet Of20(int? classes = null) => new("cifar_resnet20", 3, classes);

    /// <summary>ResNet-32.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public static CifarResNet Of32(int? classes = null) => new("cifar_resnet32", 5, classes);

    // Three layers before the first stage, and the pooling after the last, belong to it.
    internal override IReadOnlyList<Module[]> Stages => Divide(_body, 4, 5);

    internal override bool LaysChannelsLast => true;

    /// <inheritdoc/>
    public override Tensor Features(Tensor images) => InChannelsLast(images, _body);

    private protected override Tensor Classify(Tensor images)
    {
        using Tensor features = Features(images);
        return _classifier!.Forward(features);
    }

    private sealed class Block : Module
    {
        private readonly Module[] _path;
        private readonly long[]? _padding;

        public Block(int inputs, int outputs)
        {
            int stride = inputs == outputs ? 1 : 2;
            _path =
            [
                AddPart("conv1", new Conv2d(inputs, outputs, 3, stride, 1, bias: false, draw: Draw.HeNormalInputs)), AddPart("bn1", new BatchNorm2d(outputs)), new Relu(),
                AddPart("conv2", new Conv2d(outputs, outputs, 3, padding: 1, bias: false, draw: Draw.HeNormalInputs)), AddPart("bn2", new BatchNorm2d(outputs)),
            ];
            _padding = stride == 1 ? null : [0, 0, 0, 0, outputs / 4, outputs / 4];
        }

        public override Tensor Forward(Tensor input)
        {
            Tensor output = Sequential.Forward(input, _path);
            using Tensor? shortcut = _padding is null ? null : Shortcut(input, _padding);
            output.AddInPlace(shortcut ?? input);
            return Relu.InPlace(output);
        }

        private static Tensor Shortcut(Tensor input, long[] padding)
        {
            using Tensor rows = Operator.Of("aten::slice.Tensor").Call(input, 2L, Argument.None, Argument.None, 2L);
            using Tensor pixels = Operator.Of("aten::slice.Tensor").Call(rows, 3L, Argument.None, Argument.None, 2L);
            return Operator.Of("aten::constant_pad_nd").Call(pixels, padding, 0.0);
        }
    }
}
