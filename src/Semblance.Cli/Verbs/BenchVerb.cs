using System.CommandLine;
using System.Globalization;
using Semblance.Training.Comparison;

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

    private const string LongTailDescription =
        """
        Trains classifiers on a long tail, CIFAR-10 with 5,000 images of the first class and 50 of the last, under the
        same settings with several seeds: cross-entropy, the losses that weigh classes, ensembles and ECL with each of
        its parts switched off.

        Every class counts alike in the test: top-1 is over the official 10,000 test images, and stands beside that of
        the classes with many, some and few training images. No weights are chosen: those of the last step count.

        Runs that have ended are not made again: stopped with Ctrl+C, the same command goes on. Two processes with the
        same command share the work.

        Examples:
          semblance bench longtail
          semblance bench longtail --family longtail-hidden --only cross-entropy,ecl --seeds 1
        """;

    private const string NoiseDescription =
        """
        Trains on labels of which 40 % are wrong, those that people gave to CIFAR-10 (CIFAR-10N "worse"), under the same
        settings with several seeds: cross-entropy to the end and with early stopping, losses made for noise, and
        curricula that divide the images by how clean they look. A second family makes hash codes of them.

        What stops early and what is kept is chosen on held-out images with the same noisy labels; the test has the
        right ones.

        Runs that have ended are not made again: stopped with Ctrl+C, the same command goes on. Two processes with the
        same command share the work.

        Examples:
          semblance bench noise
          semblance bench noise --family noise-classes --only cross-entropy,curriculum-knn --seeds 1
        """;

    public static Command Make() => new("bench",
        """
        Comparisons that are trained and measured here.

        Examples:
          semblance bench metric
          semblance bench hashing
          semblance bench longtail
          semblance bench noise
        """)
    { Comparison("metric", MetricDescription), Comparison("hashing", HashingDescription), Comparison("longtail", LongTailDescription), Comparison("noise", NoiseDescription) };

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
        verb.SetAction(parsed => ComparisonRunner.Run(ComparisonRecipe.Load(parsed.GetValue(file)!), parsed.GetValue(json), new ComparisonOptions
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
}
