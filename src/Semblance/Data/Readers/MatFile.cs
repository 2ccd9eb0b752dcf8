using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Semblance.Data.Readers;

/// <summary>Reads arrays from MATLAB files of version 5 to 7.2: numbers, text, cells and structures, compressed or not.</summary>
/// <remarks>Format: "MAT-File Format", The MathWorks. Little-endian files only; no sparse or complex numbers, no objects.</remarks>
internal static class MatFile
{
    private const int HeaderLength = 128;
    // Lists of images take a few megabytes; more comes from a damaged file.
    private const int MaxInflated = 1 << 28;
    private const int MaxDepth = 16;
    private const int MaxName = 1024;

    /// <summary>The variable of a name.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read, or has no such variable.</exception>
    public static MatArray Read(string path, string name)
    {
        byte[] bytes = ReadBytes(path);
        DemandVersion5(path, bytes);
        try
        {
            return Find(bytes.AsSpan(HeaderLength), name) ?? throw new InvalidDataException($"{path} has no variable {name}. Copy the file again, or name another.");
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new InvalidDataException($"{path} is not a whole MATLAB file: {exception.Message} Copy it again.", exception);
        }
    }

    private static MatArray? Find(ReadOnlySpan<byte> bytes, string name)
    {
        MatElements elements = new(bytes);
        while (!elements.AtEnd)
        {
            ReadOnlySpan<byte> data = elements.Next(out MatType type);
            if (type == MatType.Compressed)
            {
                data = new MatElements(Inflate(data)).Next(out type);
            }
            if (type == MatType.Matrix && new MatMatrix(data) is { IsKnown: true } matrix && matrix.Name == name)
            {
                return Array(matrix, 0);
            }
        }
        return null;
    }

    private static MatArray Array(MatMatrix matrix, int depth) => matrix.Kind switch
    {
        _ when depth > MaxDepth => throw new FormatException("Its arrays are nested too deep."),
        MatKind.Cell => new(matrix.Count) { Cells = Cells(matrix, matrix.Count, depth) },
        MatKind.Structure => Structure(matrix, depth),
        MatKind.Text => new(matrix.Count) { Text = matrix.Body.Text() },
        _ => new(matrix.Count) { Numbers = matrix.Body.Numbers() },
    };

    private static MatArray Structure(MatMatrix matrix, int depth)
    {
        double length = matrix.Body.Numbers() is [double only and >= 1 and <= MaxName] ? only : throw new FormatException("The fields of a structure have no names.");
        string names = matrix.Body.Text();
        string[] fields = [.. names.Chunk((int)length).Select(name => new string(name).Split('\0')[0])];
        return new(matrix.Count) { Fields = fields, Cells = Cells(matrix, checked(matrix.Count * fields.Length), depth) };
    }

    private static MatArray[] Cells(MatMatrix matrix, int count, int depth)
    {
        // Grows with what is there, whatever the count promises.
        List<MatArray> cells = [];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> data = matrix.Body.Next(out MatType type);
            // An empty array may come without any description.
            cells.Add(type != MatType.Matrix ? throw new FormatException("An element is no array.") : data.IsEmpty ? new(0) : Array(new(data), depth + 1));
        }
        return [.. cells];
    }

    private static byte[] Inflate(ReadOnlySpan<byte> data)
    {
        using MemoryStream unpacked = new();
        try
        {
            using ZLibStream zlib = new(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
            byte[] buffer = new byte[81920];
            for (int read = zlib.Read(buffer); read > 0; read = zlib.Read(buffer))
            {
                unpacked.Write(buffer, 0, read);
                if (unpacked.Length > MaxInflated)
                {
                    throw new FormatException($"A variable unpacks to more than {MaxInflated >> 20} MiB.");
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw new FormatException("A compressed variable is damaged.", exception);
        }
        return unpacked.ToArray();
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    private static void DemandVersion5(string path, byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes, 0, Math.Min(10, bytes.Length));
        if (text == "MATLAB 7.3")
        {
            throw new InvalidDataException($"{path} is a MATLAB file of version 7.3; version 5 to 7.2 is needed. Save it with save -v7.");
        }
        // The last two letters of the header are IM where the first byte of a number is its lowest.
        if (bytes.Length < HeaderLength || BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(124)) != 0x0100 || bytes[126] != 'I' || bytes[127] != 'M')
        {
            throw new InvalidDataException($"{path} is not a little-endian MATLAB file of version 5 to 7.2. Copy it again.");
        }
    }
}
