using Semblance.Tensors.Native;

namespace Semblance.Tensors;

/// <content>Tensors out of nothing.</content>
public sealed unsafe partial class Tensor
{
    /// <summary>All 0.</summary>
    public static Tensor Zeros(long[] shape, DataType type = DataType.Float32, Device? device = null) => Operator.Of("aten::zeros").Call(shape, type, Argument.None, device ?? Device.Cpu);

    /// <summary>All 1.</summary>
    public static Tensor Ones(long[] shape, DataType type = DataType.Float32, Device? device = null) => Operator.Of("aten::ones").Call(shape, type, Argument.None, device ?? Device.Cpu);

    /// <summary>All the same value.</summary>
    public static Tensor Full(long[] shape, double value, DataType type = DataType.Float32, Device? device = null) => Operator.Of("aten::full").Call(shape, value, type, Argument.None, device ?? Device.Cpu);

    /// <summary>Uninitialised.</summary>
    public static Tensor Empty(long[] shape, DataType type = DataType.Float32, Device? device = null)
    {
        if (device is { IsCuda: true })
        {
            return Operator.Of("aten::empty.memory_format").Call(shape, type, Argument.None, device.Value);
        }
        ArgumentNullException.ThrowIfNull(shape);
        nint result;
        fixed (long* sizes = shape)
        {
            TorchDoor.Check(TorchDoor.sb_from_memory(null, sizes, shape.Length, (int)type, &result), "uninitialised tensor");
        }
        return new Tensor(result);
    }

    /// <summary>Identity matrix.</summary>
    public static Tensor Eye(long size, DataType type = DataType.Float32, Device? device = null) => Operator.Of("aten::eye").Call(size, type, Argument.None, device ?? Device.Cpu);

    /// <summary>start, start + 1, ... below end.</summary>
    public static Tensor Arange(long start, long end, DataType type = DataType.Int64, Device? device = null) => Operator.Of("aten::arange.start").Call(start, end, type, Argument.None, device ?? Device.Cpu);

    /// <summary>Uniform in [0, 1).</summary>
    public static Tensor Rand(long[] shape, DataType type = DataType.Float32, Device? device = null) => Operator.Of("aten::rand").Call(shape, type, Argument.None, device ?? Device.Cpu);

    /// <summary>Standard normal.</summary>
    public static Tensor Randn(long[] shape, DataType type = DataType.Float32, Device? device = null) => Operator.Of("aten::randn").Call(shape, type, Argument.None, device ?? Device.Cpu);

    /// <summary>A scalar tensor.</summary>
    public static Tensor Scalar(double value, DataType type = DataType.Float32, Device? device = null) => device is { IsCuda: true } ? Full([], value, type, device) : type switch
    {
        DataType.Float32 => From<float>([(float)value], []),
        DataType.Float64 => From<double>([value], []),
        _ => Full([], value, type),
    };

    /// <summary>All 0, like this one in shape, type and device.</summary>
    public Tensor ZerosLike() => Operator.Of("aten::zeros_like").Call(this);

    /// <summary>All 1, like this one in shape, type and device.</summary>
    public Tensor OnesLike() => Operator.Of("aten::ones_like").Call(this);

    /// <summary>All the same value, like this one in shape, type and device.</summary>
    public Tensor FullLike(double value) => Operator.Of("aten::full_like").Call(this, value);

    /// <summary>Class ids as rows of 0 and 1, int64; n to n × classes.</summary>
    public Tensor OneHot(long classes) => Operator.Of("aten::one_hot").Call(this, classes);
}
