using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Semblance.Encoders;
using Semblance.Evaluation;
using Semblance.Index;

namespace Semblance.Cli.Verbs.Indexes;

/// <summary><c>semblance index</c>: codes in an index that can be changed, and what is in one or in an encoded collection.</summary>
internal static class IndexVerb
{
    public static Command Make() => new("index",
        """
        Keeps codes in an index: a directory with ids, tags and payloads that is searched exactly and changed safely.

        Examples:
          semblance index import photos.index photos.codes
          semblance index search photos.index --id beach/001.jpg
          semblance index info photos.index
        """) { MakeInfo(), IndexImport.Make(), IndexExport.Make(), IndexSearch.Make(), IndexExplain.Make(), IndexUpkeep.MakeDelete(), IndexUpkeep.MakeCompact(), IndexUpkeep.MakeVerify(), IndexPush.MakePush(), IndexPush.MakePull(), IndexShard.Make() };

    private static Command MakeInfo()
    {
        Argument<string> path = new("collection") { Description = "The directory of an index, or a file that 'semblance encode' wrote." };
        Option<bool> json = Options.Json();
        Command info = new("info",
            """
            Says what an index or a collection holds. Of an index: items, bits, segments, bytes a code and what they are for.
            Of a file of codes: rows, bytes a row, equal codes, dead bits, and the model that made it.

            Examples:
              semblance index info photos.index
              semblance index info photos.codes --json
            """) { path, json };
        info.SetAction(parsed => IndexFolder.Is(parsed.GetValue(path)!) ? InfoOfIndex(parsed.GetValue(path)!, parsed.GetValue(json)) : InfoOfFile(parsed.GetValue(path)!, parsed.GetValue(json)));
        return info;
    }

    private static int InfoOfIndex(string path, bool json)
    {
        using LiveIndex index = IndexFolder.Read(path);
        LiveIndexInfo info = index.Info();
        long bytes = info.SegmentBytes + info.LogBytes;
        Dictionary<string, double> each = info.ColumnBytes.ToDictionary(column => column.Key, column => Each(column.Value, info.Items), StringComparer.Ordinal);
        LiveIndexAnswer answer = new(path, info.Items, info.Bits, info.Ids, info.DeletedItems, info.ItemsInMemory, info.Segments.Sum(segment => (long)segment.Codes), info.Segments.Count, bytes, info.LogBytes, Each(bytes, info.Items), each, info.FormatVersion);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(answer, CliJson.Default.LiveIndexAnswer));
            return ExitCode.Done;
        }
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {answer.Items} items, codes of {answer.Bits} bits, ids are {(answer.Ids == IdKind.Number ? "numbers" : "texts")}"));
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer.Segments} segments hold {answer.CodesInSegments} different codes, and {answer.DeletedItems} items that were deleted or replaced; {answer.ItemsInMemory} items are in the log"));
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer.Bytes} bytes, {answer.LogBytes} of them in the log"));
        if (each.Count > 0)
        {
            IEnumerable<string> columns = each.Where(column => column.Value > 0).OrderByDescending(column => column.Value).Select(column => string.Create(CultureInfo.InvariantCulture, $"{column.Value} {column.Key}"));
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer.BytesPerItem} bytes an item: {string.Join(", ", columns)}"));
        }
        return ExitCode.Done;
    }

    private static double Each(long bytes, long items) => items == 0 ? 0 : Math.Round((double)bytes / items, 2);

    private static int InfoOfFile(string file, bool json)
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
