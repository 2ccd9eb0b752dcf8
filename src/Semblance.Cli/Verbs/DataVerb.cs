using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Semblance.Data;
using Semblance.Data.Checking;
using Semblance.Data.Drawn;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance data</c>: checks, previews and draws image sets.</summary>
internal static class DataVerb
{
    private const int MostShown = 10;

    public static Command Make() => new("data",
        """
        Checks and previews image sets, and draws one to try things with.

        Examples:
          semblance data check photos
          semblance data draw objects
        """) { MakeCheck(), MakeDraw(), DataPreview.Make() };

    private static Command MakeCheck()
    {
        Argument<string> path = new("images") { Description = "A folder, a CSV table, a .tar, a .jpgs.gz or a CIFAR file." };
        Option<bool> json = Options.Json();
        Option<bool> strict = new("--strict") { Description = "End with code 4 if anything was found." };
        Command verb = new("check",
            """
            Looks for everything that spoils training or makes scores dishonest: corrupt, empty, duplicate and
            near-duplicate images, label problems, and images shared between splits. Reports counts and paths.

            Examples:
              semblance data check photos
              semblance data check photos.csv --strict --json > found.json
            """) { path, json, strict };
        verb.SetAction(parsed => Check(parsed.GetValue(path)!, parsed.GetValue(json), parsed.GetValue(strict)));
        return verb;
    }

    private static Command MakeDraw()
    {
        Argument<string> folder = new("folder") { Description = "Where to draw; made where it is missing." };
        Option<int> seed = new("--seed") { Description = "The same seed draws the same bytes.", DefaultValueFactory = _ => 1 };
        Option<int> each = new("--images-per-class") { Description = "Images of each of the 24 classes.", DefaultValueFactory = _ => new DrawnOptions().ImagesPerClass };
        Option<int> size = new("--pixels") { Description = "Pixels across and down.", DefaultValueFactory = _ => new DrawnOptions().Size };
        Command verb = new("draw",
            """
            Draws a set of rendered objects with classes, splits and attribute labels; docs/data-formats.md describes it.

            Examples:
              semblance data draw objects
              semblance data draw objects --seed 2 --images-per-class 40 --pixels 96
            """) { folder, seed, each, size };
        verb.SetAction(parsed => Draw(parsed.GetValue(folder)!, new DrawnOptions { Seed = parsed.GetValue(seed), ImagesPerClass = parsed.GetValue(each), Size = parsed.GetValue(size) }));
        return verb;
    }

    private static int Draw(string folder, DrawnOptions options)
    {
        using Interruption interruption = new();
        string manifest = RunProgress.Show(observer => DrawnSet.Write(folder, options, new Relay(done => observer.Progressed("drawing", done.Done, done.Total)), interruption.Token));
        Console.Out.WriteLine(manifest);
        return ExitCode.Done;
    }

    private static int Check(string path, bool json, bool strict)
    {
        Dataset data = DatasetSource.Open(path, options: new DatasetOptions { Lenient = true });
        using Interruption interruption = new();
        DataCheckReport report = RunProgress.Show(observer => DataCheck.Run(data, progress: done => observer.Progressed("checking", done, data.Count), cancellation: interruption.Token));
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, CliJson.Default.DataCheckReport));
        }
        else
        {
            Print(report);
        }
        return strict && !report.Clean ? ExitCode.BoundMissed : ExitCode.Done;
    }

    private static void Print(DataCheckReport report)
    {
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Dataset}: {report.Images} images, {report.Classes} classes{(report.Clean ? "; nothing wrong was found" : "")}"));
        foreach (FindingCount count in report.Counts.Where(count => count.Count > 0))
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count.Count,6} {count.Kind}"));
        }
        List("Empty files", report.Empty.Select(finding => finding.Path));
        List("Corrupt images", report.Corrupt.Select(finding => finding.Message));
        List("Wrong extensions", report.WrongExtension.Select(finding => finding.Message));
        List("Duplicates", report.Duplicates.Select(Describe));
        List("Near-duplicates", report.NearDuplicates.Select(Describe));
        List("Different labels on equal or nearly equal images", report.LabelConflicts.Select(Describe));
        List("Shared between splits", report.SharedBetweenSplits.Select(Describe));
        List("Labels", report.LabelProblems);
    }

    private static string Describe(DuplicateGroup group)
    {
        string splits = group.SharedBetweenSplits ? $" (splits {string.Join(", ", group.Splits)})" : "";
        return string.Join(" = ", group.Paths.Take(5)) + (group.Paths.Count > 5 ? $" and {group.Paths.Count - 5} more" : "") + splits;
    }

    private static void List(string title, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        if (all.Length == 0)
        {
            return;
        }
        Console.Out.WriteLine($"{title}:");
        foreach (string line in all.Take(MostShown))
        {
            Console.Out.WriteLine($"  {line}");
        }
        if (all.Length > MostShown)
        {
            Console.Out.WriteLine($"  ... and {all.Length - MostShown} more; --json lists all");
        }
    }

    private sealed class Relay(Action<DrawnProgress> report) : IProgress<DrawnProgress>
    {
        public void Report(DrawnProgress value) => report(value);
    }
}
