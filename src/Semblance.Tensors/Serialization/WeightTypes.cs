namespace Semblance.Tensors.Serialization;

/// <summary>What the two formats call the element types.</summary>
internal static class WeightTypes
{
    /// <summary>The name that safetensors gives to a type.</summary>
    public static string SafetensorsName(this DataType type) => type switch
    {
        DataType.UInt8 => "U8",
        DataType.Int8 => "I8",
        DataType.Int16 => "I16",
        DataType.Int32 => "I32",
        DataType.Int64 => "I64",
        DataType.Float16 => "F16",
        DataType.Float32 => "F32",
        DataType.Float64 => "F64",
        DataType.Bool => "BOOL",
        DataType.BFloat16 => "BF16",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This element type is not known here."),
    };

    /// <summary>The type behind a safetensors name; null where it is not one that can be held here.</summary>
    public static DataType? FromSafetensors(string name) => name switch
    {
        "U8" => DataType.UInt8,
        "I8" => DataType.Int8,
        "I16" => DataType.Int16,
        "I32" => DataType.Int32,
        "I64" => DataType.Int64,
        "F16" => DataType.Float16,
        "F32" => DataType.Float32,
        "F64" => DataType.Float64,
        "BOOL" => DataType.Bool,
        "BF16" => DataType.BFloat16,
        _ => null,
    };

    /// <summary>The type behind a PyTorch storage class such as <c>FloatStorage</c>; null where it cannot be held here.</summary>
    public static DataType? FromTorchStorage(string name) => name switch
    {
        "ByteStorage" => DataType.UInt8,
        "CharStorage" => DataType.Int8,
        "ShortStorage" => DataType.Int16,
        "IntStorage" => DataType.Int32,
        "LongStorage" => DataType.Int64,
        "HalfStorage" => DataType.Float16,
        "FloatStorage" => DataType.Float32,
        "DoubleStorage" => DataType.Float64,
        "BoolStorage" => DataType.Bool,
        "BFloat16Storage" => DataType.BFloat16,
        _ => null,
    };

    /// <summary>Bytes of a tensor, or -1 where a size is negative or the product does not fit 63 bits.</summary>
    public static long ByteCount(this DataType type, ReadOnlySpan<long> shape)
    {
        long bytes = type.Size();
        bool empty = false;
        foreach (long size in shape)
        {
            if (size < 0)
            {
                return -1;
            }
            empty |= size == 0;
        }
        if (empty)
        {
            return 0;
        }
        foreach (long size in shape)
        {
            if (bytes > long.MaxValue / size)
            {
                return -1;
            }
            bytes *= size;
        }
        return bytes;
    }
}
