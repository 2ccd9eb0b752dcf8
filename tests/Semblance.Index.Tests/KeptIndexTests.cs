using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>Indexes that earlier versions wrote, kept as files: they must open and hold what they held.</summary>
public sealed class KeptIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Folder, bits, kind of ids.</summary>
    public static TheoryData<string, int, IdKind> Kept => new()
    {
        { "version-1-numbers", 64, IdKind.Number },
        { "version-1-texts", 100, IdKind.Text },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kept))]
    public void An_index_of_an_earlier_version_opens_and_is_written_to(string name, int bits, IdKind ids)
    {
        string path = Copy(Path.Combine(AppContext.BaseDirectory, "Kept", name));
        Oracle oracle = new();
        Fill(oracle.Put, oracle.Delete, () => { }, bits, ids);
        using (LiveIndex reader = LiveIndex.OpenRead(path))
        {
            Assert.Single(reader.Info().Segments);
            Assert.Equal(3, reader.Info().DeletedItems);
            Assert.Equal(2, reader.Info().ItemsInMemory);
            oracle.RequireSame(reader, Code(5, bits));
            Assert.Empty(reader.Verify());
        }

        using LiveIndex writer = LiveIndex.Open(path);
        Item[] more = [new(Id(3, ids), Code(77, bits))];
        oracle.Put(more);
        writer.Upsert(more);
        writer.Compact();
        oracle.RequireSame(writer, Code(5, bits));
    }

    /// <summary>The calls by which the kept files were made; the index was then copied while it was open.</summary>
    internal static void Fill(Func<Item[], int> put, Func<ItemId[], int> delete, Action flush, int bits, IdKind ids)
    {
        put([.. Enumerable.Range(0, 12).Select(number => Row(number, bits, ids))]);
        delete([Id(2, ids), Id(7, ids)]);
        flush();
        delete([Id(5, ids)]);
        flush();
        put([Row(20, bits, ids), Row(21, bits, ids)]);
        delete([Id(4, ids), Id(9, ids)]);
    }

    private static Item Row(int number, int bits, IdKind ids) => new(
        Id(number, ids),
        Code(number % 8, bits),
        number % 3 == 0 ? ["cat", $"größe-{number % 2}"] : [],
        number % 4 == 1 ? $$"""{"name": "bild {{number}}", "größe": [{{number}}, 3.5]}""" : null);

    private static ItemId Id(int number, IdKind ids) => ids == IdKind.Number ? new ItemId((number * 1_000_000_007L) - 3_000_000_000L) : new ItemId($"{"aé\uFFFD"[number % 3]}/{number}.jpg");

    private static ulong[] Code(int seed, int bits)
    {
        ulong[] words = [.. Enumerable.Range(1, Codes.WordsFor(bits)).Select(word => unchecked((ulong)(seed + 1) * 0x9E3779B97F4A7C15 * (ulong)word))];
        words[^1] &= (bits & 63) == 0 ? ulong.MaxValue : (1UL << (bits & 63)) - 1;
        return words;
    }

    private string Copy(string from)
    {
        string to = _folder.File(Path.GetFileName(from));
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        return to;
    }
}
