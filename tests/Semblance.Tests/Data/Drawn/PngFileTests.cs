using System.Buffers.Binary;
using System.IO.Compression;
using Semblance.Data.Drawn;
using Xunit;

namespace Semblance.Tests.Data.Drawn;

public sealed class PngFileTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(200, 150)] // more than one stored block
    public void What_is_written_reads_back(int width, int height)
    {
        byte[] pixels = new byte[3 * width * height];
        new Random(1).NextBytes(pixels);
        byte[] file = PngFile.Encode(pixels, width, height);

        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        byte[] header = Chunk(file, "IHDR");
        Assert.Equal(width, BinaryPrimitives.ReadInt32BigEndian(header));
        Assert.Equal(height, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
        Assert.Equal([8, 2, 0, 0, 0], header[8..]);
        using ZLibStream stream = new(new MemoryStream(Chunk(file, "IDAT")), CompressionMode.Decompress);
        byte[] row = new byte[(3 * width) + 1];
        for (int y = 0; y < height; y++)
        {
            stream.ReadExactly(row);
            Assert.Equal(0, row[0]);
            Assert.Equal(pixels[(y * 3 * width)..((y + 1) * 3 * width)], row[1..]);
        }

        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public void The_checksum_of_the_last_chunk_is_the_known_one() =>
        Assert.Equal([0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82], PngFile.Encode(new byte[3], 1, 1)[^12..]);

    private static byte[] Chunk(byte[] file, string kind)
    {
        int start = file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(kind));
        return file[(start + 4)..(start + 4 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(start - 4)))];
    }
}
