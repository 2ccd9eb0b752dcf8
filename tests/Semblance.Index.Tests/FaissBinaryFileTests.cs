using Semblance.Index;
using Semblance.Index.Files;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>The files in <c>Data</c> were written by FAISS itself (<c>Data/make_faiss.py</c>).</summary>
public sealed class FaissBinaryFileTests : IDisposable
{
    private static readonly long[] Ids = [7, 5, 1L << 40, -3, 0];
    private readonly TemporaryFolder _folder = new();

    private string Path1 => _folder.File("codes.faiss");

    private static Codes Written => NpyFile.ReadCodes(Data("codes96.npy"), 96);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_flat_index_of_faiss_is_read()
    {
        FaissRows rows = FaissBinaryFile.Read(Data("flat96.faiss"));

        Assert.Equal(96, rows.Codes.Bits);
        Assert.Equal(Written.Words, rows.Codes.Words);
        Assert.Null(rows.Ids);
    }

    [Theory]
    [InlineData("idmap96.faiss")]
    [InlineData("idmap2_96.faiss")]
    public void Ids_around_a_flat_index_of_faiss_are_read(string name)
    {
        FaissRows rows = FaissBinaryFile.Read(Data(name));

        Assert.Equal(Written.Words, rows.Codes.Words);
        Assert.Equal(Ids, rows.Ids);
    }

    [Fact]
    public void An_empty_index_of_faiss_is_read()
    {
        Assert.Equal((64, 0), (FaissBinaryFile.Read(Data("empty64.faiss")).Codes.Bits, FaissBinaryFile.Read(Data("empty64.faiss")).Codes.Count));
        Assert.Empty(FaissBinaryFile.ReadParts(Data("empty64.faiss")));
    }

    [Fact]
    public void What_is_written_has_the_bytes_that_faiss_writes()
    {
        FaissBinaryFile.Write(Path1, Written);
        Assert.Equal(File.ReadAllBytes(Data("flat96.faiss")), File.ReadAllBytes(Path1));
        FaissBinaryFile.Write(Path1, Written, Ids);
        Assert.Equal(File.ReadAllBytes(Data("idmap96.faiss")), File.ReadAllBytes(Path1));
        FaissBinaryFile.Write(Path1, new Codes(64, []));
        Assert.Equal(File.ReadAllBytes(Data("empty64.faiss")), File.ReadAllBytes(Path1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void Parts_are_the_whole_in_order(int rows)
    {
        FaissRows[] parts = [.. FaissBinaryFile.ReadParts(Data("idmap2_96.faiss"), rows: rows)];

        Assert.Equal(Written.Words, Codes.Concatenate([.. parts.Select(part => part.Codes)]).Words);
        Assert.Equal(Ids, parts.SelectMany(part => part.Ids!));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(2048)]
    public void Codes_of_any_length_come_back_in_parts_written_and_read(int bits)
    {
        Codes codes = RandomCodes.Make(seed: bits, 1_000, bits);
        long[] ids = [.. Enumerable.Range(0, 1_000).Select(i => (i * 77L) - 5_000)];
        using (FaissBinaryWriter writer = new(Path1, bits, 1_000, withIds: true))
        {
            writer.Append(codes.Slice(0, 333), ids[..333]);
            writer.Append(codes.Slice(333, 667), ids[333..]);
            writer.Complete();
        }

        FaissRows read = FaissBinaryFile.Read(Path1, bits);

        Assert.Equal(codes.Words, read.Codes.Words);
        Assert.Equal(ids, read.Ids);
        Assert.Equal((bits + 7) / 8 * 8, FaissBinaryFile.Read(Path1).Codes.Bits);
    }

    [Fact]
    public void Other_files_are_refused_by_name()
    {
        Assert.Contains("binary hash index (IBHh)", Fault(Data("hash96.faiss")), StringComparison.Ordinal);
        Assert.Contains("embeddings, not of codes", Fault(Data("floats4.faiss")), StringComparison.Ordinal);
        Assert.Contains("does not begin as an index of FAISS", Fault(Data("codes96.npy")), StringComparison.Ordinal);
        Assert.Contains("does not begin", Fault(_folder.Write("empty.faiss", [])), StringComparison.Ordinal);
        Assert.Contains("its codes have 96 bits; 64 were asked for", Assert.Throws<InvalidDataException>(() => FaissBinaryFile.Read(Data("flat96.faiss"), 64)).Message, StringComparison.Ordinal);
        Assert.Contains("ones above its 90 bits", Assert.Throws<InvalidDataException>(() => FaissBinaryFile.Read(Data("flat96.faiss"), 90)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flat96.faiss")]
    [InlineData("idmap96.faiss")]
    public void A_file_cut_anywhere_or_too_long_is_refused_with_its_path(string name)
    {
        byte[] whole = File.ReadAllBytes(Data(name));
        for (int length = 0; length < whole.Length; length++)
        {
            string path = _folder.Write("cut.faiss", whole.AsSpan(0, length));
            Assert.StartsWith(path, Fault(path), StringComparison.Ordinal);
        }

        Assert.Contains("1 bytes follow its end", Fault(_folder.Write("long.faiss", [.. whole, 0])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_with_any_byte_changed_is_refused_or_reads_the_same_rows()
    {
        byte[] whole = File.ReadAllBytes(Data("idmap96.faiss"));
        for (int at = 0; at < 58; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x55;
            string path = _folder.Write("changed.faiss", changed);
            if (Record.Exception(() => FaissBinaryFile.Read(path)) is { } fault)
            {
                Assert.IsType<InvalidDataException>(fault);
            }
            else
            {
                Assert.Equal(Written.Words, FaissBinaryFile.Read(path).Codes.Words);
            }
        }
    }

    [Fact]
    public void A_file_that_was_not_completed_leaves_nothing_and_the_old_one_stays()
    {
        FaissBinaryFile.Write(Path1, Written);
        using (FaissBinaryWriter writer = new(Path1, 96, 6, withIds: false))
        {
            writer.Append(Written);
            Assert.Throws<ArgumentException>(() => writer.Append(Written));
            Assert.Throws<ArgumentException>(() => writer.Append(Written.Slice(0, 1), [1]));
            Assert.Throws<ArgumentException>(() => writer.Append(RandomCodes.Make(1, 1, 64)));
            Assert.Throws<InvalidOperationException>(writer.Complete);
        }

        Assert.Equal([Path1], Directory.GetFiles(_folder.Path));
        Assert.Equal(5, FaissBinaryFile.Read(Path1).Codes.Count);
        Assert.Throws<ArgumentException>(() => FaissBinaryFile.Write(Path1, Written, [1, 2]));
    }

    private static string Fault(string path) => Assert.Throws<InvalidDataException>(() => FaissBinaryFile.Read(path)).Message;

    private static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "Data", name);
}
