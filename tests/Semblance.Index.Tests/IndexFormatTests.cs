using System.Reflection;
using System.Text;
using Semblance.Index;
using Semblance.Index.Segments;
using Semblance.Index.Storage;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>The page on the files of an index: a reader that knows nothing else reads the kept files by it.</summary>
public sealed class IndexFormatTests
{
    private static readonly string Page = File.ReadAllText(Repository.File("docs/index-format.md"));

    [Fact]
    public void The_page_names_every_column()
    {
        string[] names = [.. typeof(SegmentLayout).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(string)).Select(field => (string)field.GetValue(null)!)];
        Assert.True(names.Length > 10);
        Assert.All(names, name => Assert.Contains('`' + name, Page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_manifest_of_the_page_is_one()
    {
        int start = Page.IndexOf("semblance-index 1", StringComparison.Ordinal);
        byte[] example = Encoding.ASCII.GetBytes(Page[start..Page.IndexOf("```", start, StringComparison.Ordinal)]);
        var store = new SimulatedStore();
        using (StoredFile file = store.Create(FileNames.Manifest))
        {
            file.Append(example);
        }

        var manifest = Manifest.Read(store);
        Assert.Equal([3, 7], manifest.Segments.Select(segment => segment.Number));
        Assert.Equal(example, manifest.ToBytes());
    }

    [Fact]
    public void A_segment_is_read_by_the_page_alone()
    {
        using LiveIndex index = LiveIndex.OpenRead(Kept("version-1-texts", ""));
        Dictionary<string, byte[]> columns = ReadColumns(Kept("version-1-texts", "2.segment"), out int items, out int rows);
        Assert.Equal((10, 7), (items, rows));
        using Snapshot snapshot = index.Snapshot();
        int[] extraRows = Numbers(columns["extra-rows"]);
        string[] tags = Runs(columns["tag-names"], Numbers(columns["tag-name-offsets"]));
        string[] ids = Runs(columns["id-texts"], Numbers(columns["id-offsets"]));
        int[] tagOffsets = Numbers(columns["tag-offsets"]);
        string[] payloads = Runs(columns["payloads"], Numbers(columns["payload-offsets"]));
        int alive = 0;
        for (int i = 0; i < items; i++)
        {
            if (snapshot.Find(ids[i]) is { } item)
            {
                alive++;
                int row = i < rows ? i : extraRows[i - rows];
                Assert.Equal((item.Code.Span[0], item.Code.Span[1]), (BitConverter.ToUInt64(columns["codes"], row * 16), BitConverter.ToUInt64(columns["codes"], (row * 16) + 8)));
                Assert.Equal(item.Tags, Numbers(columns["tags"]).Take(tagOffsets[i + 1]).Skip(tagOffsets[i]).Select(tag => tags[tag]));
                Assert.Equal(item.Payload ?? "", payloads[i]);
            }
        }

        Assert.Equal(7, alive);
        Assert.Equal(ids[rows..].Order(Comparer<string>.Create((a, b) => new ItemId(a).CompareTo(b))), Numbers(columns["extras-by-id"]).Select(extra => ids[rows + extra]));
        int[] postings = Numbers(columns["postings"]);
        int[] ends = Numbers(columns["posting-offsets"]);
        Assert.All(Enumerable.Range(0, tags.Length), tag => Assert.Equal(
            Enumerable.Range(0, items).Where(item => Numbers(columns["tags"]).Take(tagOffsets[item + 1]).Skip(tagOffsets[item]).Contains(tag)),
            postings.Take(ends[tag + 1]).Skip(ends[tag])));
    }

    [Fact]
    public void A_log_is_read_by_the_page_alone()
    {
        using var log = new BinaryReader(File.OpenRead(Kept("version-1-numbers", "5.log")));
        byte[] header = log.ReadBytes(32);
        Assert.Equal("SMBLLOG\0", Encoding.ASCII.GetString(header, 0, 8));
        Assert.Equal((1, 64, 0), (BitConverter.ToInt32(header, 8), BitConverter.ToInt32(header, 12), BitConverter.ToInt32(header, 16)));
        Assert.Equal(Crc(header.AsSpan(0, 28)), BitConverter.ToUInt32(header, 28));
        long sequence = BitConverter.ToInt64(header, 20);
        List<string> changes = [];
        while (log.BaseStream.Position < log.BaseStream.Length)
        {
            byte[] head = log.ReadBytes(24);
            byte[] body = log.ReadBytes(BitConverter.ToInt32(head, 4));
            log.BaseStream.Position = (log.BaseStream.Position + 7) / 8 * 8;
            Assert.Equal(Crc([.. head[4..], .. body]), BitConverter.ToUInt32(head));
            Assert.Equal(sequence++, BitConverter.ToInt64(head, 8));
            Assert.InRange(BitConverter.ToInt64(head, 16), 32, log.BaseStream.Position - 24);
            changes.AddRange(Changes(body));
        }

        Assert.Equal(["put 17000000140 ", "put 18000000147 cat,größe-1 {\"name\": \"bild 21\", \"größe\": [21, 3.5]}", "delete 1000000028", "delete 6000000063"], changes);
    }

    [Fact]
    public void A_file_of_deleted_items_is_read_by_the_page_alone()
    {
        byte[] bytes = File.ReadAllBytes(Kept("version-1-numbers", "6.deleted"));
        Assert.Equal("SMBDELE\0", Encoding.ASCII.GetString(bytes, 0, 8));
        Assert.Equal([1, 10, 1, 1, 0, 1], Numbers(bytes[8..32]));
        Assert.Equal(Crc(bytes.AsSpan(0, bytes.Length - 4)), BitConverter.ToUInt32(bytes, bytes.Length - 4));
        int deleted = System.Numerics.BitOperations.TrailingZeroCount(BitConverter.ToUInt64(bytes, 32));
        Dictionary<string, byte[]> columns = ReadColumns(Kept("version-1-numbers", "2.segment"), out _, out _);
        Assert.Equal((5 * 1_000_000_007L) - 3_000_000_000L, BitConverter.ToInt64(columns["ids"], deleted * 8));
    }

    private static IEnumerable<string> Changes(byte[] body)
    {
        using var reader = new BinaryReader(new MemoryStream(body));
        while (reader.BaseStream.Position < body.Length)
        {
            byte kind = reader.ReadByte();
            long id = reader.ReadInt64();
            if (kind == 2)
            {
                yield return $"delete {id}";
                continue;
            }

            Assert.Equal(1, kind);
            reader.ReadUInt64();
            string[] tags = [.. Enumerable.Range(0, reader.ReadUInt16()).Select(_ => Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadUInt16())))];
            yield return $"put {id} {string.Join(',', tags)} {Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadInt32()))}".TrimEnd() + (tags.Length == 0 ? " " : "");
        }
    }

