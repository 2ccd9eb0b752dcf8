namespace Semblance.Tensors;

/// <summary>Element types, numbered as libtorch's ScalarType.</summary>
public enum DataType
{
    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 0,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 1,

    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 2,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 3,

    /// <summary>Signed 64-bit integer; class ids and indices.</summary>
    Int64 = 4,

    /// <summary>IEEE half precision.</summary>
    Float16 = 5,

    /// <summary>IEEE single precision; weights and activations.</summary>
    Float32 = 6,

    /// <summary>IEEE double precision; conformance tests.</summary>
    Float64 = 7,

    /// <summary>Boolean; masks.</summary>
    Bool = 11,

    /// <summary>Brain floating point, 16 bits.</summary>
    BFloat16 = 15,
}

/// <summary>Facts about element types.</summary>
public static class DataTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this DataType type) => type switch
    {
        DataType.UInt8 or DataType.Int8 or DataType.Bool => 1,
        DataType.Int16 or DataType.Float16 or DataType.BFloat16 => 2,
        DataType.Int32 or DataType.Float32 => 4,
        DataType.Int64 or DataType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This element type is not known here."),
    };

    /// <summary>The element type whose values are <typeparamref name="T"/>.</summary>
    /// <exception cref="ArgumentException">No element type has such values.</exception>
    public static DataType Of<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) ? DataType.Float32
        : typeof(T) == typeof(double) ? DataType.Float64
        : typeof(T) == typeof(long) ? DataType.Int64
        : typeof(T) == typeof(int) ? DataType.Int32
        : typeof(T) == typeof(short) ? DataType.Int16
        : typeof(T) == typeof(byte) ? DataType.UInt8
        : typeof(T) == typeof(sbyte) ? DataType.Int8
        : typeof(T) == typeof(bool) ? DataType.Bool
        : typeof(T) == typeof(Half) ? DataType.Float16
        : throw new ArgumentException($"A tensor cannot hold {typeof(T).Name}; it holds float, double, long, int, short, byte, sbyte, bool or Half.");
}
