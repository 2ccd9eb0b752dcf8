using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Semblance.Data.Readers;

/// <summary>Types of data elements of a MATLAB file.</summary>
internal enum MatType
{
    SByte = 1,
    Byte = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Single = 7,
    Double = 9,
    Int64 = 12,
    UInt64 = 13,
    Matrix = 14,
    Compressed = 15,
    Utf8 = 16,
    Utf16 = 17,
}

/// <summary>Goes through the data elements of a MATLAB file, one after the other.</summary>
internal ref struct MatElements(ReadOnlySpan<byte> bytes)
{
    private const int TagLength = 8;
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>The next element.</summary>
    /// <exception cref="FormatException">It is cut off.</exception>
    public ReadOnlySpan<byte> Next(out MatType type)
    {
        if (_rest.Length < TagLength)
        {
            throw new FormatException("It ends inside a variable.");
        }
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        return word >> 16 == 0 ? NextLong(out type, word) : NextShort(out type, word);
    }

    /// <summary>The next element as numbers.</summary>
    public double[] Numbers()
    {
        ReadOnlySpan<byte> data = Next(out MatType type);
        int width = Width(type);
        double[] numbers = new double[data.Length / width];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Number(data[(i * width)..], type);
        }
        return numbers;
    }

    /// <summary>The next element as text.</summary>
    public string Text()
    {
        ReadOnlySpan<byte> data = Next(out MatType type);
        return type switch
        {
            MatType.SByte or MatType.Byte => Encoding.Latin1.GetString(data),
            MatType.Utf8 => Encoding.UTF8.GetString(data),
            MatType.UInt16 or MatType.Utf16 => Encoding.Unicode.GetString(data),
            _ => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"A text is kept as type {(int)type}.")),
        };
    }

    private ReadOnlySpan<byte> NextLong(out MatType type, uint word)
    {
        type = (MatType)word;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(_rest[4..]);
        if (length > _rest.Length - TagLength)
        {
            throw new FormatException("It ends inside a variable.");
        }
        ReadOnlySpan<byte> data = _rest.Slice(TagLength, (int)length);
        // All but compressed elements are filled up to a multiple of 8.
        int whole = TagLength + (int)length + (type == MatType.Compressed ? 0 : (int)(-length & 7));
        _rest = _rest[Math.Min(whole, _rest.Length)..];
        return data;
    }

    /// <summary>Up to 4 bytes stand inside the tag itself.</summary>
    private ReadOnlySpan<byte> NextShort(out MatType type, uint word)
    {
        type = (MatType)(word & 0xffff);
        int length = (int)(word >> 16);
        ReadOnlySpan<byte> data = length <= 4 ? _rest.Slice(4, length) : throw new FormatException("A short element is too long.");
        _rest = _rest[TagLength..];
        return data;
    }

    private static int Width(MatType type) => type switch
    {
        MatType.SByte or MatType.Byte => 1,
        MatType.Int16 or MatType.UInt16 => 2,
        MatType.Int32 or MatType.UInt32 or MatType.Single => 4,
        MatType.Double or MatType.Int64 or MatType.UInt64 => 8,
        _ => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"Numbers are kept as type {(int)type}.")),
    };

    private static double Number(ReadOnlySpan<byte> data, MatType type) => type switch
    {
        MatType.SByte => (sbyte)data[0],
        MatType.Byte => data[0],
        MatType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(data),
        MatType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(data),
        MatType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(data),
        MatType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(data),
        MatType.Single => BinaryPrimitives.ReadSingleLittleEndian(data),
        MatType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(data),
        MatType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(data),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(data),
    };
}
