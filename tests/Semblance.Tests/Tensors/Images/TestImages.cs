using System.Buffers.Binary;
using System.IO.Compression;
using Semblance.Tensors.Images;

namespace Semblance.Tests.Tensors.Images;

/// <summary>Image files made from nothing, byte by byte where the encoder cannot write them.</summary>
internal static class TestImages
{
    /// <summary>Smooth, with no two corners alike, so that a wrong turn shows.</summary>
    public static RgbImage Smooth(int width, int height, int seed = 0)
    {
        byte[] pixels = new byte[3 * width * height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int at = 3 * ((y * width) + x);
                pixels[at] = (byte)(255 * x / Math.Max(1, width - 1));
                pixels[at + 1] = (byte)(255 * y / Math.Max(1, height - 1));
                pixels[at + 2] = (byte)(127 + (120 * Math.Sin((seed + 1) * (x + (2 * y)) * 0.05)));
            }
        }
        return new(width, height, pixels);
    }

    public static RgbImage Noise(int width, int height, int seed)
    {
        byte[] pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        return new(width, height, pixels);
    }

    public static byte[] Jpeg(int width = 40, int height = 30, int seed = 0) => ImageCodec.Encode(Smooth(width, height, seed), ImageFormat.Jpeg, 90);

    public static byte[] Png(int width = 40, int height = 30, int seed = 0) => ImageCodec.Encode(Smooth(width, height, seed), ImageFormat.Png);

    /// <summary>A PNG of any colour type: 0 grey, 2 RGB, 4 grey and alpha, 6 RGB and alpha.</summary>
    /// <param name="rows">height rows of raw samples, big-endian where 16 bits.</param>
    public static byte[] RawPng(int width, int height, int bits, int colourType, byte[] rows)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = (byte)bits;
        header[9] = (byte)colourType;
        using MemoryStream data = new();
        using (ZLibStream zlib = new(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            int stride = rows.Length / Math.Max(1, height);
            for (int y = 0; y < height && rows.Length > 0; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(rows, y * stride, stride);
            }
        }
        return [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. Chunk("IHDR", header), .. Chunk("IDAT", data.ToArray()), .. Chunk("IEND", [])];
    }

    /// <summary>The same JPEG with an EXIF orientation.</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation, bool littleEndian = true)
    {
        byte[] tiff = littleEndian
            ? [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0]
            : [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        byte[] segment = [.. "Exif\0\0"u8, .. tiff];
        int length = segment.Length + 2;
        return [0xFF, 0xD8, 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. segment, .. jpeg[2..]];
    }

    /// <summary>The same JPEG whose header promises another size.</summary>
    public static byte[] WithJpegSize(byte[] jpeg, int width, int height)
    {
        byte[] copy = [.. jpeg];
        int at = 2;
        while (copy[at + 1] is not (0xC0 or 0xC2))
        {
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(copy.AsSpan(at + 2));
        }
        BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(at + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(at + 7), (ushort)width);
        return copy;
    }

    /// <summary>An uncompressed little-endian RGB TIFF.</summary>
    public static byte[] Tiff(RgbImage image)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        int count = image.Pixels.Length;
        int bitsAt = 8 + count, directory = bitsAt + 6 + (count % 2);
        writer.Write("II*\0"u8);
        writer.Write(directory);
        writer.Write(image.Pixels);
        if (count % 2 == 1)
        {
            writer.Write((byte)0);
        }
        bitsAt = 8 + count + (count % 2);
        writer.Write([8, 0, 8, 0, 8, 0]);
        (int Tag, int Type, int Count, int Value)[] entries =
        [
            (256, 4, 1, image.Width), (257, 4, 1, image.Height), (258, 3, 3, bitsAt), (259, 3, 1, 1), (262, 3, 1, 2),
            (273, 4, 1, 8), (277, 3, 1, 3), (278, 4, 1, image.Height), (279, 4, 1, count),
        ];
        writer.Write((short)entries.Length);
        foreach ((int tag, int type, int number, int value) in entries)
        {
            writer.Write((short)tag);
            writer.Write((short)type);
            writer.Write(number);
            writer.Write(value);
        }
        writer.Write(0);
        return stream.ToArray();
    }

    /// <summary>A GIF of one red pixel.</summary>
    public static byte[] RedGif() =>
        [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B];

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        for (int i = 0; i < 4; i++)
        {
            chunk[4 + i] = (byte)type[i];
        }
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = ~0u;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320u & (uint)-(int)(crc & 1));
            }
        }
        return ~crc;
    }
}
