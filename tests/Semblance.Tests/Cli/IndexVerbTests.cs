using System.Text.Json;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Index.Files;
using Semblance.Tests.Training;
using Xunit;

namespace Semblance.Tests.Cli;

/// <summary><c>semblance index</c> on index directories, as a user calls it.</summary>
public sealed class IndexVerbTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_imported_is_searched_exported_deleted_and_verified()
    {
        string index = folder.File("a.index"), table = folder.File("a.csv");
        File.WriteAllText(table, "id,code,tags,payload\nx/1.jpg,0100,red;round,\"{\"\"w\"\": 3}\"\nx/2.jpg,0300,red,\nx/3.jpg,ff00,blue,\n");

        Assert.Contains("3 codes of 16 bits came in; it holds 3 items", Run("index", "import", index, table).Output, StringComparison.Ordinal);
        Assert.Contains("3 of them in place of items with the same ids; it holds 3", Run("index", "import", index, table).Output, StringComparison.Ordinal);

        using JsonDocument found = JsonDocument.Parse(Run("index", "search", index, "--code", "0x0100", "--id", "x/3.jpg", "-k", "2", "--json").Output);
        Assert.Equal(["x/1.jpg 0", "x/2.jpg 1", "x/3.jpg 0", "x/2.jpg 6"], found.RootElement.EnumerateArray().SelectMany(query => query.GetProperty("hits").EnumerateArray()).Select(hit => $"{hit.GetProperty("id").GetString()} {hit.GetProperty("distance").GetInt32()}"));
        Assert.Equal(3, found.RootElement[0].GetProperty("hits")[0].GetProperty("payload").GetProperty("w").GetInt32());
        Assert.Equal(["x/2.jpg"], Ids(Run("index", "search", index, "--code", "0100", "--radius", "9", "--any-tag", "red", "--any-tag", "blue", "--no-tag", "round", "--all-tags", "red", "--json")));

        using JsonDocument info = JsonDocument.Parse(Run("index", "info", index, "--json").Output);
        Assert.Equal((3, 16, "Text"), (info.RootElement.GetProperty("items").GetInt64(), info.RootElement.GetProperty("bits").GetInt32(), info.RootElement.GetProperty("ids").GetString()));
        Assert.Contains("codes", info.RootElement.GetProperty("columnBytesPerItem").EnumerateObject().Select(column => column.Name));

        Run("index", "export", index, folder.File("b.csv"));
        Assert.Equal("id,code,tags,payload\nx/1.jpg,0100,red;round,\"{\"\"w\"\": 3}\"\nx/2.jpg,0300,red,\nx/3.jpg,ff00,blue,\n", File.ReadAllText(folder.File("b.csv")));
        Assert.Contains("plan: Scan", Run("index", "explain", index).Output, StringComparison.Ordinal);
        Assert.Contains("1 items deleted, 1 ids were of none; it holds 2", Run("index", "delete", index, "x/1.jpg", "y").Output, StringComparison.Ordinal);
        Run("index", "compact", index);
        Assert.Contains("all is well; 2 items", Run("index", "verify", index).Output, StringComparison.Ordinal);

        string segment = Directory.GetFiles(index, "*.segment").Single();
        byte[] bytes = File.ReadAllBytes(segment);
        bytes[bytes.AsSpan().IndexOf("x/2.jpg"u8) + 2] ^= 1;
        File.WriteAllBytes(segment, bytes);
        CliProcess.Run("index", "verify", index).Refused(3, segment);
    }

    [Theory]
    [InlineData("faiss")]
    [InlineData("npy")]
    [InlineData("bin")]
    [InlineData("csv")]
    [InlineData("codes")]
    public void Every_format_goes_out_and_comes_in_the_same(string extension)
    {
        string index = folder.File("n.index"), file = folder.File("n." + extension);
        Codes codes = Codes.FromBytes([.. Enumerable.Range(0, 500 * 4).Select(i => (byte)(i * 37 >> 3))], 32);
        RawCodesFile.Write(folder.File("start.bin"), codes);
        Run("index", "import", index, folder.File("start.bin"), "--bits", "32", "--first-id", "1000");

        Run("index", "export", index, file);
        string[] list = File.Exists(file + ".ids.txt") ? ["--ids", file + ".ids.txt"] : [];
        Run(["index", "import", folder.File("copy.index"), file, "--number-ids", "--bits", "32", .. list]);

        Run("index", "export", index, folder.File("1.csv"));
        Run("index", "export", folder.File("copy.index"), folder.File("2.csv"));
        Assert.Equal(File.ReadAllText(folder.File("1.csv")), File.ReadAllText(folder.File("2.csv")));
        Assert.StartsWith("1000,", File.ReadLines(folder.File("1.csv")).Skip(1).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void Encoded_images_become_items_with_their_classes_as_tags_and_are_found_by_an_image()
    {
        using TinyRun tiny = new();
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("run"), "--set", "steps=2").Done();
        CliProcess.Run("encode", tiny.File("run"), tiny.Images, "--out", tiny.File("all.codes")).Done();
        Run("index", "import", tiny.File("all.index"), tiny.File("all.codes"));
        string image = Directory.GetFiles(tiny.Images, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();

        string[] ofFile = Ids(CliProcess.Run("search", tiny.File("all.codes"), image, "--model", tiny.File("run"), "-k", "48", "--json").Done());
        string[] ofIndex = Ids(CliProcess.Run("search", tiny.File("all.index"), image, "--model", tiny.File("run"), "-k", "48", "--json").Done());

        Assert.Equal(48, ofFile.Length);
        Assert.Equal(ofFile, ofIndex);
        Assert.Equal(12, Ids(Run("index", "search", tiny.File("all.index"), "--id", ofFile[0], "-k", "99", "--any-tag", "class-2", "--json")).Length);
        Assert.Contains("48 images", Run("dedup", tiny.File("all.index"), "--images", tiny.Images, "--radius", "1", "--out", tiny.File("found")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_import_keeps_which_model_made_the_codes_and_refuses_those_of_another()
    {
        string index = folder.File("a.index"), note = Path.Combine(index, "encoder.json");
        string first = Encoded("first", "1111", "a"), more = Encoded("more", "1111", "b"), wrong = Encoded("wrong", "2222", "c");

        Run("index", "import", index, first);
        Run("index", "import", index, more);
        CliProcess.Run("index", "import", index, wrong).Refused(3, wrong, "model 2222 (run run-2222)", "model 1111 (run run-1111)");

        Assert.Equal("1111", EncodedNote.Parse(File.ReadAllText(note))!.Model);
        Assert.Equal(["a", "b"], Ids(Run("index", "search", index, "--code", "0100", "--json")));
    }

    [Fact]
    public void A_collection_that_goes_out_says_which_model_made_the_codes()
    {
        string index = folder.File("a.index"), copy = folder.File("copy.index"), file = folder.File("out.codes");
        Run("index", "import", index, Encoded("first", "1111", "a"));

        Run("index", "export", index, file);
        Run("index", "import", copy, file);

        Assert.Equal(File.ReadAllText(Path.Combine(index, "encoder.json")), File.ReadAllText(Path.Combine(copy, "encoder.json")));
    }

    [Fact]
    public void An_import_says_nothing_of_codes_whose_model_is_not_known()
    {
        string index = folder.File("a.index"), table = folder.File("a.csv");
        File.WriteAllText(table, "id,code\nx,0100\n");

        Run("index", "import", index, table);
        Run("index", "import", index, Encoded("first", "1111", "a"));

        Assert.False(File.Exists(Path.Combine(index, "encoder.json")));
        Assert.Equal(["a", "x"], Ids(Run("index", "search", index, "--code", "0100", "--json")));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        string index = folder.File("a.index"), table = folder.File("a.csv");
        CliProcess.Run("index", "import", index, table).Refused(3, "is not there");
        File.WriteAllText(table, "id,code\n");
        CliProcess.Run("index", "import", index, table).Refused(3, "holds no codes");
        Assert.False(Directory.Exists(index));
        File.WriteAllText(table, "id,code\na,ff\na,00\n");
        CliProcess.Run("index", "import", index, table).Refused(3, table, "the id a comes");
        File.WriteAllText(table, "id,code\na,ff\nb,00\n");
        Run("index", "import", index, table);
        File.WriteAllText(folder.File("b.csv"), "id,code\na,ffff\n");
        CliProcess.Run("index", "import", index, folder.File("b.csv")).Refused(3, "line 2", "codes of 8 bits are needed");
        FaissBinaryFile.Write(folder.File("b.faiss"), new Codes(16, [1]));
        CliProcess.Run("index", "import", index, folder.File("b.faiss")).Refused(3, "holds codes of 16 bits");
        folder.Write("c.what", [1, 2, 3]);
        CliProcess.Run("index", "import", index, folder.File("c.what")).Refused(3, "--format");
        folder.Write("c.bin", [1, 2, 3]);
        CliProcess.Run("index", "import", folder.File("c.index"), folder.File("c.bin")).Refused(2, "--bits");
        CliProcess.Run("index", "search", index, "--code", "fff").Refused(2, "2 hexadecimal digits");
        CliProcess.Run("index", "search", index, "--id", "z").Refused(3, "no item z");
        CliProcess.Run("index", "search", index).Refused(2, "--code");
        CliProcess.Run("index", "search", folder.Path, "--code", "ff").Refused(3, "without an index");
        CliProcess.Run("index", "export", index, folder.File("x")).Refused(2, "--format");
        using LiveIndex writer = LiveIndex.Open(index);
        CliProcess.Run("index", "delete", index, "a").Refused(3, "another writer");
    }

    /// <summary>A file as 'semblance encode' writes it, of one code.</summary>
    private string Encoded(string name, string model, string id)
    {
        string file = folder.File(name + ".codes");
        new CodesFile(new Codes(16, [1]), [new RowItem(id)], new EncodedNote("run-" + model, model, "16 x 16", []).ToJson()).Write(file);
        return file;
    }

    private static Ended Run(params string[] arguments) => CliProcess.Run(arguments).Done();

    private static string[] Ids(Ended ended)
    {
        using JsonDocument found = JsonDocument.Parse(ended.Output);
        return [.. found.RootElement[0].GetProperty("hits").EnumerateArray().Select(hit => hit.GetProperty("id").GetString()!)];
    }
}
