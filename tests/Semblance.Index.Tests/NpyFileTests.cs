using System.Text;
using Semblance.Index;
using Semblance.Index.Files;
using Xunit;

namespace Semblance.Tests.Index;

public sealed class NpyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File1 => _folder.File("array.npy");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_has_the_bytes_that_numpy_writes()
    {
        NpyFile.Write<long>(File1, [2, 1], [1, -2]);

        string header = "{'descr': '<i8', 'fortran_order': False, 'shape': (2, 1), }".PadRight(117) + "\n";
        byte[] expected = [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header), 1, 0, 0, 0, 0, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        Assert.Equal(expected, File.ReadAllBytes(File1));
    }

    [Theory]
    [InlineData(new long[] { 3, 4 })]
    [InlineData(new long[] { 12 })]
    [InlineData(new long[] { })]
    [InlineData(new long[] { 0, 7 })]
    [InlineData(new long[] { 2, 3, 2, 1, 1 })]
    public void Every_type_comes_back_in_every_shape(long[] shape)
    {
        int count = (int)shape.Aggregate(1L, (product, length) => product * length);
        AssertRoundTrip<byte>(shape, [.. Enumerable.Range(0, count).Select(i => (byte)(250 + i))]);
        AssertRoundTrip<int>(shape, [.. Enumerable.Range(0, count).Select(i => int.MinValue + i)]);
        AssertRoundTrip<long>(shape, [.. Enumerable.Range(0, count).Select(i => long.MaxValue - i)]);
        AssertRoundTrip<float>(shape, [.. Enumerable.Range(0, count).Select(i => 1f / (i - 3))]);
        AssertRoundTrip<double>(shape, [.. Enumerable.Range(0, count).Select(i => 1.0 / (i - 3))]);
    }

    [Fact]
    public void Versions_two_and_three_are_read()
    {
        foreach (byte version in (byte[])[2, 3])
        {
            byte[] header = Encoding.ASCII.GetBytes("{'shape': (3,), 'descr': '|u1', 'fortran_order': False}\n");
            File.WriteAllBytes(File1, [0x93, .. "NUMPY"u8, version, 0, (byte)header.Length, 0, 0, 0, .. header, 9, 8, 7]);
            Assert.Equal([9, 8, 7], NpyFile.Read<byte>(File1).Data);
        }
    }

    [Fact]
    public void Codes_come_back()
    {
        Codes codes = RandomCodes.Make(seed: 3, rows: 20, bits: 76);

        NpyFile.WriteCodes(File1, codes);

        Assert.Equal([20L, 10L], NpyFile.ReadHeader(File1).Shape);
        Assert.Equal(codes.Words, NpyFile.ReadCodes(File1, 76).Words);
        AssertRefused(() => NpyFile.ReadCodes(File1, 64), "(20, 10)");
        AssertRefused(() => NpyFile.ReadCodes(File1, 73), "unused bits must be zero");
    }

    [Fact]
    public void Rows_that_were_appended_one_by_one_make_the_same_array()
    {
        using (var writer = new NpyWriter<float>(File1, 3))
        {
            writer.Append([1, 2, 3]);
            writer.Append([]);
            writer.Append([4, 5, 6, 7, 8, 9]);
            Assert.False(File.Exists(File1));
            Assert.Throws<ArgumentException>(() => writer.Append([1, 2]));
            writer.Complete();
        }

        NpyArray<float> array = NpyFile.Read<float>(File1);
        Assert.Equal([3L, 3L], array.Shape);
        Assert.Equal(Enumerable.Range(1, 9).Select(i => (float)i), array.Data);
        Assert.Equal([File1], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Of_rows_that_were_never_completed_nothing_stays()
    {
        using (var writer = new NpyWriter<float>(File1, 3))
        {
            writer.Append([1, 2, 3]);
        }

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Elements_are_read_piece_by_piece()
    {
        NpyFile.Write<float>(File1, [4, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
        using var reader = new NpyReader<float>(File1);
        var part = new float[6];

        reader.Read(part);
        Assert.Equal([0f, 1, 2, 3, 4, 5], part);
        reader.Read(part.AsSpan(0, 2));
        Assert.Equal([6f, 7], part[..2]);
        AssertRefused(() => reader.Read(part), "ended");
    }

    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "'>f4'")]
    [InlineData("{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }", "'<f2'")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }", "Fortran order")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "'|O'")]
    [InlineData("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }", "plain type")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "'-1'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "4 bytes follow")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807), }", "4 bytes follow")]
    [InlineData("hello", "plain type")]
    public void What_cannot_be_read_is_named(string header, string words)
    {
        byte[] text = Encoding.ASCII.GetBytes(header + "\n");
        File.WriteAllBytes(File1, [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text, 0, 0, 0, 0]);

        AssertRefused(() => NpyFile.Read<float>(File1), words);
    }

    [Fact]
    public void Every_cut_file_is_refused()
    {
        NpyFile.Write<float>(File1, [2], [1, 2]);
        byte[] good = File.ReadAllBytes(File1);
        for (int length = 0; length < good.Length; length++)
        {
            File.WriteAllBytes(File1, good[..length]);
            AssertRefused(() => NpyFile.Read<float>(File1), "");
        }
    }

    [Fact]
    public void A_shape_that_does_not_fit_the_elements_is_refused() =>
        Assert.Throws<ArgumentException>(() => NpyFile.Write<float>(File1, [2, 2], [1, 2, 3]));

    private void AssertRefused(Action read, string words)
    {
        InvalidDataException fault = Assert.Throws<InvalidDataException>(read);
        Assert.StartsWith(File1, fault.Message, StringComparison.Ordinal);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    private void AssertRoundTrip<T>(long[] shape, T[] data)
        where T : unmanaged
    {
        NpyFile.Write<T>(File1, shape, data);
        NpyArray<T> back = NpyFile.Read<T>(File1);
        Assert.Equal(shape, back.Shape);
        Assert.Equal(data, back.Data);
        Assert.Equal(0, (new FileInfo(File1).Length - (data.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>())) % 64);
    }
}
