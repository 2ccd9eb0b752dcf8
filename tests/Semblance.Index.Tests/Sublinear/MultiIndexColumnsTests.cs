using System.Buffers.Binary;
using Semblance.Index;
using Semblance.Index.Searching;
using Semblance.Index.Sublinear;
using Xunit;

namespace Semblance.Tests.Index.Sublinear;

public sealed class MultiIndexColumnsTests
{
    private static readonly Codes TheCodes = CodeSets.Make("clustered", 64, 3_000);

    [Fact]
    public void Columns_read_back_give_the_same_index()
    {
        MultiIndex built = MultiIndex.Build(TheCodes);
        Dictionary<string, byte[]> columns = Bytes(built.Columns());
        MultiIndex read = Open(columns);

        Assert.Equal(MultiIndex.ColumnNames(built.Tables).Order(), columns.Keys.Order());
        Assert.Equal(built.Bytes, columns.Where(column => column.Key != "tables.layout").Sum(column => (long)column.Value.Length));
        Assert.Equal(columns, Bytes(read.Columns()));
        Assert.Equal(columns, Bytes(MultiIndex.MakeColumns(TheCodes)));
        Assert.Equal(MultiIndexTests.Sorted(TheCodes, TheCodes[5]).Take(50), Search(read, 5));
    }

    [Fact]
    public void Columns_that_are_mapped_are_checked_where_they_are_read()
    {
        Dictionary<string, byte[]> columns = Bytes(MultiIndex.Build(TheCodes).Columns());
        int damaged = -1;
        const int Block = 256;
        MultiIndex index = MultiIndex.FromColumns(TheCodes, name => new Column<byte>(columns[name], new ColumnGuard(Block, (columns[name].Length + Block - 1) / Block, block =>
        {
            damaged += name == "tables.rows.1" ? 1 : 0;
            if (damaged == 3)
            {
                throw new InvalidDataException("rows of table 1");
            }
        })), "a test");

        Assert.Contains("rows of table 1", Assert.Throws<InvalidDataException>(() => SearchAll(index)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_does_not_exist_is_refused()
    {
        Dictionary<string, byte[]> columns = Bytes(MultiIndex.Build(TheCodes).Columns());
        int width = MultiIndex.Build(TheCodes).Layout.RowBytes;
        for (int at = 0; at < columns["tables.rows.0"].Length - MultiIndexLayout.Padding; at += width)
        {
            columns["tables.rows.0"][at] = 0xFF;
            columns["tables.rows.0"][at + 1] = 0x0F;
        }

        Assert.Contains("has row 4095; there are 3000", Assert.Throws<InvalidDataException>(() => SearchAll(Open(columns))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(3_001u)]
    [InlineData(0u)]
    public void Offsets_that_do_not_ascend_are_refused(uint value)
    {
        Dictionary<string, byte[]> columns = Bytes(MultiIndex.Build(TheCodes).Columns());
        foreach (string name in columns.Keys.Where(name => name.StartsWith("tables.offsets", StringComparison.Ordinal)))
        {
            // In the middle of the table, where some codes lie before and behind.
            BinaryPrimitives.WriteUInt32LittleEndian(columns[name].AsSpan(columns[name].Length / 8 * 4), value);
        }

        Assert.Contains(" ends before it begins", Assert.Throws<InvalidDataException>(() => SearchAll(Open(columns))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tables.offsets.0")]
    [InlineData("tables.fingerprints.1")]
    [InlineData("tables.rows.2")]
    [InlineData("tables.layout")]
    public void A_column_that_is_too_short_is_refused(string name)
    {
        Dictionary<string, byte[]> columns = Bytes(MultiIndex.Build(TheCodes).Columns());
        columns[name] = columns[name][..^4];

        Assert.Throws<InvalidDataException>(() => Open(columns));
    }

    [Fact]
    public void A_damaged_layout_is_refused_or_harmless()
    {
        Dictionary<string, byte[]> whole = Bytes(MultiIndex.Build(TheCodes).Columns());
        int refused = 0;
        for (int at = 0; at < whole["tables.layout"].Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                Dictionary<string, byte[]> columns = new(whole) { ["tables.layout"] = [.. whole["tables.layout"]] };
                columns["tables.layout"][at] ^= (byte)(1 << bit);
                try
                {
                    MultiIndex index = Open(columns);
                    Search(index, 5);
                }
                catch (InvalidDataException)
                {
                    refused++;
                }
            }
        }

        Assert.True(refused > whole["tables.layout"].Length * 4);
    }

    [Fact]
    public void The_layout_before_parts_is_read()
    {
        Dictionary<string, byte[]> columns = Bytes(MultiIndex.Build(TheCodes).Columns());
        MultiIndexLayout layout = MultiIndexLayout.Parse(columns["tables.layout"], "a test");
        Assert.All(layout.Tables, table => Assert.Empty(table.Parities));

        // Version 2 ended before the parities, of which there are none here.
        byte[] older = columns["tables.layout"][..^(4 * layout.Tables.Count)];
        BinaryPrimitives.WriteInt32LittleEndian(older, 2);
        columns["tables.layout"] = older;

        Assert.Equal(MultiIndexTests.Sorted(TheCodes, TheCodes[5]).Take(50), Search(Open(columns), 5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_layout_of_another_version_is_refused(int version)
    {
        Dictionary<string, byte[]> columns = Bytes(MultiIndex.Build(TheCodes).Columns());
        BinaryPrimitives.WriteInt32LittleEndian(columns["tables.layout"], version);

        Assert.Contains($"is version {version}; this program reads versions 2 and 3", Assert.Throws<InvalidDataException>(() => Open(columns)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 7, "has parities 7 at byte")]
    [InlineData(0, 0, "divides table 0 by the key of table 0, which is not in its fingerprints")]
    [InlineData(1, 1, "has table of a parity 1 at byte")]
    [InlineData(1, 3, "divides table 0 by the key of table 3, which is not in its fingerprints")]
    public void Parities_that_cannot_be_are_refused(int parity, int value, string message)
    {
        Codes codes = CodeSets.Make("uniform", 64, 30_000);
        MultiIndexLayout layout = MultiIndexLayout.WithLengths(codes, [8, 8, 8, 8, 8, 8, 8, 8], 16);
        Assert.Equal([1, 2], layout.Tables[0].Parities.Select(one => one.Table));
        byte[] bytes = layout.ToBytes();
        int first = bytes.Length - (4 * layout.Tables.Sum(table => 1 + table.Parities.Length));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(first + (4 * (parity + 1))), value);

        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => MultiIndexLayout.Parse(bytes, "a test")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_of_other_codes_are_refused()
    {
        Dictionary<string, byte[]> columns = Bytes(MultiIndex.Build(TheCodes).Columns());

        Assert.Contains("3000 codes of 64 bits", Assert.Throws<InvalidDataException>(() => Open(columns, CodeSets.Make("uniform", 64, 10))).Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, byte[]> Bytes(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> columns) =>
        columns.ToDictionary(column => column.Key, column => column.Value.ToArray());

    private static MultiIndex Open(Dictionary<string, byte[]> columns, Codes? codes = null) =>
        MultiIndex.FromColumns(codes ?? TheCodes, name => new Column<byte>(columns[name]), "a test");

    private static Neighbour[]? Search(MultiIndex index, int row) =>
        index.Search(TheCodes[row], Reach.Nearest(50, 64, keepTies: false), default, ProbeBudget.Unlimited, default, out _);

    private static void SearchAll(MultiIndex index) =>
        index.Search(TheCodes[0], Reach.Within(64, 64), default, ProbeBudget.Unlimited, default, out _);
}
