using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Semblance.Tensors.Serialization;

/// <summary>Fills a buffer with the values of a tensor: row-major, little-endian, without gaps.</summary>
/// <param name="destination">Exactly as long as the tensor.</param>
internal delegate void WeightFill(Span<byte> destination);

/// <summary>One named tensor of a weight file; its values stay in the file until they are asked for.</summary>
public sealed class WeightTensor
{
    private readonly WeightFill _fill;
    private readonly long[] _shape;

    internal WeightTensor(string name, DataType type, long[] shape, WeightFill fill)
    {
        Name = name;
        Type = type;
        _shape = shape;
        _fill = fill;
        ByteCount = type.ByteCount(shape);
    }

    /// <summary>A tensor whose values are in memory.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="type">The type of its numbers.</param>
    /// <param name="shape">Its sizes; empty for a single number.</param>
    /// <param name="values">The numbers, row-major and little-endian.</param>
    /// <exception cref="ArgumentException">The bytes are not as many as the shape needs.</exception>
    public WeightTensor(string name, DataType type, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> values)
        : this(name, type, shape.ToArray(), destination => values.Span.CopyTo(destination))
    {
        ArgumentNullException.ThrowIfNull(name);
        if (values.Length != ByteCount)
        {
            throw new ArgumentException($"{name} has {values.Length} bytes; {type} {WeightText.Shape(_shape)} needs {ByteCount}.", nameof(values));
        }
    }

    /// <summary>Its name in the file.</summary>
    public string Name { get; }

    /// <summary>The type of its numbers.</summary>
    public DataType Type { get; }

    /// <summary>Its sizes; empty for a single number.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>Bytes that its values take.</summary>
    public long ByteCount { get; }

    /// <summary>Reads the values.</summary>
    /// <param name="destination">Receives them row-major, little-endian, without gaps; exactly <see cref="ByteCount"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length != ByteCount)
        {
            throw new ArgumentException($"The destination has {destination.Length} bytes; {Name} has {ByteCount}.", nameof(destination));
        }
        _fill(destination);
    }

    /// <summary>Reads the values into a new array of bytes, row-major and little-endian.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or the tensor is too large for one array (2 GB).</exception>
    public byte[] ToBytes()
    {
        if (ByteCount > Array.MaxLength)
        {
            throw new InvalidDataException($"{Name} takes {ByteCount} bytes; one tensor may take {Array.MaxLength}.");
        }
        byte[] bytes = new byte[ByteCount];
        _fill(bytes);
        return bytes;
    }

    /// <summary>Reads the values and converts each to single precision.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or the tensor is too large for one array.</exception>
    public float[] ToFloats()
    {
        byte[] bytes = ToBytes();
        float[] values = new float[bytes.Length / Type.Size()];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ReadSingle(bytes.AsSpan(i * Type.Size()), Type);
        }
        return values;
    }

    private static float ReadSingle(ReadOnlySpan<byte> bytes, DataType type) => type switch
    {
        DataType.UInt8 => bytes[0],
        DataType.Int8 => (sbyte)bytes[0],
        DataType.Bool => bytes[0] == 0 ? 0f : 1f,
        DataType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        DataType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        DataType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        DataType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        DataType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        DataType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        DataType.Float64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        _ => throw new InvalidOperationException($"{type} is not known here."),
    };

    /// <summary>A single-precision tensor in memory.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="shape">Its sizes; empty for a single number.</param>
    /// <param name="values">The numbers, row-major; they are copied.</param>
    /// <exception cref="ArgumentException">The values are not as many as the shape needs.</exception>
    public static WeightTensor FromFloats(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values) =>
        new(name, DataType.Float32, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A tensor whose values are read from it only when they are asked for; it must live until then.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="value">The tensor, on any device and in any layout.</param>
    public static WeightTensor Of(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        return new(name, value.Type, value.Shape, value.CopyBytesTo);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type} {WeightText.Shape(_shape)}";
}