    private static Dictionary<string, byte[]> ReadColumns(string path, out int items, out int rows)
    {
        byte[] file = File.ReadAllBytes(path);
        Assert.Equal("SMBSEGM\0", Encoding.ASCII.GetString(file, 0, 8));
        Assert.Equal(1, BitConverter.ToInt32(file, 8));
        Assert.Equal(Crc(file.AsSpan(0, 12)), BitConverter.ToUInt32(file, 12));
        int footer = (int)BitConverter.ToInt64(file, file.Length - 16);
        Assert.Equal(file.Length - 16, footer + BitConverter.ToInt32(file, file.Length - 8));
        Assert.Equal(Crc(file.AsSpan(footer, file.Length - 4 - footer)), BitConverter.ToUInt32(file, file.Length - 4));
        using var reader = new BinaryReader(new MemoryStream(file[(footer + 8)..]));
        (items, rows) = (reader.ReadInt32(), reader.ReadInt32());
        Dictionary<string, byte[]> columns = [];
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            string name = Encoding.ASCII.GetString(reader.ReadBytes(reader.ReadByte()));
            (long place, long length) = (reader.ReadInt64(), reader.ReadInt64());
            columns[name] = file[(int)place..(int)(place + length)];
            Assert.Equal(0, place % 64);
            Assert.Equal((length + 65_535) / 65_536, reader.ReadInt32());
            Assert.Equal(Crc(columns[name]), reader.ReadUInt32());
        }

        return columns;
    }

    private static int[] Numbers(byte[] bytes) => [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BitConverter.ToInt32(bytes, i * 4))];

    private static string[] Runs(byte[] values, int[] offsets) =>
        [.. Enumerable.Range(0, offsets.Length - 1).Select(i => Encoding.UTF8.GetString(values, offsets[i], offsets[i + 1] - offsets[i]))];

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
            }
        }

        return ~crc;
    }

    private static string Kept(string index, string file) => Path.Combine(AppContext.BaseDirectory, "Kept", index, file);
}
