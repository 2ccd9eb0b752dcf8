using Semblance.Data.Readers;
using Xunit;

namespace Semblance.Tests.Data.Readers;

/// <summary>What SciPy wrote is read as it was meant; what is damaged is refused.</summary>
public sealed class MatFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Files => ["arrays.mat", "arrays_compressed.mat"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Numbers_of_every_type_are_read(string file)
    {
        foreach (string type in new[] { "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "single" })
        {
            MatArray array = Read(file, type);
            Assert.Equal([1, 2, 100], array.Numbers);
            Assert.Equal(3, array.Count);
        }
        Assert.Equal([1.5, 4, 2.5, 5, -3, 6], Read(file, "matrix").Numbers);
        Assert.Equal(0, Read(file, "empty").Count);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Texts_cells_and_structures_are_read(string file)
    {
        Assert.Equal("Grüße, 車", Read(file, "text").Text);
        Assert.Equal("x", Read(file, "letter").Text);
        MatArray cells = Read(file, "cells");
        Assert.Equal([1, 2, 3], cells.Cells[0].Numbers);
        Assert.Equal("two", cells.Cells[1].Text);
        Assert.Equal(0.5, Assert.Single(cells.Cells[2].Cells[1].Numbers));
        MatArray structure = Read(file, "struct");
        Assert.Equal(["a", "b"], structure.Fields);
        Assert.Equal([-7], structure.Field(0, "a")!.Numbers);
        Assert.Equal("inner", structure.Field(0, "b")!.Field(0, "c")!.Text);
        Assert.Null(structure.Field(0, "d"));
    }

    [Theory]
    [InlineData("sparse")]
    [InlineData("complex")]
    [InlineData("missing")]
    public void What_is_not_read_is_passed_over(string name) =>
        Assert.EndsWith($"has no variable {name}. Copy the file again, or name another.", Assert.Throws<InvalidDataException>(() => Read("arrays.mat", name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Texts_as_MATLAB_keeps_them_are_read()
    {
        // A compressed 1 x 3 array of characters named s, kept as 16-bit letters: tag, flags, sizes, name, letters.
        byte[] matrix = [14, 0, 0, 0, 56, 0, 0, 0, 6, 0, 0, 0, 8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 1, 0, 1, 0, (byte)'s', 0, 0, 0, 4, 0, 0, 0, 6, 0, 0, 0];
        byte[] letters = [(byte)'C', 0, (byte)'a', 0, 0xca, 0x8e, 0, 0];
        using MemoryStream packed = new();
        using (System.IO.Compression.ZLibStream zlib = new(packed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
        {
            zlib.Write(matrix);
            zlib.Write(letters);
        }
        byte[] header = new byte[128];
        (header[125], header[126], header[127]) = (1, (byte)'I', (byte)'M');
        string path = _folder.Write("s.mat", [.. header, 15, 0, 0, 0, .. BitConverter.GetBytes((int)packed.Length), .. packed.ToArray()]);
        Assert.Equal("Ca車", MatFile.Read(path, "s").Text);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_damaged_file_is_read_or_refused_but_never_worse(string file)
    {
        byte[] whole = File.ReadAllBytes(Find(file));
        for (int length = 0; length < whole.Length; length += 7)
        {
            string path = _folder.Write("cut.mat", whole.AsSpan(0, length));
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => MatFile.Read(path, "missing")).Message, StringComparison.Ordinal);
        }
        Random random = new(1);
        for (int round = 0; round < 250; round++)
        {
            byte[] bytes = [.. whole];
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            string path = _folder.Write("changed.mat", bytes);
            Exception? exception = Record.Exception(() => MatFile.Read(path, "struct"));
            Assert.True(exception is null or InvalidDataException, $"{exception}");
        }
    }

    [Theory]
    [InlineData("MATLAB 7.3 MAT-file, Platform: GLNXA64", "is a MATLAB file of version 7.3; version 5 to 7.2 is needed. Save it with save -v7.")]
    [InlineData("path,label", "is not a little-endian MATLAB file of version 5 to 7.2. Copy it again.")]
    public void Files_of_another_format_are_refused(string text, string message)
    {
        string path = _folder.Write("other.mat", System.Text.Encoding.ASCII.GetBytes(text.PadRight(200)));
        Assert.Equal($"{path} {message}", Assert.Throws<InvalidDataException>(() => MatFile.Read(path, "x")).Message);
    }

    private static MatArray Read(string file, string name) => MatFile.Read(Find(file), name);

    private static string Find(string file) => Repository.File($"tests/Semblance.Tests/Data/Readers/Files/{file}");
}
