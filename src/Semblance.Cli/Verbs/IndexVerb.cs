using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Semblance.Encoders;
using Semblance.Evaluation;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance index</c>: what is in an encoded collection.</summary>
internal static class IndexVerb
{
    public static Command Make()
    {
        Argument<string> file = new("collection") { Description = "A file that 'semblance encode' wrote." };
        Option<bool> json = Options.Json();
        Command info = new("info",
            """
            Says what a collection holds: rows, bytes a row, equal codes, dead bits, and the model that made it.

            Examples:
              semblance index info photos.codes
              semblance index info photos.codes --json
            """) { file, json };
        info.SetAction(parsed => Info(parsed.GetValue(file)!, parsed.GetValue(json)));
        return new Command("index",
            """
            Looks into encoded collections.

            Examples:
              semblance index info photos.codes
            """) { info };
    }

    private static int Info(string file, bool json)
    {
        EncodedCollection collection = EncodedCollection.Open(file);
        BitDiagnostics? bits = collection.Codes is { Count: > 0 } codes ? BitDiagnostics.Of(codes) : null;
        long bytes = new FileInfo(file).Length;
        int rows = collection.Items.Count;
        IndexAnswer answer = new(file, collection.Format.ToString(), rows, bytes, rows == 0 ? 0 : Math.Round((double)bytes / rows, 2), bits?.DistinctCodes, bits?.DeadBits.Length, collection.Note?.Run, collection.Note?.Model, collection.Note?.Classes.Count ?? 0);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(answer, CliJson.Default.IndexAnswer));
            return ExitCode.Done;
        }
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {rows} {answer.Format}, {bytes} bytes, {answer.BytesPerRow} a row with ids and labels"));
        if (bits is not null)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bits.DistinctCodes} different codes, {bits.DeadBits.Length} dead bits, mean imbalance {bits.MeanImbalance:0.000}, mean absolute correlation {bits.MeanAbsoluteCorrelation:0.000}"));
        }
        Console.Out.WriteLine(collection.Note is { } note ? $"made by model {note.Model} of run {note.Run}, {note.Classes.Count} classes" : "made by another program");
        return ExitCode.Done;
    }
}
