using System.CommandLine;
using System.Text.Json;
using Semblance.Encoders;
using Semblance.Index;

namespace Semblance.Cli.Verbs.Indexes;

/// <summary><c>semblance index explain</c>.</summary>
internal static class IndexExplain
{
    public static Command Make()
    {
        Argument<string> path = new("collection") { Description = "The directory of an index, or a file of codes that 'semblance encode' wrote." };
        Option<string?> code = new("--code") { Description = "The code to search with, hexadecimal, the first byte first (default: the first one of the collection)." };
        Option<int> count = new("-k") { Description = "Items to find.", DefaultValueFactory = _ => 10 };
        Option<int> trials = new("--trials") { Description = "Searches with codes of the collection that are measured beforehand.", DefaultValueFactory = _ => 200 };
        Option<bool> json = Options.Json();
        Command verb = new("explain",
            """
            Tells how a search for a code runs: by a scan of all codes, or by tables that are looked into (multi-index hashing),
            what either takes here, and which one is chosen, for each part of an index. The answer is the same by both. For a file
            of codes, tables are built in memory where they can pay.

            Examples:
              semblance index explain photos.index
              semblance index explain photos.index --code 0f3a5500c1d2e3f4 -k 100
            """) { path, code, count, trials, json };
        verb.SetAction(parsed => Run(parsed.GetValue(path)!, parsed.GetValue(code), parsed.GetValue(count), parsed.GetValue(trials), parsed.GetValue(json)));
        return verb;
    }

    private static int Run(string path, string? code, int count, int trials, bool json)
    {
        if (count < 1 || trials < 0)
        {
            throw new ArgumentException(count < 1 ? $"-k is {count}; at least 1 is needed." : $"--trials is {trials}; 0 or more is needed.");
        }
        using Interruption interruption = new();
        IReadOnlyList<PartExplanation> parts = RunProgress.Show(observer => IndexFolder.Is(path)
            ? OfIndex(path, code, count, trials, interruption.Token)
            : OfFile(path, code, count, trials, share => observer.Progressed("building tables", (int)(100 * share), 100), interruption.Token));
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(parts, CliJson.Default.IReadOnlyListPartExplanation));
            return ExitCode.Done;
        }
        foreach (PartExplanation part in parts)
        {
            Console.Out.WriteLine(part.Part);
            Console.Out.WriteLine("  " + part.Explanation.ToString().TrimEnd().ReplaceLineEndings("\n  "));
        }
        return ExitCode.Done;
    }

    private static IReadOnlyList<PartExplanation> OfIndex(string path, string? code, int count, int trials, CancellationToken stop)
    {
        using LiveIndex index = IndexFolder.Read(path);
        using Snapshot snapshot = index.Snapshot();
        ulong[][] sample = [.. snapshot.Items().Take(Math.Max(1, trials)).Select(item => item.Code.ToArray())];
        Demand(sample.Length, path);
        foreach (ulong[] one in sample.Take(trials))
        {
            snapshot.Nearest(one, count, new LiveSearchOptions { Cancellation = stop });
        }
        return snapshot.Explain(code is null ? sample[0] : IndexSearch.Parse(code, index.Bits), count);
    }

    private static IReadOnlyList<PartExplanation> OfFile(string path, string? code, int count, int trials, Action<double> progress, CancellationToken stop)
    {
        EncodedCollection collection = EncodedCollection.Open(path);
        Codes codes = collection.Codes ?? throw new InvalidDataException($"{path} holds {collection.Format}; codes are needed. Encode with a hash model.");
        Demand(codes.Count, path);
        HammingIndex index = MultiIndex.Pays(codes.Bits, codes.Count) ? HammingIndex.WithMultiIndex(codes, progress, stop) : new HammingIndex(codes);
        for (int trial = 0; trial < Math.Min(trials, codes.Count); trial++)
        {
            index.Nearest(codes[trial], count, new SearchOptions { Cancellation = stop });
        }
        return [new PartExplanation(path, index.Explain(code is null ? codes[0] : IndexSearch.Parse(code, codes.Bits), count))];
    }

    private static void Demand(int codes, string path)
    {
        if (codes == 0)
        {
            throw new InvalidDataException($"{path} holds no codes, so that there is nothing to search.");
        }
    }
}
