using Semblance.Index;
using Semblance.Index.Files;
using Xunit;

namespace Semblance.Tests.Index;

public sealed class CsvCodesFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path1 => _folder.File("codes.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Hexadecimal_codes_have_the_first_byte_first()
    {
        CsvRows rows = Read("id,code\na,01000000000000000080\r\nb,0xFF00000000000000000A\n");

        Assert.Equal(80, rows.Codes.Bits);
        Assert.Equal([1, 0x8000, 0xFF, 0x0A00], rows.Codes.Words.ToArray());
        Assert.Equal(["a", "b"], rows.Items.Select(item => item.Id));
    }

    [Fact]
    public void Bits_have_the_first_bit_first()
    {
        CsvRows rows = Read("bits,id\n100000000011,a\n000000000001,b");

        Assert.Equal(12, rows.Codes.Bits);
        Assert.Equal([0xC01, 0x800], rows.Codes.Words.ToArray());
    }

    [Fact]
    public void Quotes_tags_payloads_and_columns_in_any_order_are_understood()
    {
        CsvRows rows = Read("\uFEFFPayload, tags ,id,code\n\"{\"\"a\"\": 1,\n\"\"b\"\": \"\"x\"\"}\",red; round;;x\\;y\\\\,\"a \"\"quoted\"\", name\",ff\n\n,,b,00\n");

        Assert.Equal("a \"quoted\", name", rows.Items[0].Id);
        Assert.Equal(["red", "round", "x;y\\"], rows.Items[0].Tags);
        Assert.Equal("{\"a\": 1,\n\"b\": \"x\"}", rows.Items[0].Payload);
        Assert.Equal(("b", 0, null), (rows.Items[1].Id, rows.Items[1].Tags.Count, rows.Items[1].Payload));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(256)]
    public void What_is_written_comes_back(int bits)
    {
        Codes codes = RandomCodes.Make(seed: bits, 50, bits);
        CsvItem[] items = [.. Enumerable.Range(0, 50).Select(i => new CsvItem($"a,b \"{i}\"\nü", i % 3 == 0 ? [] : [$"t{i}", "x;\\y"], i % 2 == 0 ? null : $"{{\"i\":{i}}}"))];
        CsvCodesFile.Write(Path1, new CsvRows(codes, items));

        CsvRows whole = CsvCodesFile.Read(Path1);
        CsvRows[] parts = [.. CsvCodesFile.ReadParts(Path1, bits, rows: 7)];

        Assert.Equal(codes.Words, whole.Codes.Words);
        Assert.Equal(bits, whole.Codes.Bits);
        Assert.Equal(codes.Words, Codes.Concatenate([.. parts.Select(part => part.Codes)]).Words);
        Assert.Equal(items.Select(Text), whole.Items.Select(Text));
        Assert.Equal(items.Select(Text), parts.SelectMany(part => part.Items).Select(Text));
    }

    [Theory]
    [InlineData("", "line 1: it is empty")]
    [InlineData("id,code,colour\n", "line 1: the column \"colour\" is unknown")]
    [InlineData("id,id,code\n", "line 1: the column \"id\"")]
    [InlineData("code\nff\n", "line 1: it names the columns code")]
    [InlineData("id,code,bits\n", "line 1: it names the columns id, code, bits")]
    [InlineData("id,code\n", "it has no codes")]
    [InlineData("id,code\na,ff\nb\n", "line 3: 1 cells, where the first line names 2")]
    [InlineData("id,code\na,ff\n,00\n", "line 3: its id is empty")]
    [InlineData("id,code\na,ff\nb,ffff\n", "line 3: its code has 4 hexadecimal digits, two a byte; codes of 8 bits")]
    [InlineData("id,code\na,fff\n", "line 2: its code has 3 hexadecimal digits")]
    [InlineData("id,code\na,\n", "line 2: its code has 0 hexadecimal digits")]
    [InlineData("id,code\na,fg\n", "line 2: its code \"fg\" has characters other than hexadecimal digits")]
    [InlineData("id,bits\na,0102\n", "line 2: its code \"0102\" has characters other than 0 and 1")]
    [InlineData("id,code,payload\n\"a\nb\",ff,{}\nc,00,{x}\n", "line 4: its payload is no JSON")]
    [InlineData("id,code\n\n\na\"b,ff\n", "line 4: a quote stands inside a cell")]
    [InlineData("id,code\n\"a\"b,ff\n", "line 2: something follows a closing quote")]
    [InlineData("id,code\na,ff\n\"b,ff\nc,ff\n", "line 3: its quote is not closed")]
    public void Errors_name_the_line(string text, string fault)
    {
        string message = Assert.Throws<InvalidDataException>(() => Read(text)).Message;
        Assert.StartsWith(Path1, message, StringComparison.Ordinal);
        Assert.Contains(fault, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ones_above_the_bits_are_refused()
    {
        File.WriteAllText(Path1, "id,code\na,ff0f\nb,ff1f\n");

        Assert.Contains("line 3: its code has ones above its 12 bits", Assert.Throws<InvalidDataException>(() => CsvCodesFile.Read(Path1, 12)).Message, StringComparison.Ordinal);
        Assert.Contains("codes of 32 bits are needed", Assert.Throws<InvalidDataException>(() => CsvCodesFile.Read(Path1, 32)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_in_the_middle_leaves_nothing()
    {
        using (CsvCodesWriter writer = new(Path1, 8))
        {
            writer.Append(new CsvRows(new Codes(8, [1]), [new CsvItem("a")]));
            Assert.Throws<ArgumentException>(() => writer.Append(new CsvRows(new Codes(8, [1]), [])));
            Assert.Throws<ArgumentException>(() => writer.Append(new CsvRows(new Codes(8, [1]), [new CsvItem("b", ["tag"])])));
            Assert.Throws<ArgumentException>(() => writer.Append(new CsvRows(new Codes(8, [1]), [new CsvItem("")])));
        }

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private static string Text(CsvItem item) => $"{item.Id}|{string.Join('|', item.Tags)}|{item.Payload}";

    private CsvRows Read(string text)
    {
        File.WriteAllText(Path1, text);
        return CsvCodesFile.Read(Path1);
    }
}
