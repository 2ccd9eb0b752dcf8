using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Semblance.Reports;
using Semblance.Sampling.Trees;
using Semblance.Training;
using Semblance.Training.Trees;
using Spectre.Console;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance tree</c>.</summary>
internal static class TreeVerb
{
    private const string Description =
        """
        Draws which classes look alike to a model: a tree in which classes join the later the less alike they are, with
        sample images, as one HTML page. It is the tree of the loss hierarchical-triplet, and works for any model.

        The source is the folder of a run, whose images are embedded with the model that the run ended with, or a file of
        embeddings with labels that 'semblance encode' wrote.

        Examples:
          semblance tree runs/cars
          semblance tree runs/cars --part query --linkage average
          semblance tree photos.embeddings --images photos --out photos.html
        """;

    public static Command Make()
    {
        Argument<string> source = new("source") { Description = "Folder of a run, or a file of embeddings with labels." };
        Option<string> part = new("--part") { Description = "Whose classes: train or query; of a run.", DefaultValueFactory = _ => "train" };
        part.AcceptOnlyFromAmong("train", "query");
        Option<int?> levels = new("--levels") { Description = "Levels above the first (default: the run's, else 16)." };
        Option<Linkage?> linkage = new("--linkage") { Description = "single or average (default: the run's, else single)." };
        Option<string?> images = new("--images") { Description = "Folder or table of the images of a file of embeddings, to show some of them." };
        Option<string?> output = new("--out") { Description = "The page (default: tree.html in the run's folder, or beside the file)." };
        Option<bool> json = Options.Json();
        Command verb = new("tree", Description) { source, part, levels, linkage, images, output, json };
        verb.SetAction(parsed => Run(new Request(
            parsed.GetValue(source)!, parsed.GetValue(part)!, parsed.GetValue(levels), parsed.GetValue(linkage), parsed.GetValue(images), parsed.GetValue(output), parsed.GetValue(json))));
        return verb;
    }

    private sealed record Request(string Source, string Part, int? Levels, Linkage? Linkage, string? Images, string? Output, bool Json);

    private static int Run(Request request)
    {
        if (request.Levels is < 1)
        {
            throw new ArgumentException($"--levels is {request.Levels}; at least 1 is needed.");
        }
        using Interruption interruption = new();
        TreeSource source = RunProgress.Show(observer => Directory.Exists(request.Source)
            ? TreeSource.OfRun(request.Source, request.Part == "query", observer, interruption.Token)
            : TreeSource.OfFile(request.Source, request.Images));
        ClassTreeOptions options = source.Options with { Levels = request.Levels ?? source.Options.Levels, Linkage = request.Linkage ?? source.Options.Linkage, Neighbours = 1 };
        ClassTree tree = ClassTree.Of(source.Means, options);
        string page = request.Output ?? (Directory.Exists(request.Source) ? Path.Combine(request.Source, "tree.html") : request.Source + ".tree.html");
        HtmlDendrogram.Write(page, source.Report(tree));
        Tell(request, source, tree, page);
        return ExitCode.Done;
    }

    private static void Tell(Request request, TreeSource source, ClassTree tree, string page)
    {
        TreeLevelAnswer[] levels = [.. Enumerable.Range(0, tree.Levels + 1).Select(level => new TreeLevelAnswer(level, tree.Thresholds[level], tree.NodesAt(level)))];
        if (request.Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new TreeAnswer(tree.Count, source.Means.Counts.Sum(count => (long)count), tree.Thresholds[0], levels, page), CliJson.Default.TreeAnswer));
            return;
        }
        Print(Terminal.Out(), levels);
        if (TreeFigures.Warning(tree) is { } warning)
        {
            Console.Error.WriteLine($"warning: {warning}");
        }
        Console.Out.WriteLine($"page: {page}");
    }

    private static void Print(IAnsiConsole console, TreeLevelAnswer[] levels)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("level").RightAligned()).AddColumn(new TableColumn("distance below").RightAligned()).AddColumn(new TableColumn("nodes").RightAligned());
        foreach (TreeLevelAnswer level in levels)
        {
            table.AddRow(level.Level.ToString(CultureInfo.InvariantCulture), level.Threshold.ToString("0.000", CultureInfo.InvariantCulture), level.Nodes.ToString(CultureInfo.InvariantCulture));
        }
        console.Write(table);
    }
}
