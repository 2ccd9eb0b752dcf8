using Semblance.Index;
using Semblance.Index.Files;
using Xunit;

namespace Semblance.Tests.Index;

public sealed class RawCodesFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path1 => _folder.File("codes.bin");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(64)]
    [InlineData(72)]
    [InlineData(256)]
    public void Rows_are_bytes_and_come_back(int bits)
    {
        Codes codes = RandomCodes.Make(seed: bits, 1_000, bits);

        RawCodesFile.Write(Path1, [codes.Slice(0, 400), codes.Slice(400, 600)]);

        Assert.Equal(codes.ToBytes(), File.ReadAllBytes(Path1));
        Assert.Equal(codes.Words, RawCodesFile.Read(Path1, bits).Words);
        foreach (int rows in (int[])[1, 7, 999, 1_000, 5_000])
        {
            Assert.Equal(codes.Words, Codes.Concatenate([.. RawCodesFile.ReadParts(Path1, bits, rows)]).Words);
        }
    }

    [Fact]
    public void No_codes_are_no_bytes()
    {
        RawCodesFile.Write(Path1, new Codes(64, []));

        Assert.Empty(File.ReadAllBytes(Path1));
        Assert.Equal(0, RawCodesFile.Read(Path1, 64).Count);
        Assert.Empty(RawCodesFile.ReadParts(Path1, 64));
    }

    [Fact]
    public void Wrong_lengths_and_bits_are_refused_with_path_and_place()
    {
        string path = _folder.Write("cut.bin", [1, 2, 3, 4, 5, 6, 7]);
        Assert.StartsWith($"{path}: 7 bytes are not whole rows", Assert.Throws<InvalidDataException>(() => RawCodesFile.Read(path, 16)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => RawCodesFile.ReadParts(path, 16).Count());
        path = _folder.Write("high.bin", [0, 0, 0, 0x10, 0, 0]);
        Assert.Contains("the row at byte 2 has ones above its 12 bits", Assert.Throws<InvalidDataException>(() => RawCodesFile.Read(path, 12)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => RawCodesFile.Read(path, 0));
        Assert.Throws<FileNotFoundException>(() => RawCodesFile.Read(_folder.File("none"), 8));
    }

    [Fact]
    public void A_failure_in_the_middle_leaves_the_old_file_and_nothing_else()
    {
        RawCodesFile.Write(Path1, RandomCodes.Make(1, 3, 8));

        Assert.Throws<ArgumentException>(() => RawCodesFile.Write(Path1, [RandomCodes.Make(1, 3, 16), RandomCodes.Make(1, 3, 24)]));

        Assert.Equal([Path1], Directory.GetFiles(_folder.Path));
        Assert.Equal(3, new FileInfo(Path1).Length);
    }

    [Fact]
    public void Packed_codes_of_numpy_are_read_in_parts()
    {
        Codes codes = RandomCodes.Make(seed: 9, 100, 20);
        NpyFile.WriteCodes(Path1, codes);

        Assert.Equal(codes.Words, Codes.Concatenate([.. NpyFile.ReadCodeParts(Path1, 20, 33)]).Words);
        Assert.Equal(24, NpyFile.ReadCodeParts(Path1).First().Bits);
        Assert.Contains("codes of 32 bits need (n, 4)", Assert.Throws<InvalidDataException>(() => NpyFile.ReadCodeParts(Path1, 32).First()).Message, StringComparison.Ordinal);
    }
}
