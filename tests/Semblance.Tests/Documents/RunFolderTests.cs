using System.Text.Json;
using Semblance.Index;
using Semblance.Index.Files;
using Semblance.Tensors.Serialization;
using Semblance.Training;
using Semblance.Training.Results;
using Xunit;

namespace Semblance.Tests.Documents;

/// <summary>Holds docs/run-folder.md to a run.</summary>
[Collection(ExampleRun.Shared)]
public sealed class RunFolderTests(ExampleRun example)
{
    private static Document Page => Document.Read("docs/run-folder.md");

    [Fact]
    public void The_files_of_a_run_are_those_of_the_page()
    {
        string[] told = [.. Page.Rows("Files").Where(row => row[1] == "always" || row[1] == "with validation").Select(row => row[0])];
        string[] found = [.. Directory.EnumerateFiles(example.Run, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(example.Run, file))];

        Assert.Equal(told.Order(StringComparer.Ordinal), found.Select(file => file.StartsWith("checkpoints", StringComparison.Ordinal) ? "checkpoints/STEP.safetensors" : file).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_lines_of_the_metrics_hold_what_the_page_says()
    {
        HashSet<string> told = [.. Page.Rows("Metrics").Select(row => $"{row[1]} {row[0]}")];
        Metrics[] lines = [.. MetricsLog.Read(Path.Combine(example.Run, "metrics.jsonl"))];

        Assert.Equal(["train", "validate"], lines.Select(line => line.Kind).Distinct().Order(StringComparer.Ordinal));
        string[] found = [.. lines.SelectMany(line => line.Values.Keys.Select(key => $"{line.Kind} {key}")).Distinct()];
        Assert.Empty(found.Select(key => key.StartsWith("train loss.", StringComparison.Ordinal) ? key.Count(letter => letter == '.') == 2 ? "train loss.TERM.PART" : "train loss.TERM" : key)
            .Select(key => key.StartsWith("validate ", StringComparison.Ordinal) ? "validate METRIC" : key).Except(told));
        Assert.Equal(13, told.Count);
        using JsonDocument first = JsonDocument.Parse(File.ReadLines(Path.Combine(example.Run, "metrics.jsonl")).First());
        Assert.All(first.RootElement.EnumerateObject(), field => Assert.Contains($"`{field.Name}`", Page.Section("Metrics"), StringComparison.Ordinal));
    }

    [Fact]
    public void The_note_holds_the_keys_of_the_page()
    {
        using JsonDocument note = JsonDocument.Parse(File.ReadAllText(Path.Combine(example.Run, "run.json")));

        Assert.Equal(Page.Rows("run.json").Select(row => row[0]), note.RootElement.EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public void The_details_hold_the_curves_and_statistics_of_the_page()
    {
        RunDetails details = DetailsFile.Read(Path.Combine(example.Run, "details.json"))!;
        ModelDetails model = details.Models[0];
        string[][] rows = [.. Page.Rows("Details")];

        Assert.Equal((DetailsFile.Version, 16), (details.Version, model.Bits));
        Assert.Equal(rows.Where(row => row.Length == 3).Select(row => $"{row[0]}: {row[1]}"), model.Curves.Select(curve => $"{curve.Name}: {string.Join(", ", curve.Columns.Keys)}"));
        Assert.All(model.Curves, curve => Assert.All(curve.Columns.Keys, column => Assert.NotNull(curve.Column(column))));
        Assert.Equal(rows.Where(row => row.Length == 2).Select(row => row[0]), model.Statistics.Keys.Select(name => name.StartsWith("empty balls", StringComparison.Ordinal) ? "empty balls, radius R" : name));
        Assert.Equal([6, 8], [details.Gallery!.Queries.Count, details.Gallery.Queries[0].Hits.Count]);
        Assert.All(details.Gallery.Queries, query => Assert.Equal(query.Hits.Select(hit => hit.Distance).Order(), query.Hits.Select(hit => hit.Distance)));
    }

    [Fact]
    public void A_checkpoint_holds_the_groups_of_the_page()
    {
        using WeightFile file = WeightFile.Open(Directory.EnumerateFiles(Path.Combine(example.Run, "checkpoints")).First());
        string[] groups = [.. file.Tensors.Keys.Select(name => name.Contains('/', StringComparison.Ordinal) ? name.Split('/')[0] + "/" : name).Distinct().Order(StringComparer.Ordinal)];

        // The example has no tree of classes.
        Assert.Equal(Page.Rows("Checkpoints").Select(row => row[0]).Where(group => group != "tree/").Order(StringComparer.Ordinal), groups);
        string note = Assert.Single(file.Metadata, entry => entry.Key == "semblance.checkpoint").Value;
        using JsonDocument read = JsonDocument.Parse(note);
        Assert.All(read.RootElement.EnumerateObject(), field => Assert.Contains($"`{field.Name}`", Page.Section("Checkpoints"), StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_codes_is_laid_out_as_the_page_says()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("two.codes");
        new CodesFile(Codes.FromBytes([0x0F, 0x01, 0xF0, 0x02], 10), [new RowItem("é", [3, -1], 7), new RowItem("b")], "{\"run\":\"x\"}").Write(path);
        using BinaryReader reader = new(File.OpenRead(path));

        Assert.Equal("SMBROWS\0"u8, reader.ReadBytes(8));
        Assert.Equal([1u, 0u, 10u, 11u], Numbers(reader, 4));
        Assert.Equal("{\"run\":\"x\"}"u8, reader.ReadBytes(11));
        reader.ReadUInt32();
        Assert.Equal("BLCK"u8, reader.ReadBytes(4));
        Assert.Equal([2u, 35u], Numbers(reader, 2));
        Assert.Equal((2, "é"u8.ToArray(), 7ul, 2, 3, -1), (reader.ReadUInt16(), reader.ReadBytes(2), reader.ReadUInt64(), reader.ReadUInt16(), reader.ReadInt32(), reader.ReadInt32()), Same);
        Assert.Equal((1, "b"u8.ToArray(), 0ul, 0), (reader.ReadUInt16(), reader.ReadBytes(1), reader.ReadUInt64(), reader.ReadUInt16()), Same);
        Assert.Equal([0x0F, 0x01, 0xF0, 0x02], reader.ReadBytes(4));
        reader.ReadUInt32();
        Assert.Equal("ENDR"u8, reader.ReadBytes(4));
        Assert.Equal((2ul, 1u), (reader.ReadUInt64(), reader.ReadUInt32()));
        Assert.Equal(4, reader.ReadBytes(8).Length);
    }

    private static uint[] Numbers(BinaryReader reader, int count) => [.. Enumerable.Range(0, count).Select(_ => reader.ReadUInt32())];

    private static bool Same<T>(T expected, T found) => JsonSerializer.Serialize(expected, Fields) == JsonSerializer.Serialize(found, Fields);

    private static JsonSerializerOptions Fields { get; } = new() { IncludeFields = true };
}
