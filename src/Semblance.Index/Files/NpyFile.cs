using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Semblance.Index.Files;

/// <summary>A NumPy array in memory, row-major.</summary>
/// <typeparam name="T">byte, int, long, float or double.</typeparam>
/// <param name="Shape">Lengths of the dimensions.</param>
/// <param name="Data">The elements, last index fastest.</param>
public sealed record NpyArray<T>(IReadOnlyList<long> Shape, T[] Data)
    where T : unmanaged;

/// <summary>Reads and writes NumPy's <c>.npy</c> files of bytes, integers and floating-point numbers.</summary>
public static class NpyFile
{
    /// <summary>Reads the header only.</summary>
    /// <exception cref="InvalidDataException">Not a <c>.npy</c> file.</exception>
    public static NpyHeader ReadHeader(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return NpyHeader.Read(stream, path);
    }

    /// <summary>Reads a whole array.</summary>
    /// <typeparam name="T">byte, int, long, float or double: exactly the type of the file.</typeparam>
    /// <exception cref="InvalidDataException">Another type, Fortran or big-endian order, a cut file.</exception>
    public static NpyArray<T> Read<T>(string path)
        where T : unmanaged
    {
        using var reader = new NpyReader<T>(path);
        if (reader.Header.Elements > Array.MaxLength)
        {
            throw new InvalidDataException($"{path}: {reader.Header.Elements} elements do not fit one array. Read it in blocks, or split it.");
        }

        var data = new T[reader.Header.Elements];
        reader.Read(data);
        return new NpyArray<T>(reader.Header.Shape, data);
    }

    /// <summary>Reads packed codes: a byte array of shape [n, ceil(bits / 8)], bit j in bit j mod 8 of byte j / 8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <exception cref="InvalidDataException">Another type or shape, or bits above <paramref name="bits"/> are set.</exception>
    public static Codes ReadCodes(string path, int bits)
    {
        NpyArray<byte> array = Read<byte>(path);
        if (array.Shape.Count != 2 || array.Shape[1] != Codes.BytesFor(bits))
        {
            throw new InvalidDataException($"{path}: its shape is ({string.Join(", ", array.Shape)}); codes of {bits} bits need (n, {Codes.BytesFor(bits)}). Pack them with numpy.packbits(..., axis=1, bitorder='little').");
        }

        return ToCodes(array.Data, bits, path);
    }

    /// <summary>Reads packed codes part by part; memory is bounded by a part.</summary>
    /// <param name="path">The file; see <see cref="ReadCodes"/>.</param>
    /// <param name="bits">Bits of a code; null for 8 a column.</param>
    /// <param name="rows">Rows of a part, but for the last.</param>
    /// <exception cref="InvalidDataException">Another type or shape, or bits above <paramref name="bits"/> are set; thrown when the place is reached.</exception>
    public static IEnumerable<Codes> ReadCodeParts(string path, int? bits = null, int rows = 1 << 17)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        using var reader = new NpyReader<byte>(path);
        IReadOnlyList<long> shape = reader.Header.Shape;
        long width = bits ?? (shape.Count == 2 ? Math.Min(8 * shape[1], 8L * Codes.MaxBits) : 0);
        if (shape.Count != 2 || width is < 1 or > Codes.MaxBits || shape[1] != Codes.BytesFor((int)width))
        {
            throw new InvalidDataException($"{path}: its shape is ({string.Join(", ", shape)}); codes{(bits is null ? "" : $" of {bits} bits")} need (n, {(bits is null ? "bytes" : Codes.BytesFor(bits.Value))}). Pack them with numpy.packbits(..., axis=1, bitorder='little').");
        }

        for (long left = shape[0]; left > 0; left -= rows)
        {
            byte[] packed = new byte[checked(Math.Min(left, rows) * shape[1])];
            reader.Read(packed);
            yield return ToCodes(packed, (int)width, path);
        }
    }

    /// <summary>Writes an array beside its place and renames it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shape">Lengths of the dimensions.</param>
    /// <param name="data">The elements, last index fastest.</param>
    public static void Write<T>(string path, ReadOnlySpan<long> shape, ReadOnlySpan<T> data)
        where T : unmanaged
    {
        var header = new NpyHeader(TypeText<T>(), shape.ToArray(), FortranOrder: false);
        if (header.Elements != data.Length)
        {
            throw new ArgumentException($"{data.Length} elements were given; the shape ({string.Join(", ", header.Shape)}) has {header.Elements}.", nameof(data));
        }

        using PartialFile file = new(path);
        file.Stream.Write(header.ToBytes());
        WriteElements(file.Stream, data);
        file.Complete();
    }

    /// <summary>Writes codes as a byte array of shape [n, ceil(bits / 8)].</summary>
    public static void WriteCodes(string path, Codes codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        Write<byte>(path, [codes.Count, codes.BytesPerCode], codes.ToBytes());
    }

    private static Codes ToCodes(byte[] packed, int bits, string path)
    {
        try
        {
            return Codes.FromBytes(packed, bits);
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException($"{path}: {fault.Message}", fault);
        }
    }

    internal static string TypeText<T>()
        where T : unmanaged
    {
        return Type.GetTypeCode(typeof(T)) switch
        {
            TypeCode.Byte => "|u1",
            TypeCode.Int32 => "<i4",
            TypeCode.Int64 => "<i8",
            TypeCode.Single => "<f4",
            TypeCode.Double => "<f8",
            _ => throw new ArgumentException($"{typeof(T).Name} elements cannot be stored; use byte, int, long, float or double."),
        };
    }

    internal static void WriteElements<T>(Stream stream, ReadOnlySpan<T> data)
        where T : unmanaged
    {
        int step = (1 << 24) / Unsafe.SizeOf<T>();
        for (; data.Length > step; data = data[step..])
        {
            stream.Write(MemoryMarshal.AsBytes(data[..step]));
        }

        stream.Write(MemoryMarshal.AsBytes(data));
    }
}
