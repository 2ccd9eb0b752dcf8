using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Models.Backbones;

/// <summary>SqueezeNet 1.1 (Iandola et al., 2016). The feature is the mean of the last map, 512 values, all at least 0.</summary>
public sealed class SqueezeNet : Backbone
{
    private readonly Sequential _features;
    private readonly Sequential? _classifier;

    /// <summary>Makes the network.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public SqueezeNet(int? classes = null)
        : base("squeezenet1_1", 512, "classifier", classes)
    {
        _features = AddPart("features", new Sequential(
            new Conv2d(3, 64, 3, stride: 2, draw: Draw.HeUniform), new Relu(), Halve(),
            new Fire(64, 16, 64), new Fire(128, 16, 64), Halve(),
            new Fire(128, 32, 128), new Fire(256, 32, 128), Halve(),
            new Fire(256, 48, 192), new Fire(384, 48, 192), new Fire(384, 64, 256), new Fire(512, 64, 256)));
        _classifier = classes is int count
            ? AddPart("classifier", new Sequential(new Dropout(), new Conv2d(512, count, 1, draw: Draw.Small), new Relu(), new GlobalPool()))
            : null;
        KeepChannelsLast();
    }

    private static MaxPool2d Halve() => new(3, 2, ceiling: true);

    /// <inheritdoc/>
    public override Tensor Features(Tensor images) => InChannelsLast(images, [_features, Pool]);

    private protected override Tensor Classify(Tensor images) => InChannelsLast(images, [_features, _classifier!]);

    /// <summary>A narrow 1x1 convolution, then 1x1 and 3x3 convolutions side by side.</summary>
    private sealed class Fire : Module
    {
        private readonly Conv2d _squeeze;
        private readonly Conv2d _expand1;
        private readonly Conv2d _expand3;

        public Fire(int inputs, int narrow, int wide)
        {
            _squeeze = AddPart("squeeze", new Conv2d(inputs, narrow, 1, draw: Draw.HeUniform));
            _expand1 = AddPart("expand1x1", new Conv2d(narrow, wide, 1, draw: Draw.HeUniform));
            _expand3 = AddPart("expand3x3", new Conv2d(narrow, wide, 3, padding: 1, draw: Draw.HeUniform));
        }

        public override Tensor Forward(Tensor input)
        {
            using Tensor squeezed = Relu.InPlace(_squeeze.Forward(input));
            using Tensor one = _expand1.Forward(squeezed);
            using Tensor three = _expand3.Forward(squeezed);
            return Relu.InPlace(Tensor.Concatenate([one, three], 1)); // once over both, not once over each
        }
    }
}
