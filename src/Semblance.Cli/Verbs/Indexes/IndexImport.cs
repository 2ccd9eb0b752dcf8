using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Semblance.Index;
using Semblance.Serving.Stores;
using Semblance.Training;

namespace Semblance.Cli.Verbs.Indexes;

/// <summary><c>semblance index import</c>.</summary>
internal static class IndexImport
{
    public static Command Make()
    {
        Argument<string> index = new("index") { Description = "The directory of the index; made where it is missing." };
        Argument<string> file = new("file") { Description = "A file of codes." };
        Option<CodeFormat?> format = new("--format") { Description = "codes (of 'semblance encode'), csv, faiss, npy or raw (default: seen from the file)." };
        Option<int?> bits = new("--bits") { Description = "Bits of a code, where the file does not say: raw files, or codes that are no whole bytes (default: those of the index)." };
        Option<string?> ids = new("--ids") { Description = "A text file with an id a line, for files without ids." };
        Option<long> first = new("--first-id") { Description = "The id of the first code of a file without ids; the others follow.", DefaultValueFactory = _ => 0 };
        Option<bool> numbers = new("--number-ids") { Description = "Make an index whose ids are numbers, from a table or a list whose ids are." };
        Option<bool> json = Options.Json();
        Command verb = new("import",
            """
            Puts the codes of a file into an index, and makes the index where there is none. An item whose id is there already
            is replaced. Parts of the file are on the disk one after another; where the import ends early, those before stay,
            and the same command brings in the rest.

            Class labels of a file that 'semblance encode' wrote become tags. A new index keeps which model made the codes, and
            takes no file of another model then. Tables (CSV) have columns id, code (hexadecimal)
            or bits (0 and 1), perhaps tags and payload; docs/index.md describes all formats.

            Examples:
              semblance index import photos.index photos.codes
              semblance index import codes.index codes.faiss
              semblance index import codes.index packed.bin --bits 256 --first-id 1000000
            """) { index, file, format, bits, ids, first, numbers, json };
        verb.SetAction(parsed => Run(new Request(
            parsed.GetValue(index)!, parsed.GetValue(file)!, parsed.GetValue(format), parsed.GetValue(bits), parsed.GetValue(ids), parsed.GetValue(first), parsed.GetValue(numbers), parsed.GetValue(json))));
        return verb;
    }

    private sealed record Request(string Index, string File, CodeFormat? Format, int? Bits, string? Ids, long FirstId, bool Numbers, bool Json);

    private static int Run(Request request)
    {
        if (request.Bits is < 1 or > Codes.MaxBits)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--bits is {request.Bits}; 1 to {Codes.MaxBits} are possible."));
        }
        CodeFormat format = request.Format ?? CodeFormats.Of(request.File);
        using Interruption interruption = new();
        ImportAnswer answer = RunProgress.Show(observer => Import(request, format, observer, interruption.Token));
        if (request.Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(answer, CliJson.Default.ImportAnswer));
            return ExitCode.Done;
        }
        string replaced = answer.Replaced > 0 ? string.Create(CultureInfo.InvariantCulture, $", {answer.Replaced} of them in place of items with the same ids") : "";
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{request.Index}: {answer.Imported} codes of {answer.Bits} bits came in{replaced}; it holds {answer.Items} items"));
        return ExitCode.Done;
    }

    private static ImportAnswer Import(Request request, CodeFormat format, IRunObserver observer, CancellationToken stop)
    {
        LiveIndex? index = IndexFolder.Is(request.Index) ? IndexFolder.Write(request.Index) : null;
        try
        {
            CodeSource source = new(request.File, format, request.Bits ?? (format is CodeFormat.Codes or CodeFormat.Faiss && index?.Bits % 8 == 0 ? null : index?.Bits), request.Ids, request.FirstId);
            long imported = 0, replaced = 0;
            foreach (CodePart part in source.Parts())
            {
                stop.ThrowIfCancellationRequested();
                RequireFit(request, index, part);
                index ??= LiveIndex.Create(request.Index, new LiveIndexOptions { Bits = part.Codes.Bits, Ids = request.Numbers || part.Texts is null ? IdKind.Number : IdKind.Text });
                if (index.Count == 0 && part.Note is { } note)
                {
                    IndexNote.Write(request.Index, note);
                }
                replaced += Put(index, part, request.File);
                imported += part.Codes.Count;
                observer.Progressed("importing", (int)Math.Min(imported, int.MaxValue), (int)Math.Min(imported, int.MaxValue));
            }
            return index is null
                ? throw new InvalidDataException($"{request.File} holds no codes, and {request.Index} is no index yet. Give a file that has some.")
                : new ImportAnswer(request.Index, imported, replaced, index.Count, index.Bits);
        }
        finally
        {
            index?.Dispose();
        }
    }

    private static void RequireFit(Request request, LiveIndex? index, CodePart part)
    {
        if (index is not null && index.Bits != part.Codes.Bits)
        {
            throw new InvalidDataException($"{request.File} holds codes of {part.Codes.Bits} bits; {request.Index} holds codes of {index.Bits}. Import them into an index of their own.");
        }
        if (part.Note is { } note && IndexNote.Of(request.Index) is { } own && own.Model != note.Model)
        {
            throw new InvalidDataException($"{request.File} was encoded by model {note.Model} (run {note.Run}); {request.Index} is of model {own.Model} (run {own.Run}). Import it into an index of its own.");
        }
    }

    private static int Put(LiveIndex index, CodePart part, string file)
    {
        try
        {
            if (part.Tags is null && part.Payload is null)
            {
                return index.Ids == IdKind.Number
                    ? index.Import(part.Numbers ?? [.. part.Texts!.Select(text => IndexFolder.IdOf(index, text).Number)], part.Codes)
                    : index.Import(part.Texts ?? [.. part.Numbers!.Select(number => number.ToString(CultureInfo.InvariantCulture))], part.Codes);
            }
            return index.Import([.. Enumerable.Range(0, part.Codes.Count).Select(row => ItemOf(index, part, row))]);
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException($"{file}: {fault.Message}", fault);
        }
    }

    private static Item ItemOf(LiveIndex index, CodePart part, int row) =>
        new(IndexFolder.IdOf(index, part.Texts![row]), part.Codes[row].ToArray(), part.Tags?.Invoke(row), part.Payload?.Invoke(row));
}
