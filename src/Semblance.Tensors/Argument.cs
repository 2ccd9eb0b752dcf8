namespace Semblance.Tensors;

/// <summary>One argument of an operator: anything that converts to it may be written in its place.</summary>
public readonly struct Argument
{
    internal enum Kind : long
    {
        None,
        Tensor,
        Int,
        Double,
        Bool,
        Ints,
        Doubles,
        Tensors,
        OptionalTensors,
        Device,
        String,
    }

    private Argument(Kind tag, long value, object? reference)
    {
        Tag = tag;
        Value = value;
        Reference = reference;
    }

    internal Kind Tag { get; }

    internal long Value { get; }

    internal object? Reference { get; }

    /// <summary>An absent optional argument.</summary>
    public static Argument None => default;

    /// <summary>A tensor; null is an absent one.</summary>
    public static implicit operator Argument(Tensor? tensor) => tensor is null ? default : new(Kind.Tensor, 0, tensor);

    /// <summary>An integer, or a scalar.</summary>
    public static implicit operator Argument(long value) => new(Kind.Int, value, null);

    /// <summary>A real number, or a scalar.</summary>
    public static implicit operator Argument(double value) => new(Kind.Double, BitConverter.DoubleToInt64Bits(value), null);

    /// <summary>A flag.</summary>
    public static implicit operator Argument(bool value) => new(Kind.Bool, value ? 1 : 0, null);

    /// <summary>A list of integers; null is an absent one.</summary>
    public static implicit operator Argument(long[]? items) => items is null ? default : new(Kind.Ints, 0, items);

    /// <summary>A list of real numbers; null is an absent one.</summary>
    public static implicit operator Argument(double[]? items) => items is null ? default : new(Kind.Doubles, 0, items);

    /// <summary>A list of tensors.</summary>
    public static implicit operator Argument(Tensor[] items) => new(Kind.Tensors, 0, items);

    /// <summary>An element type.</summary>
    public static implicit operator Argument(DataType type) => new(Kind.Int, (long)type, null);

    /// <summary>A device.</summary>
    public static implicit operator Argument(Device device) => new(Kind.Device, device.Type, device);

    /// <summary>Text.</summary>
    public static implicit operator Argument(string text) => new(Kind.String, 0, text);

    /// <summary>A list of tensors some of which may be absent, as indexing takes it.</summary>
    public static Argument Optional(Tensor?[] items) => new(Kind.OptionalTensors, 0, items);

    /// <inheritdoc/>
    public override string ToString() => Tag switch
    {
        Kind.None => "none",
        Kind.Tensor => ((Tensor)Reference!).Describe(),
        Kind.Int => Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Kind.Double => BitConverter.Int64BitsToDouble(Value).ToString(System.Globalization.CultureInfo.InvariantCulture),
        Kind.Bool => Value != 0 ? "true" : "false",
        Kind.Ints => $"[{string.Join(',', (long[])Reference!)}]",
        Kind.Doubles => $"[{string.Join(',', (double[])Reference!)}]",
        Kind.Tensors or Kind.OptionalTensors => $"[{string.Join(", ", ((Tensor?[])Reference!).Select(tensor => tensor?.Describe() ?? "none"))}]",
        _ => Reference!.ToString()!,
    };
}
