using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Models.Backbones;

/// <summary>MobileNetV2, width 1.0 (Sandler et al., CVPR 2018). The feature is the mean of the last map, 1280 values from 0 to 6.</summary>
public sealed class MobileNetV2 : Backbone
{
    private readonly Sequential _features;
    private readonly Sequential? _classifier;

    /// <summary>Makes the network.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public MobileNetV2(int? classes = null)
        : base("mobilenet_v2", 1280, "classifier", classes)
    {
        _features = AddPart("features", new Sequential([.. Layers()]));
        _classifier = classes is int count ? AddPart("classifier", new Sequential(new Dropout(0.2), new Linear(1280, count, draw: Draw.Small))) : null;
        KeepChannelsLast();
    }

    /// <summary>Table 2 of the paper: expansion, channels, repeats, stride.</summary>
    private static readonly (int Expansion, int Channels, int Repeats, int Stride)[] s_stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    private static IEnumerable<Module> Layers()
    {
        int inputs = 32;
        yield return Unit(3, inputs, 3, stride: 2);
        foreach ((int expansion, int channels, int repeats, int stride) in s_stages)
        {
            for (int i = 0; i < repeats; i++)
            {
                yield return new Residual(inputs, channels, i == 0 ? stride : 1, expansion);
                inputs = channels;
            }
        }
        yield return Unit(inputs, 1280, 1);
    }

    private static Sequential Unit(int inputs, int outputs, int kernel, int stride = 1, int groups = 1) =>
        new(new Conv2d(inputs, outputs, kernel, stride, (kernel - 1) / 2, groups, bias: false, Draw.HeNormalOutputs), new BatchNorm2d(outputs), new Relu6());

    /// <inheritdoc/>
    public override Tensor Features(Tensor images) => InChannelsLast(images, [_features, Pool]);

    private protected override Tensor Classify(Tensor images) => InChannelsLast(images, [_features, Pool, _classifier!]);

    /// <summary>Inverted residual: widen, convolve each channel by itself, narrow; plus the input where the shapes agree.</summary>
    private sealed class Residual : Module
    {
        private readonly Sequential _conv;
        private readonly bool _addsInput;

        public Residual(int inputs, int outputs, int stride, int expansion)
        {
            int wide = inputs * expansion;
            Module[] widen = expansion == 1 ? [] : [Unit(inputs, wide, 1)];
            _conv = AddPart("conv", new Sequential([.. widen, Unit(wide, wide, 3, stride, wide), new Conv2d(wide, outputs, 1, bias: false, draw: Draw.HeNormalOutputs), new BatchNorm2d(outputs)]));
            _addsInput = stride == 1 && inputs == outputs;
        }

        public override Tensor Forward(Tensor input)
        {
            Tensor output = _conv.Forward(input);
            if (_addsInput)
            {
                output.AddInPlace(input);
            }
            return output;
        }
    }
}
