using System.Buffers.Binary;

namespace Semblance.Data.Drawn;

/// <summary>Writes red-green-blue pictures as PNG (ISO/IEC 15948) without compressing them.</summary>
/// <remarks>Noise hardly compresses, and stored bytes are the same whichever version of zlib a machine has.</remarks>
internal static class PngFile
{
    private const int MostStored = 65535;
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcEntry)];

    /// <summary>The file of a picture of <paramref name="width"/> x <paramref name="height"/> pixels.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2); // 8 bits a channel; red, green, blue
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, Stored(Rows(pixels, width, height)));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>Each row after a 0: not filtered.</summary>
    private static byte[] Rows(ReadOnlySpan<byte> pixels, int width, int height)
    {
        int row = 3 * width;
        byte[] rows = new byte[height * (row + 1)];
        for (int y = 0; y < height; y++)
        {
            pixels.Slice(y * row, row).CopyTo(rows.AsSpan((y * (row + 1)) + 1));
        }

        return rows;
    }

    /// <summary>A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4).</summary>
    private static byte[] Stored(ReadOnlySpan<byte> data)
    {
        using MemoryStream stream = new();
        stream.Write([0x78, 0x01]);
        Span<byte> block = stackalloc byte[5];
        for (int start = 0; start < data.Length; start += MostStored)
        {
            ReadOnlySpan<byte> part = data.Slice(start, Math.Min(MostStored, data.Length - start));
            block[0] = (byte)(start + part.Length == data.Length ? 1 : 0);
            BinaryPrimitives.WriteUInt16LittleEndian(block[1..], (ushort)part.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(block[3..], (ushort)~part.Length);
            stream.Write(block);
            stream.Write(part);
        }

        Span<byte> sum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Adler(data));
        stream.Write(sum);
        return stream.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(kind);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, kind), data));
        file.Write(number);
    }

    private static uint Adler(ReadOnlySpan<byte> data)
    {
        uint a = 1, b = 0;
        foreach (byte value in data)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }

        return (b << 16) | a;
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint CrcEntry(int value)
    {
        uint crc = (uint)value;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
        }

        return crc;
    }
}
