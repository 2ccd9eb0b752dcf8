using Semblance.Index;
using Semblance.Index.Files;
using Xunit;

namespace Semblance.Tests.Index;

public sealed class RowFileTests : IDisposable
{
    private const string Metadata = """{"model":"5f1c09aa","classes":["cat","dögs"]}""";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 64)]
    [InlineData(1, 12)]
    [InlineData(40, 65)]
    [InlineData(20_000, 48)]
    public void Codes_ids_labels_and_metadata_come_back(int rows, int bits)
    {
        string path = _folder.File("codes");
        Codes codes = RandomCodes.Make(seed: rows, rows, bits);

        new CodesFile(codes, Items(0, rows), Metadata).Write(path);
        CodesFile back = CodesFile.Read(path);

        Assert.Equal(codes.Words, back.Codes.Words);
        Assert.Equal(bits, back.Codes.Bits);
        Assert.Equal(Metadata, back.Metadata);
        AssertItems(Items(0, rows), back.Items);
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Embeddings_come_back_bit_for_bit()
    {
        string path = _folder.File("new/folder/embeddings");
        float[] rows = [1f, -0f, float.Epsilon, float.MaxValue, 5f, -6.25f];

        new EmbeddingsFile(rows, 3, Items(0, 2), "").Write(path);
        EmbeddingsFile back = EmbeddingsFile.Read(path);

        Assert.Equal(rows.Select(BitConverter.SingleToInt32Bits), back.Embeddings.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(3, back.Dimension);
        Assert.Contains("embeddings of 3 dimensions; codes are needed", Assert.Throws<InvalidDataException>(() => CodesFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_streams_the_blocks_as_they_were_appended()
    {
        string path = _folder.File("codes");
        using (RowFileWriter writer = RowFileWriter.Create(path, new RowFormat(RowKind.Code, 12)))
        {
            writer.Append(RandomCodes.Make(1, 3, 12), Items(0, 3));
            writer.Append(RandomCodes.Make(2, 0, 12), Items(0, 0));
            writer.Append(RandomCodes.Make(2, 5, 12), Items(3, 5));
            writer.Complete();
        }

        using var reader = new RowFileReader(path);
        Assert.Equal([3, 5], reader.Blocks().Select(block => block.Items.Count));
        Assert.True(reader.Finished);
    }

    [Fact]
    public void Every_flipped_byte_is_found()
    {
        string path = SmallFile();
        byte[] good = File.ReadAllBytes(path);
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= 0x20;
            File.WriteAllBytes(path, bad);
            InvalidDataException fault = Assert.Throws<InvalidDataException>(() => CodesFile.Read(path));
            Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_cut_and_every_addition_is_found()
    {
        string path = SmallFile();
        byte[] good = File.ReadAllBytes(path);
        for (int length = 0; length < good.Length; length++)
        {
            File.WriteAllBytes(path, good[..length]);
            Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => CodesFile.Read(path)).Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(path, [.. good, 0]);
        Assert.Contains("1 bytes follow its end mark", Assert.Throws<InvalidDataException>(() => CodesFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_writer_that_was_interrupted_after_any_byte_goes_on_to_the_same_file()
    {
        string path = SmallFile();
        byte[] good = File.ReadAllBytes(path);
        File.Delete(path);
        for (int length = 0; length <= good.Length; length++)
        {
            File.WriteAllBytes(RowFileWriter.PartialPath(path), good[..length]);
            Finish(path);
            Assert.Equal(good, File.ReadAllBytes(path));
            Assert.False(File.Exists(RowFileWriter.PartialPath(path)));
        }
    }

    [Fact]
    public void An_interrupted_file_of_another_model_is_not_continued()
    {
        string path = _folder.File("codes");
        using (RowFileWriter writer = RowFileWriter.Create(path, new RowFormat(RowKind.Code, 12), "{\"model\":\"11111\"}"))
        {
            writer.Append(RandomCodes.Make(1, 3, 12), Items(0, 3));
        }

        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => RowFileWriter.Resume(path, new RowFormat(RowKind.Code, 12), "{\"model\":\"2\"}"));
        Assert.Contains("another model", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void An_unfinished_file_is_not_read_as_a_whole_one()
    {
        string path = _folder.File("codes");
        using (RowFileWriter writer = RowFileWriter.Create(path, new RowFormat(RowKind.Code, 12)))
        {
            writer.Append(RandomCodes.Make(1, 3, 12), Items(0, 3));
        }

        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => CodesFile.Read(RowFileWriter.PartialPath(path)));
        Assert.Contains("after 3 rows without its end mark", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_version_and_another_kind_of_file_are_named()
    {
        string path = SmallFile();
        byte[] bytes = File.ReadAllBytes(path);
        bytes[8] = 2;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("version 2", Assert.Throws<InvalidDataException>(() => CodesFile.Read(path)).Message, StringComparison.Ordinal);

        File.WriteAllText(path, "id,label,code");
        Assert.Contains("not a file of codes", Assert.Throws<InvalidDataException>(() => CodesFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_and_items_must_be_as_many()
    {
        string path = _folder.File("codes");
        using RowFileWriter writer = RowFileWriter.Create(path, new RowFormat(RowKind.Code, 12));

        Assert.Throws<ArgumentException>(() => writer.Append(RandomCodes.Make(1, 3, 12), Items(0, 2)));
        Assert.Throws<ArgumentException>(() => writer.Append(RandomCodes.Make(1, 2, 13), Items(0, 2)));
        Assert.Throws<ArgumentException>(() => writer.Append([1f, 2f], Items(0, 2)));
        Assert.Throws<ArgumentException>(() => new CodesFile(RandomCodes.Make(1, 3, 12), Items(0, 2), "").Write(path));
        Assert.Throws<ArgumentException>(() => writer.Append(RandomCodes.Make(1, 1, 12), [new RowItem(new string('x', 70_000))]));
    }

    private static List<RowItem> Items(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => new RowItem($"bilder/katze {i}.jpg", Enumerable.Range(i, i % 3).ToArray(), (ulong)i * 77))];

    private static void AssertItems(IReadOnlyList<RowItem> expected, IReadOnlyList<RowItem> found)
    {
        Assert.Equal(expected.Select(item => (item.Id, item.ContentHash)), found.Select(item => (item.Id, item.ContentHash)));
        Assert.Equal(expected.SelectMany(item => item.Labels), found.SelectMany(item => item.Labels));
    }

    private static void Finish(string path)
    {
        using RowFileWriter writer = RowFileWriter.Resume(path, new RowFormat(RowKind.Code, 12), Metadata);
        for (int block = writer.Restored.Count / 2; block < 3; block++)
        {
            writer.Append(RandomCodes.Make(block, 2, 12), Items(2 * block, 2));
        }

        AssertItems(Items(0, writer.Restored.Count), writer.Restored);
        Assert.Equal(6, writer.Rows);
        writer.Complete();
    }

    private string SmallFile()
    {
        string path = _folder.File("small");
        Finish(path);
        return path;
    }
}
