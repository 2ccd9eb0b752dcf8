using System.Diagnostics;
using System.Globalization;
using Semblance.Training;
using Semblance.Training.Comparison;
using Spectre.Console;

namespace Semblance.Cli.Verbs;

/// <summary>Runs a comparison for a verb: tells what is made, writes the tables, prints them.</summary>
internal static class ComparisonRunner
{
    /// <summary>Makes the runs that are missing, writes the tables and prints them.</summary>
    public static int Run(ComparisonRecipe recipe, bool json, ComparisonOptions options)
    {
        LossComparison comparison = new(recipe, options);
        using Interruption interruption = new();
        Announcer announcer = new(comparison.Runs);
        comparison.Run(announcer.Observe, interruption.Token);
        ComparisonTable table = comparison.Table();
        string page = ComparisonFiles.Write(comparison, table, options.Output, TimeProvider.System.GetUtcNow());
        int missing = comparison.Runs.Count(run => !run.IsFinished);
        if (missing > 0)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{missing} of {comparison.Runs.Count} runs are being made by another process and are not in the table; the same command puts them in later."));
        }
        if (json)
        {
            Console.Out.WriteLine(table.ToJson());
            return ExitCode.Done;
        }
        Print(Terminal.Out(), table);
        Console.Out.WriteLine($"page: {page}");
        return ExitCode.Done;
    }

    private static void Print(IAnsiConsole console, ComparisonTable comparison)
    {
        foreach (FamilyTable family in comparison.Families)
        {
            ComparedScore[] columns = [.. family.Rows.SelectMany(row => row.Scores).DistinctBy(score => score.Heading)];
            Table table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii).AddColumn(Heading(family).EscapeMarkup());
            foreach (ComparedScore column in columns)
            {
                table.AddColumn(new TableColumn(column.Heading.EscapeMarkup()).RightAligned());
            }
            foreach (LossRow row in family.Rows)
            {
                string Cell(string heading) => row.Scores.Where(score => score.Heading == heading).Select(Value).FirstOrDefault("-");
                string name = row.Seeds.Count == family.Rows[0].Seeds.Count ? row.Loss : $"{row.Loss} ({Seeds(row)})";
                table.AddRow([name.EscapeMarkup(), .. columns.Select(column => Cell(column.Heading))]);
            }
            console.Write(table);
            foreach (ComparedScore column in columns.DistinctBy(column => column.Metric))
            {
                console.WriteLine($"{column.Metric,-18} {column.Protocol}");
            }
        }
    }

    private static string Heading(FamilyTable family) => $"{family.Name}, {Seeds(family.Rows[0])}";

    private static string Seeds(LossRow row) => row.Seeds.Count == 1 ? "1 seed" : string.Create(CultureInfo.InvariantCulture, $"{row.Seeds.Count} seeds");

    private static string Value(ComparedScore score) => score.Deviation is { } deviation
        ? string.Create(CultureInfo.InvariantCulture, $"{score.Mean:0.000} ± {deviation:0.000}")
        : string.Create(CultureInfo.InvariantCulture, $"{score.Mean:0.000}");

    /// <summary>Says which run begins, how many are left and how long they may take; the runs themselves are told only where something is wrong.</summary>
    private sealed class Announcer(IReadOnlyList<PlannedRun> runs)
    {
        private readonly Stopwatch clock = Stopwatch.StartNew();
        private int begun;

        public IRunObserver Observe(PlannedRun run)
        {
            int left = runs.Count(other => !other.IsFinished);
            string rest = begun == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", about {clock.Elapsed.TotalMinutes / begun * left:0} minutes");
            begun++;
            string length = run.Bits is { } bits ? string.Create(CultureInfo.InvariantCulture, $", {bits} bits") : "";
            string name = string.Create(CultureInfo.InvariantCulture, $"{run.Family}: {run.Loss}{length}, seed {run.Seed}");
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}  ({left} of {runs.Count} left{rest})"));
            return new WarningsOnly(name, Console.Error);
        }
    }
}

/// <summary>Passes on what is wrong, with the name of the run, and the slow preparations.</summary>
internal sealed class WarningsOnly(string run, TextWriter writer) : IRunObserver
{
    private readonly HashSet<string> told = [];
    private string doing = "";

    public void Started(RunOutline outline)
    {
    }

    public void Stepped(StepReport report)
    {
    }

    public void Progressed(string what, int done, int total)
    {
        if (what != doing && what.StartsWith("keeping", StringComparison.Ordinal))
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what} of {total} images"));
        }
        doing = what;
    }

    public void Validated(ValidationReport report)
    {
    }

    public void Noted(string message)
    {
    }

    /// <summary>Once a run: a collapsed model is told of again every few steps.</summary>
    public void Warned(string message)
    {
        if (told.Add(string.Concat(message.Where(letter => !char.IsAsciiDigit(letter)))))
        {
            writer.WriteLine($"  warning: {run}: {message}");
        }
    }
}
