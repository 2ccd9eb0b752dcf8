using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Semblance.Training;
using Semblance.Training.Comparison;
using Spectre.Console;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance bench</c>: comparisons on real data.</summary>
internal static class BenchVerb
{
    private const string MetricDescription =
        """
        Trains many losses under the same settings with several seeds, and puts their scores side by side.

        Published numbers of metric losses differ in backbone, crop, batch and learning rate, often by more than the
        losses do. Here nothing but the loss changes: the recipes of a family (recipes/bench-metric-cars.yaml,
        recipes/bench-metric-omniglot.yaml) and the list of losses (recipes/bench-metric.yaml) say it all. Mean and
        standard deviation over the seeds are shown beside the features before training; where two ranges overlap,
        the losses do not differ there.

        Runs that have ended are not made again: stopped with Ctrl+C, the same command goes on. Two processes with the
        same command share the work. The folder holds the runs, comparison.json, comparison.csv and comparison.html.

        Examples:
          semblance bench metric
          semblance bench metric --only multi-similarity,triplet --family omniglot --seeds 1
          semblance bench metric --quick --out runs/try
          semblance bench metric mine.yaml --data-root /data --out runs/mine
        """;

    private const string HashingDescription =
        """
        Trains hash methods under the same settings, with several seeds and lengths of codes, and puts their scores
        side by side with LSH, ITQ, spectral hashing and signs of principal components.

        Published numbers of hash methods differ in backbone, split, ties and the epoch that was picked, often by more
        than the methods do. Here nothing but the method changes: recipes/bench-hashing.yaml lists the methods with
        what each cannot do without, and the families: CIFAR-10 and two sets of images with several labels on kept
        features of a frozen backbone, and CIFAR-10 end to end. Ties count with their expected value; weights are
        chosen on validation images, never on the queries.

        Runs that have ended are not made again: stopped with Ctrl+C, the same command goes on. Two processes with the
        same command share the work. The folder holds the runs, comparison.json, comparison.csv and comparison.html;
        'semblance compare' puts any of the runs into one page with their curves and galleries.

        Examples:
          semblance bench hashing
          semblance bench hashing --only hhf,csq,dpsh --family cifar10 --bits 64 --seeds 1
          semblance bench hashing --quick --out runs/try
          semblance bench hashing mine.yaml --data-root /data --out runs/mine
        """;

    public static Command Make() => new("bench",
        """
        Comparisons that are trained and measured here.

        Examples:
          semblance bench metric
          semblance bench hashing
        """)
    { Comparison("metric", MetricDescription), Comparison("hashing", HashingDescription) };

    private static Command Comparison(string name, string description)
    {
        Argument<string> file = new("comparison") { Description = "A YAML file with families, seeds and losses; docs/benchmarks.md describes it.", DefaultValueFactory = _ => Path.Combine("recipes", $"bench-{name}.yaml") };
        Option<string?> only = new("--only") { Description = "Names of losses, with commas between them (default: all of the file)." };
        Option<string?> family = new("--family") { Description = "Names of families, with commas between them (default: all of the file)." };
        Option<string?> bits = new("--bits") { Description = "Lengths of codes, with commas between them (default: all of the file)." };
        Option<int?> seeds = new("--seeds") { Description = "Runs of each loss (default: that of the file)." };
        Option<string?> root = new("--data-root") { Description = "Folder that holds the data sets (default: the paths of the recipes)." };
        Option<string> output = new("--out") { Description = "Folder for runs and tables.", DefaultValueFactory = _ => Path.Combine("runs", $"bench-{name}") };
        Option<bool> quick = new("--quick") { Description = "One seed and ten steps a run, to see that all of it works; the scores mean nothing." };
        Option<string[]> settings = new("--set") { Description = "Set one key in every recipe, such as --set threads=1; may be repeated." };
        Option<bool> json = Options.Json();
        Command verb = new(name, description) { file, only, family, bits, seeds, root, output, quick, settings, json };
        verb.SetAction(parsed => Run(parsed.GetValue(file)!, parsed.GetValue(json), new ComparisonOptions
        {
            Output = parsed.GetValue(output)!,
            Losses = Names(parsed.GetValue(only)),
            Families = Names(parsed.GetValue(family)),
            Bits = [.. Names(parsed.GetValue(bits)).Select(BitsOf)],
            Seeds = SeedsOf(parsed.GetValue(seeds), parsed.GetValue(quick)),
            DataRoot = parsed.GetValue(root),
            Quick = parsed.GetValue(quick),
            Settings = parsed.GetValue(settings) ?? [],
        }));
        return verb;
    }

    private static int BitsOf(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int bits) && bits > 0
        ? bits
        : throw new ArgumentException($"--bits has \"{text}\"; whole numbers from 1 with commas between them are needed, such as 16,64.");

    private static string[] Names(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static int? SeedsOf(int? seeds, bool quick) => seeds is < 1
        ? throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--seeds is {seeds}; at least 1 is needed."))
        : seeds ?? (quick ? 1 : null);

    private static int Run(string file, bool json, ComparisonOptions options)
    {
        LossComparison comparison = new(ComparisonRecipe.Load(file), options);
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
