using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Semblance.IO;

namespace Semblance.Data.Features;

/// <summary>A table of features on disk, one row per image. Rows are read when asked for, from any thread.</summary>
/// <remarks>Header of 32 bytes (magic, version, columns, rows, CRC-32C of the rows), then the rows as little-endian floats.</remarks>
public sealed class FeatureFile : IDisposable
{
    internal const int HeaderBytes = 32;
    private static readonly byte[] Magic = [.. "SMBFEAT1"u8];

    private readonly SafeFileHandle _file;

    private FeatureFile(string path, SafeFileHandle file, int rows, int columns)
    {
        (Path, _file, Rows, Columns) = (path, file, rows, columns);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Number of images.</summary>
    public int Rows { get; }

    /// <summary>Number of values of one image.</summary>
    public int Columns { get; }

    /// <summary>Opens a file and reads it through once to check it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is missing, cut off or damaged.</exception>
    public static FeatureFile Open(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path);
            FeatureFile features = ReadHeader(path, file);
            file = null;
            return features;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {exception.Message}", exception);
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Copies rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="output">A whole number of rows.</param>
    /// <exception cref="ArgumentException">The rows do not lie in the file.</exception>
    public void Read(int first, Span<float> output)
    {
        if (output.Length % Columns != 0 || first < 0 || first + (output.Length / Columns) > Rows)
        {
            throw new ArgumentException($"{output.Length} values from row {first} are asked for; {Path} has {Rows} rows of {Columns}.");
        }
        ReadFully(_file, MemoryMarshal.AsBytes(output), HeaderBytes + (4L * Columns * first), Path);
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> values = MemoryMarshal.Cast<float, int>(output);
            BinaryPrimitives.ReverseEndianness(values, values);
        }
    }

    /// <summary>Every row, one after the other.</summary>
    public float[] ReadAll()
    {
        float[] all = GC.AllocateUninitializedArray<float>(checked(Rows * Columns));
        Read(0, all);
        return all;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Writes a file from blocks of whole rows.</summary>
    internal static void Write(Stream stream, int columns, IEnumerable<ReadOnlyMemory<float>> blocks)
    {
        stream.Write(new byte[HeaderBytes]);
        Checksum checksum = new();
        long values = 0;
        foreach (ReadOnlyMemory<float> block in blocks)
        {
            if (block.Length % columns != 0)
            {
                throw new ArgumentException($"A block has {block.Length} values; whole rows of {columns} are needed.", nameof(blocks));
            }
            byte[] bytes = ToBytes(block.Span);
            checksum.Add(bytes);
            stream.Write(bytes);
            values += block.Length;
        }
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header, 0);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), columns);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), checked((int)(values / columns)));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), checksum.Value);
        stream.Position = 0;
        stream.Write(header);
    }

    private static FeatureFile ReadHeader(string path, SafeFileHandle file)
    {
        long length = RandomAccess.GetLength(file);
        byte[] header = new byte[HeaderBytes];
        if (length < HeaderBytes || !ReadFully(file, header, 0, path).AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new InvalidDataException($"{path} is not a file of features. Remove it; it is made anew.");
        }
        int columns = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8)), rows = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12));
        if (columns < 1 || rows < 0 || length != HeaderBytes + (4L * rows * columns))
        {
            throw new InvalidDataException($"{path} has {length} bytes; {rows} rows of {columns} values need {HeaderBytes + (4L * rows * columns)}. Remove it; it is made anew.");
        }
        uint promised = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(16)), found = ChecksumOf(file, length, path);
        return found == promised ? new(path, file, rows, columns)
            : throw new InvalidDataException($"{path} has checksum {found:x8}; its header says {promised:x8}. Remove it; it is made anew.");
    }

    private static uint ChecksumOf(SafeFileHandle file, long length, string path)
    {
        Checksum checksum = new();
        byte[] buffer = new byte[1 << 20];
        for (long at = HeaderBytes; at < length;)
        {
            int count = (int)Math.Min(buffer.Length, length - at);
            ReadFully(file, buffer.AsSpan(0, count), at, path);
            checksum.Add(buffer.AsSpan(0, count));
            at += count;
        }
        return checksum.Value;
    }

    private static byte[] ReadFully(SafeFileHandle file, byte[] buffer, long offset, string path)
    {
        ReadFully(file, buffer.AsSpan(), offset, path);
        return buffer;
    }

    private static void ReadFully(SafeFileHandle file, Span<byte> buffer, long offset, string path)
    {
        while (buffer.Length > 0)
        {
            int read = RandomAccess.Read(file, buffer, offset);
            if (read == 0)
            {
                throw new InvalidDataException($"{path} became shorter while it was read. Remove it; it is made anew.");
            }
            buffer = buffer[read..];
            offset += read;
        }
    }

    private static byte[] ToBytes(ReadOnlySpan<float> values)
    {
        byte[] bytes = new byte[4 * values.Length];
        for (int i = 0; i < values.Length && !BitConverter.IsLittleEndian; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        }
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(bytes);
        }
        return bytes;
    }
}
