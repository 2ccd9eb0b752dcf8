using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Semblance.Index;
using Semblance.Training;

namespace Semblance.Cli.Verbs.Indexes;

/// <summary><c>semblance index delete</c>, <c>compact</c> and <c>verify</c>.</summary>
internal static class IndexUpkeep
{
    public static Command MakeDelete()
    {
        Argument<string> index = new("index") { Description = "The directory of the index." };
        Argument<string[]> ids = new("ids") { Description = "Ids of the items; - reads them from standard input, one a line.", Arity = ArgumentArity.OneOrMore };
        Option<bool> json = Options.Json();
        Command verb = new("delete",
            """
            Deletes items by their ids, all of them or, where it fails, none. An id that no item has is passed over.

            Examples:
              semblance index delete photos.index beach/001.jpg beach/002.jpg
              semblance index delete photos.index - < ids.txt
            """) { index, ids, json };
        verb.SetAction(parsed => Delete(parsed.GetValue(index)!, parsed.GetValue(ids)!, parsed.GetValue(json)));
        return verb;
    }

    public static Command MakeCompact()
    {
        Argument<string> index = new("index") { Description = "The directory of the index." };
        Option<bool> json = Options.Json();
        Command verb = new("compact",
            """
            Merges the segments of an index and drops what was deleted, so that it takes the least room and time. It also
            happens by itself while an index is written.

            Examples:
              semblance index compact photos.index
            """) { index, json };
        verb.SetAction(parsed => Compact(parsed.GetValue(index)!, parsed.GetValue(json)));
        return verb;
    }

    public static Command MakeVerify()
    {
        Argument<string> index = new("index") { Description = "The directory of the index." };
        Option<bool> json = Options.Json();
        Command verb = new("verify",
            """
            Reads every byte of an index and checks it against its checksums. Damage is told with file and place, and ends with
            code 3.

            Examples:
              semblance index verify photos.index
            """) { index, json };
        verb.SetAction(parsed => Verify(parsed.GetValue(index)!, parsed.GetValue(json)));
        return verb;
    }

    private static int Delete(string path, string[] ids, bool json)
    {
        using LiveIndex index = IndexFolder.Write(path);
        ItemId[] all = [.. ids.SelectMany(id => id == "-" ? Lines(Console.In) : [id]).Select(id => IndexFolder.IdOf(index, id)).Distinct()];
        int deleted = index.Delete(all);
        DeleteAnswer answer = new(path, all.Length, deleted, index.Count);
        Console.Out.WriteLine(json ? JsonSerializer.Serialize(answer, CliJson.Default.DeleteAnswer)
            : string.Create(CultureInfo.InvariantCulture, $"{path}: {deleted} items deleted{(deleted < all.Length ? $", {all.Length - deleted} ids were of none" : "")}; it holds {answer.Items} items"));
        return ExitCode.Done;
    }

    private static int Compact(string path, bool json)
    {
        using Interruption interruption = new();
        using LiveIndex index = IndexFolder.Write(path);
        LiveIndexInfo before = index.Info();
        RunProgress.Show(observer =>
        {
            index.Compact(new Share(observer, "compacting"), interruption.Token);
            return true;
        });
        LiveIndexInfo after = index.Info();
        CompactAnswer answer = new(path, before.Segments.Count, after.Segments.Count, before.SegmentBytes + before.LogBytes, after.SegmentBytes + after.LogBytes);
        Console.Out.WriteLine(json ? JsonSerializer.Serialize(answer, CliJson.Default.CompactAnswer)
            : string.Create(CultureInfo.InvariantCulture, $"{path}: {answer.SegmentsBefore} segments became {answer.SegmentsAfter}, {answer.BytesBefore} bytes {answer.BytesAfter}"));
        return ExitCode.Done;
    }

    private static int Verify(string path, bool json)
    {
        using Interruption interruption = new();
        using LiveIndex index = IndexFolder.Read(path);
        IReadOnlyList<string> faults = RunProgress.Show(observer => index.Verify(new Share(observer, "verifying"), interruption.Token));
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new VerifyAnswer(path, index.Count, faults), CliJson.Default.VerifyAnswer));
        }
        else if (faults.Count == 0)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: all is well; {index.Count} items"));
        }
        foreach (string fault in faults)
        {
            Console.Error.WriteLine(fault);
        }
        return faults.Count == 0 ? ExitCode.Done : ExitCode.BadInput;
    }

    private static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }

    private sealed class Share(IRunObserver observer, string what) : IProgress<double>
    {
        public void Report(double value) => observer.Progressed(what, (int)(100 * value), 100);
    }
}
