using Semblance.Models.Layers;
using Semblance.Tensors;

namespace Semblance.Models.Backbones;

/// <summary>Inception with batch normalisation, "GoogLeNet V2" (Ioffe and Szegedy, ICML 2015, figure 5), the usual backbone of papers on metric learning. The feature is the mean of the last map, 1024 values, all at least 0.</summary>
/// <remarks>
/// Names are those of the widespread PyTorch port of the Caffe network (<c>bn_inception-52deb4733.pth</c>): <c>conv1_7x7_s2, conv1_7x7_s2_bn, …,
/// inception_3a_1x1, …, last_linear</c>. Its weights expect pixels as in <see cref="Tensors.Images.Normalization.Caffe"/>.
/// </remarks>
public sealed class BnInception : Backbone
{
    private readonly Module[] _body;
    private readonly Linear? _classifier;

    /// <summary>A row of the table: channels of the four branches. Without <paramref name="One"/> the block halves the map, and its pooled branch has no convolution.</summary>
    /// <param name="Name">The block.</param>
    /// <param name="One">The 1x1 convolution.</param>
    /// <param name="Narrow">1x1 before the 3x3 convolution.</param>
    /// <param name="Three">The 3x3 convolution.</param>
    /// <param name="DoubleNarrow">1x1 before the two 3x3 convolutions.</param>
    /// <param name="Double">Both of these.</param>
    /// <param name="Pooled">1x1 after the pooling.</param>
    private sealed record Block(string Name, int One, int Narrow, int Three, int DoubleNarrow, int Double, int Pooled)
    {
        public bool Halves => One == 0;

        public int OutputsFor(int inputs) => One + Three + Double + (Halves ? inputs : Pooled);
    }

    private static readonly Block[] s_blocks =
    [
        new("3a", 64, 64, 64, 64, 96, 32), new("3b", 64, 64, 96, 64, 96, 64), new("3c", 0, 128, 160, 64, 96, 0),
        new("4a", 224, 64, 96, 96, 128, 128), new("4b", 192, 96, 128, 96, 128, 128), new("4c", 160, 128, 160, 128, 160, 128), new("4d", 96, 128, 192, 160, 192, 128), new("4e", 0, 128, 192, 192, 256, 0),
        new("5a", 352, 192, 320, 160, 224, 128), new("5b", 352, 192, 320, 192, 224, 128),
    ];

    /// <summary>Makes the network.</summary>
    /// <param name="classes">Classes of its classifier; null for none.</param>
    public BnInception(int? classes = null)
        : base("bn_inception", 1024, "last_linear", classes)
    {
        List<Module> body =
        [
            .. Unit("conv1_7x7_s2", 3, 64, 7, 2), Halve(),
            .. Unit("conv2_3x3_reduce", 64, 64, 1), .. Unit("conv2_3x3", 64, 192, 3), Halve(),
        ];
        int inputs = 192;
        foreach (Block block in s_blocks)
        {
            body.Add(Mix($"inception_{block.Name}", block, inputs));
            inputs = block.OutputsFor(inputs);
        }
        body.Add(Pool);
        _body = [.. body];
        _classifier = classes is int count ? AddPart("last_linear", new Linear(inputs, count)) : null;
        KeepChannelsLast();
    }

    private static MaxPool2d Halve() => new(3, 2, ceiling: true);

    private SideBySide Mix(string name, Block block, int inputs)
    {
        int stride = block.Halves ? 2 : 1;
        Module[] one = block.Halves ? [] : Unit($"{name}_1x1", inputs, block.One, 1);
        Module[] three = [.. Unit($"{name}_3x3_reduce", inputs, block.Narrow, 1), .. Unit($"{name}_3x3", block.Narrow, block.Three, 3, stride)];
        Module[] twice =
        [
            .. Unit($"{name}_double_3x3_reduce", inputs, block.DoubleNarrow, 1),
            .. Unit($"{name}_double_3x3_1", block.DoubleNarrow, block.Double, 3), .. Unit($"{name}_double_3x3_2", block.Double, block.Double, 3, stride),
        ];
        if (block.Halves)
        {
            return new(three, twice, [Halve()]);
        }
        Module pool = block.Name == "5b" ? new MaxPool2d(3, 1, padding: 1) : new AveragePool2d(3, 1, padding: 1); // the last block alone takes the largest
        return new(one, three, twice, [pool, .. Unit($"{name}_pool_proj", inputs, block.Pooled, 1)]);
    }

    /// <summary>Convolution with a bias, batch norm and ReLU.</summary>
    private Module[] Unit(string name, int inputs, int outputs, int kernel, int stride = 1) =>
    [
        AddPart(name, new Conv2d(inputs, outputs, kernel, stride, kernel / 2, draw: Draw.HeNormalOutputs)),
        AddPart($"{name}_bn", new BatchNorm2d(outputs)),
        new Relu(),
    ];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The sides of the images do not fit.</exception>
    public override Tensor Features(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        (long rows, long columns) = (images.Size(2), images.Size(3));
        if (!Fits(rows) || !Fits(columns))
        {
            throw new ArgumentException($"The images have {rows} x {columns} pixels; bn_inception needs sides from 1 below to 6 above a multiple of 32, such as 224 or 227. Choose another size.", nameof(images));
        }
        return InChannelsLast(images, _body);
    }

    /// <summary>Whether the branches of the blocks that halve the map agree on its size: convolution pads, pooling does not, so the map must be even both times.</summary>
    private static bool Fits(long side) => side >= 31 && (side + 1) % 32 < 8;

    private protected override Tensor Classify(Tensor images)
    {
        using Tensor features = Features(images);
        return _classifier!.Forward(features);
    }
}
