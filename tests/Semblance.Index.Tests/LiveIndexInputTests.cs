using System.Text;
using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>What a live index refuses, and with what words.</summary>
public sealed class LiveIndexInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LiveIndex _index = LiveIndex.Create(new SimulatedStore(), new LiveIndexOptions { Bits = 70 });

    public void Dispose()
    {
        _index.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Codes_of_another_length_are_refused()
    {
        Says("1 words", () => _index.Upsert(new Item(1, new ulong[1])));
        Says("3 words", () => _index.Nearest(new ulong[3], 1));
        Says("64 bits", () => _index.Nearest(RandomCodes.Make(1, 1, 64), 1));
        Says("64 bits", () => _index.Import(new long[1], RandomCodes.Make(1, 1, 64)));
        Says("above its 70 bits", () => _index.Upsert(new Item(1, new ulong[] { 0, 1UL << 6 })));
        Says("above its 70 bits", () => _index.Within(new ulong[] { 0, 1UL << 6 }, 3));
    }

    [Fact]
    public void Ids_of_the_other_kind_are_refused()
    {
        Says("id s text is a text", () => _index.Upsert(new Item("s text", new ulong[2])));
        Says("is a text", () => _index.Delete("a"));
        Says("is a text", () => _index.Find("a"));
        Says("is a text", () => _index.Import(["a"], RandomCodes.Make(1, 1, 70)));
        using LiveIndex texts = LiveIndex.Create(new SimulatedStore(), new LiveIndexOptions { Bits = 70, Ids = IdKind.Text });
        Says("is a number", () => texts.Upsert(new Item(5, new ulong[2])));
        Says("is a number", () => texts.Import(new long[1], RandomCodes.Make(1, 1, 70)));
    }

    [Fact]
    public void An_id_may_not_come_twice_in_one_batch()
    {
        Item[] twice = [new(7, new ulong[2]), new(8, new ulong[2]), new(7, new ulong[2])];
        Says("id 7 comes twice", () => _index.Upsert(twice));
        Says("id 7 comes twice", () => _index.Import(twice));
        Says("id 7 comes twice", () => _index.Delete([7, 8, 7]));
        Says("id 3 comes twice", () => _index.Import(new long[] { 3, 1, 3 }, RandomCodes.Make(1, 3, 70)));
        Assert.Equal(0, _index.Count);
        Assert.Empty(_index.Info().Segments);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _index.Nearest(new ulong[2], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _index.Nearest(RandomCodes.Make(1, 1, 70), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _index.Within(new ulong[2], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LiveIndexOptions { Bits = 65_536 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LiveIndexOptions { MemoryRows = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => LiveIndex.Create(new SimulatedStore(), new LiveIndexOptions()));
        Assert.Throws<ArgumentOutOfRangeException>(() => Durability.Every(TimeSpan.Zero));
        Says("2 ids came with 3 codes", () => _index.Import(new long[2], RandomCodes.Make(1, 3, 70)));
    }

    [Fact]
    public void More_neighbours_than_items_are_all_items()
    {
        _index.Upsert([new Item(2, new ulong[2]), new Item(1, new ulong[2])]);
        Assert.Equal([new ItemMatch(1, 0), new ItemMatch(2, 0)], _index.Nearest(new ulong[2], int.MaxValue));
        Assert.Equal(2, _index.Within(new ulong[2], int.MaxValue).Length);
    }

    [Fact]
    public void Ids_tags_and_payloads_have_bounds()
    {
        Assert.Throws<ArgumentException>(() => new ItemId(""));
        Assert.Equal(1024, Encoding.UTF8.GetByteCount(new ItemId(new string('é', 512)).Text));
        Says("1026 bytes", () => _ = new ItemId(new string('é', 513)));
        Says("surrogate", () => _ = new ItemId("a\uD800"));
        Says("surrogate", () => _ = new Item(1, new ulong[2], ["\uDC00"]));
        Says("a tag is empty", () => _ = new Item(1, new ulong[2], [""]));
        Says("is not JSON", () => _ = new Item(1, new ulong[2], payload: "{\"a\": }"));
        Says("is not JSON", () => _ = new Item(1, new ulong[2], payload: ""));
        Says("is not JSON", () => _ = new Item(1, new ulong[2], payload: "1 2"));
        Assert.Throws<InvalidOperationException>(() => new ItemId(5).Text);
        Assert.Throws<InvalidOperationException>(() => new ItemId("5").Number);
    }

    [Fact]
    public void Texts_are_ordered_by_their_bytes()
    {
        string[] texts = ["a", "ab", "b", "é", "\uFFFD", "𝒳", "\uE000", "\uD7FF", "aé", "a𝒳", "a\uFFFD"];
        Assert.Equal(
            texts.OrderBy(text => Convert.ToHexString(Encoding.UTF8.GetBytes(text)), StringComparer.Ordinal),
            texts.Select(text => new ItemId(text)).Order().Select(id => id.Text));
        Assert.True(new ItemId(long.MinValue) < new ItemId(-1) && new ItemId(-1) < new ItemId(0));
    }

    [Fact]
    public void A_second_writer_is_told_who_the_first_one_is()
    {
        string path = _folder.File("index");
        using LiveIndex first = LiveIndex.Create(path, new LiveIndexOptions { Bits = 64 });
        IOException fault = Assert.Throws<IOException>(() => LiveIndex.Open(path));
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}", fault.Message, StringComparison.Ordinal);
        first.Dispose();
        LiveIndex.Open(path).Dispose();
    }

    [Fact]
    public void Whether_there_is_a_writer_can_be_asked_without_disturbing_it()
    {
        string path = _folder.File("index");
        Assert.False(LiveIndex.HasWriter(path));
        using (LiveIndex writer = LiveIndex.Create(path, new LiveIndexOptions { Bits = 64 }))
        {
            Assert.True(LiveIndex.HasWriter(path));
            using LiveIndex reader = LiveIndex.OpenRead(path);
            writer.Upsert([new Item(1, new ulong[] { 1 })]);
        }
        using (LiveIndex.OpenRead(path))
        {
            Assert.False(LiveIndex.HasWriter(path));
        }
    }

    [Fact]
    public void A_directory_that_is_no_index_is_left_alone()
    {
        string path = _folder.File("other");
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "letter.txt"), "dear");
        Assert.Contains("not an index", Assert.Throws<InvalidDataException>(() => LiveIndex.Open(path)).Message, StringComparison.Ordinal);
        Assert.Contains("not an index", Assert.Throws<InvalidDataException>(() => LiveIndex.OpenRead(path)).Message, StringComparison.Ordinal);
        Assert.False(LiveIndex.Exists(path) || LiveIndex.Exists(_folder.File("nowhere")));
        LiveIndex.Create(_folder.File("made"), new LiveIndexOptions { Bits = 64 }).Dispose();
        Assert.True(LiveIndex.Exists(_folder.File("made")));
        Assert.Contains("not an index", Assert.Throws<InvalidDataException>(() => LiveIndex.Open(_folder.File("nowhere"))).Message, StringComparison.Ordinal);
        Assert.Contains("letter.txt", Assert.Throws<IOException>(() => LiveIndex.Create(path, new LiveIndexOptions { Bits = 64 })).Message, StringComparison.Ordinal);
        Assert.Equal(["letter.txt"], Directory.GetFiles(path).Select(Path.GetFileName));
    }

    [Fact]
    public void An_index_is_not_created_over_another()
    {
        string path = _folder.File("index");
        LiveIndex.Create(path, new LiveIndexOptions { Bits = 64 }).Dispose();
        Assert.Contains("an index already", Assert.Throws<IOException>(() => LiveIndex.Create(path, new LiveIndexOptions { Bits = 64 })).Message, StringComparison.Ordinal);
        Says("128 bits", () => LiveIndex.Open(path, new LiveIndexOptions { Bits = 128 }));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        string path = _folder.File("index");
        using (LiveIndex index = LiveIndex.Create(path, new LiveIndexOptions { Bits = 64 }))
        {
            index.Import(new long[] { 1 }, RandomCodes.Make(1, 1, 64));
        }

        string segment = Directory.GetFiles(path, "*.segment").Single();
        File.Move(segment, segment + ".away");
        Assert.Contains(Path.GetFileName(segment), Assert.Throws<InvalidDataException>(() => LiveIndex.Open(path)).Message, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(segment), Assert.Throws<InvalidDataException>(() => LiveIndex.OpenRead(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_does_not_write_and_a_closed_index_does_nothing()
    {
        string path = _folder.File("index");
        LiveIndex.Create(path, new LiveIndexOptions { Bits = 64 }).Dispose();
        using (LiveIndex reader = LiveIndex.OpenRead(path))
        {
            Assert.Throws<InvalidOperationException>(() => reader.Upsert(new Item(1, new ulong[1])));
            Assert.Throws<InvalidOperationException>(() => reader.Compact());
            Assert.Throws<InvalidOperationException>(() => _index.Refresh());
        }

        Snapshot snapshot = _index.Snapshot();
        snapshot.Dispose();
        Assert.Throws<ObjectDisposedException>(() => snapshot.Nearest(new ulong[2], 1));
        _index.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _index.Nearest(new ulong[2], 1));
        Assert.Throws<ObjectDisposedException>(() => _index.Upsert(new Item(1, new ulong[2])));
    }

    [Fact]
    public void An_index_of_a_newer_version_is_refused_in_words()
    {
        var store = new SimulatedStore();
        LiveIndex.Create(store, new LiveIndexOptions { Bits = 64 }).Dispose();
        string text = Encoding.ASCII.GetString(store.BytesOf("MANIFEST"));
        string newer = text[..text.IndexOf("checksum ", text.IndexOf("log ", StringComparison.Ordinal), StringComparison.Ordinal)].Replace("semblance-index 1", "semblance-index 2", StringComparison.Ordinal);
        uint checksum = Semblance.Index.Files.Checksum.Of(Encoding.ASCII.GetBytes(newer));
        store.Overwrite("MANIFEST", Encoding.ASCII.GetBytes($"{newer}checksum {checksum:x8}\n"));
        Assert.Contains("version 2", Assert.Throws<InvalidDataException>(() => LiveIndex.Open(store)).Message, StringComparison.Ordinal);
    }

    private static void Says(string words, Action call) => Assert.Contains(words, Assert.ThrowsAny<ArgumentException>(call).Message, StringComparison.Ordinal);
}
