using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Semblance.Index;
using Semblance.Serving.Http;
using Semblance.Serving.Stores;
using Spectre.Console;

namespace Semblance.Cli.Verbs.Indexes;

/// <summary><c>semblance index search</c>.</summary>
internal static class IndexSearch
{
    public static Command Make()
    {
        Argument<string> index = new("index") { Description = "The directory of the index." };
        Option<string[]> code = new("--code") { Description = "A code to search with, hexadecimal, the first byte first; may be repeated." };
        Option<string[]> id = new("--id") { Description = "An id of the index whose code to search with; may be repeated." };
        Option<int> count = new("-k") { Description = "Items to find for each.", DefaultValueFactory = _ => 10 };
        Option<int?> radius = new("--radius") { Description = "Find all items within this distance instead." };
        Option<string[]> any = new("--any-tag") { Description = "Only items that have this tag, or another one named so; may be repeated." };
        Option<string[]> all = new("--all-tags") { Description = "Only items that have this tag, and the others named so; may be repeated." };
        Option<string[]> none = new("--no-tag") { Description = "Only items that do not have this tag; may be repeated." };
        Option<bool> json = Options.Json();
        Command verb = new("search",
            """
            Finds the items whose codes are nearest to a code, or all within a radius, exactly, in the order of distance and id.

            Examples:
              semblance index search photos.index --code 0f3a5500c1d2e3f4 -k 5
              semblance index search photos.index --id beach/001.jpg --radius 4 --any-tag beach --any-tag sea --no-tag blurred
            """) { index, code, id, count, radius, any, all, none, json };
        verb.SetAction(parsed => Run(
            new Request(parsed.GetValue(index)!, parsed.GetValue(code) ?? [], parsed.GetValue(id) ?? [], parsed.GetValue(count), parsed.GetValue(radius), parsed.GetValue(json)),
            FilterOf(parsed.GetValue(any) ?? [], parsed.GetValue(all) ?? [], parsed.GetValue(none) ?? [])));
        return verb;
    }

    /// <summary>A code from hexadecimal digits.</summary>
    /// <exception cref="ArgumentException">They are no such digits, too few or too many.</exception>
    public static ulong[] Parse(string text, int bits) => ItemText.Code(text, bits, "--code");

    private sealed record Request(string Index, string[] Codes, string[] Ids, int Count, int? Radius, bool Json);

    private static Filter? FilterOf(string[] any, string[] all, string[] none) => new ItemFilter { AnyTags = any, AllTags = all, NoTags = none }.Tags();

    private static int Run(Request request, Filter? filter)
    {
        if (request.Codes.Length + request.Ids.Length == 0)
        {
            throw new ArgumentException("nothing to search with; give codes with --code or ids of the index with --id.");
        }
        if (request.Count < 1 || request.Radius < 0)
        {
            throw new ArgumentException(request.Count < 1 ? $"-k is {request.Count}; at least 1 is needed." : $"--radius is {request.Radius}; 0 (equal codes) or more is needed.");
        }
        using LiveIndex index = IndexFolder.Read(request.Index);
        using Snapshot snapshot = index.Snapshot();
        (string Name, ulong[] Code)[] queries = [.. request.Codes.Select(text => (text, Parse(text, index.Bits))), .. request.Ids.Select(text => (text, CodeOf(index, snapshot, text)))];
        LiveSearchOptions options = new() { Filter = filter, Items = true };
        IndexSearchAnswer[] answers = Array.ConvertAll(queries, query => new IndexSearchAnswer(query.Name, Hits(request.Radius is { } radius ? snapshot.Within(query.Code, radius, options) : snapshot.Nearest(query.Code, request.Count, options))));
        if (request.Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(answers, CliJson.Default.IndexSearchAnswerArray));
        }
        else
        {
            Array.ForEach(answers, answer => Print(Terminal.Out(), answer));
        }
        return ExitCode.Done;
    }

    private static ulong[] CodeOf(LiveIndex index, Snapshot snapshot, string id) => snapshot.Find(IndexFolder.IdOf(index, id)) is { } item ? item.Code.ToArray()
        : throw new InvalidDataException($"the index has no item {id}. 'semblance index export' lists all ids.");

    private static IndexHit[] Hits(ItemMatch[] matches) =>
        [.. matches.Select((match, rank) => new IndexHit(rank + 1, match.Id.ToString(), match.Distance, match.Item?.Tags ?? [], match.Item?.Payload is { } payload ? JsonDocument.Parse(payload).RootElement : null))];

    private static void Print(IAnsiConsole console, IndexSearchAnswer answer)
    {
        console.WriteLine(answer.Query);
        Table table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("#").RightAligned()).AddColumn(new TableColumn("distance").RightAligned()).AddColumn("id").AddColumn("tags");
        foreach (IndexHit hit in answer.Hits)
        {
            table.AddRow(hit.Rank.ToString(CultureInfo.InvariantCulture), hit.Distance.ToString(CultureInfo.InvariantCulture), hit.Id.EscapeMarkup(), string.Join(", ", hit.Tags).EscapeMarkup());
        }
        console.Write(table);
    }
}
