using System.CommandLine;
using System.Globalization;
using Semblance.Training.Comparison;
using Spectre.Console;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance compare</c>.</summary>
internal static class CompareVerb
{
    private const string Description =
        """
        Puts runs side by side: one page with scores, curves, codes and the same queries, and a table here.

        Runs that differ in nothing but the seed are one method; the mean over its seeds stands with its 95 % interval
        (Student's t). Code length is an axis. Only scores of equal protocol ids share a table. The page is one file
        and works offline.

        Runs are folders that 'semblance train' wrote, folders that hold such folders, or patterns. What a run kept is
        all that is read: neither images nor weights are needed.

        Examples:
          semblance compare runs/dpsh-0 runs/dpsh-1 runs/hhf-0 runs/hhf-1
          semblance compare runs --out compare.html --title "CIFAR-10, 5,000 training images"
          semblance compare 'runs/cars-*' --metric Recall@4 --csv > cars.csv
        """;

    public static Command Make()
    {
        Argument<string[]> runs = new("runs") { Description = "Folders of runs, folders that hold some, or patterns.", Arity = ArgumentArity.OneOrMore };
        Option<string> output = new("--out") { Description = "The page.", DefaultValueFactory = _ => "compare.html" };
        Option<string?> metric = new("--metric") { Description = "The score that comes first (default: mAP of codes, Recall@1 of embeddings)." };
        Option<string?> title = new("--title") { Description = "Heading of the page." };
        Option<bool> partial = new("--partial") { Description = "Leave out runs that have not ended, instead of refusing them." };
        Option<bool> csv = new("--csv") { Description = "Print the table as CSV on standard output and nothing else." };
        Option<bool> json = Options.Json();
        Command verb = new("compare", Description) { runs, output, metric, title, partial, csv, json };
        verb.SetAction(parsed => Run(
            new(parsed.GetValue(runs)!, parsed.GetValue(output)!, parsed.GetValue(title), parsed.GetValue(csv), parsed.GetValue(json)),
            new RunComparisonOptions { Metric = parsed.GetValue(metric), Partial = parsed.GetValue(partial) }));
        return verb;
    }

    private sealed record Request(string[] Runs, string Output, string? Title, bool Csv, bool Json);

    private static int Run(Request request, RunComparisonOptions options)
    {
        if (request.Csv && request.Json)
        {
            throw new ArgumentException("--csv and --json both want standard output. Ask for one of them.");
        }
        RunComparison comparison = RunComparison.Of(RunFinder.Find(request.Runs), options);
        HtmlRunComparison.Write(request.Output, comparison, request.Title, TimeProvider.System.GetUtcNow());
        foreach (string note in comparison.Notes)
        {
            Console.Error.WriteLine($"note: {note}");
        }
        if (request.Csv || request.Json)
        {
            Console.Out.Write(request.Json ? comparison.ToJson() + "\n" : comparison.ToCsv());
            return ExitCode.Done;
        }
        IAnsiConsole console = Terminal.Out();
        foreach (RunTable table in comparison.Tables)
        {
            Print(console, table, comparison.Metric);
        }
        Console.Out.WriteLine($"page: {request.Output}");
        return ExitCode.Done;
    }

    /// <summary>The headline scores, mean and half of the 95 % interval; the page has the others.</summary>
    private static void Print(IAnsiConsole console, RunTable table, string metric)
    {
        (string Metric, string Protocol)[] columns = [.. table.Rows.SelectMany(row => row.Scores).Where(score => score.IsHeadline || score.Metric == metric).Select(score => (score.Metric, score.Protocol)).Distinct()];
        Table printed = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii).AddColumn("");
        bool bits = table.Rows.Any(row => row.Bits is not null);
        foreach (string heading in (string[])[.. bits ? (string[])["bits"] : [], "seeds", .. columns.Select(column => column.Metric)])
        {
            printed.AddColumn(new TableColumn(heading.EscapeMarkup()).RightAligned());
        }
        foreach (RunRow row in table.Rows)
        {
            string length = row.Bits?.ToString(CultureInfo.InvariantCulture) ?? "-";
            string name = row.IsBaseline ? $"{row.Method} (baseline)" : row.Method;
            printed.AddRow([name.EscapeMarkup(), .. bits ? (string[])[length] : [], row.Seeds.Count.ToString(CultureInfo.InvariantCulture), .. columns.Select(column => Cell(row, column))]);
        }
        console.Write(printed);
        foreach ((string name, string protocol) in columns)
        {
            console.WriteLine($"{name,-18} {protocol}");
        }
    }

    private static string Cell(RunRow row, (string Metric, string Protocol) column)
    {
        ComparedScore? score = row.Scores.FirstOrDefault(one => one.Metric == column.Metric && one.Protocol == column.Protocol);
        return score is null ? "-"
            : score.Interval95 is { } half ? string.Create(CultureInfo.InvariantCulture, $"{score.Mean:0.000} ± {half:0.000}")
            : string.Create(CultureInfo.InvariantCulture, $"{score.Mean:0.000}");
    }
}
