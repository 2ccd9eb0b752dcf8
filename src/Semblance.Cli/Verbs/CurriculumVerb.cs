using System.CommandLine;
using System.Globalization;
using Semblance.Curriculum;
using Semblance.Data;
using Semblance.Training;
using Semblance.Training.Cleaning;
using Spectre.Console;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance curriculum</c>: which labels of a collection are likely to be wrong.</summary>
internal static class CurriculumVerb
{
    private const int SuspectsTold = 10;

    private const string Description =
        """
        Finds the labels of a collection that are likely to be wrong, and divides every class into subsets from clean
        to noisy: a table for a staged training, and a page on which a person can clean the labels.

        The source is one of
          a folder with a class folder for each class, a CSV table, an archive ...   (with --weights or --run)
          a recipe: its training images, as its backbone sees them before training
          the folder of a run: its training images, as its trained model sees them
          a file of embeddings with labels that 'semblance encode' wrote
          an .npy array of features, a row a sample, with --labels

        The method is one of
          density     how crowded each image's place is among its own class (CurriculumNet). Finds what does not
                      belong to any class, such as the stray images of a web search. Classes are independent, so that
                      it takes collections of any size
          knn         how many of an image's nearest neighbours among all classes have its label
          confident   confident learning: what a classifier that has not seen the image says of it. The best of the
                      three where images of one class are labelled as another, as people do

        It writes into the folder of --out: subsets.tsv (id, label, subset, density), summary.json, curriculum.html,
        and the features of images, which a second call uses again. An interrupted encoding goes on where it stopped.

        Examples:
          semblance curriculum photos --weights squeezenet1_1.safetensors --out cleaning
          semblance curriculum photos --run runs/first --method confident --out cleaning
          semblance curriculum recipe.yaml --method knn --out cleaning
          semblance curriculum features.npy --labels labels.txt --images photos --out cleaning
        """;

    public static Command Make()
    {
        Argument<string> source = new("source") { Description = "Images, a recipe, the folder of a run, a file of embeddings, or an .npy array." };
        Option<string> output = new("--out") { Description = "Folder for table, summary and page.", DefaultValueFactory = _ => "curriculum" };
        Option<CleaningMethod> method = new("--method") { Description = "density, knn or confident.", DefaultValueFactory = _ => CleaningMethod.Density };
        Option<string> subsets = new("--subsets") { Description = "Subsets of a class, or auto to take the number from the data; of density and knn.", DefaultValueFactory = _ => "3" };
        Option<string?> run = new("--run") { Description = "Folder of the run whose model sees the images." };
        Option<string?> weights = new("--weights") { Description = "Published weights of the backbone that sees the images." };
        Option<string> backbone = new("--backbone") { Description = "Name of that backbone.", DefaultValueFactory = _ => "squeezenet1_1" };
        Option<int?> size = new("--size") { Description = "Pixels across and down that the backbone sees (default: 224)." };
        Option<string?> labels = new("--labels") { Description = "Labels of an .npy array: one a line, or id, tab, label." };
        Option<string?> images = new("--images") { Description = "Images of a file of features, to show some of them." };
        Option<DensityVariant> variant = new("--variant") { Description = "Subsets by density (code) or by distance to the class's densest image (paper).", DefaultValueFactory = _ => DensityVariant.Code };
        Option<bool> gaussian = new("--gaussian") { Description = "Densities as sums of kernels instead of counts." };
        Option<double> cutoff = new("--cutoff") { Description = "Share of a class's distances below which images count as near.", DefaultValueFactory = _ => new DensityOptions().CutoffShare };
        Option<bool> reduce = new("--pca") { Description = "Reduce each class to at most 256 principal components first." };
        Option<string> degenerate = new("--degenerate") { Description = "What becomes of a class that cannot be divided: clean (all of it is), thirds (by rank) or refuse.", DefaultValueFactory = _ => "clean" };
        degenerate.AcceptOnlyFromAmong("clean", "thirds", "refuse");
        Option<int> sample = new("--sample-above") { Description = "Classes with more images are measured against 4,096 of them; 0 never does that.", DefaultValueFactory = _ => new DensityOptions().SampleAbove };
        Option<int> neighbours = new("--neighbours") { Description = "Neighbours that vote.", DefaultValueFactory = _ => new NeighbourOptions().Neighbours };
        Option<int> folds = new("--folds") { Description = "Parts of the cross-validation of confident.", DefaultValueFactory = _ => new LinearClassifierOptions().Folds };
        Option<int> suspects = new("--suspects") { Description = "Suspicious images that are listed.", DefaultValueFactory = _ => new CleaningOptions().Suspects };
        Option<int> classes = new("--classes") { Description = "Classes whose images the page shows, the noisiest first.", DefaultValueFactory = _ => 12 };
        Option<int> examples = new("--examples") { Description = "Images of each end of a class that the page shows.", DefaultValueFactory = _ => 10 };
        Option<int> memory = new("--memory") { Description = "Megabytes that distances may take.", DefaultValueFactory = _ => 512 };
        Option<int> threads = new("--threads") { Description = "Threads; 0 for one a processor. The result does not depend on it.", DefaultValueFactory = _ => 0 };
        Option<int> seed = new("--seed") { Description = "Seed of whatever is drawn.", DefaultValueFactory = _ => 0 };
        Option<string[]> settings = Options.Settings();
        Option<bool> json = Options.Json();
        Command verb = new("curriculum", Description)
        {
            source, output, method, subsets, run, weights, backbone, size, labels, images, variant, gaussian, cutoff, reduce, degenerate, sample, neighbours, folds, suspects, classes, examples, memory, threads, seed, settings, json,
        };
        verb.SetAction(parsed =>
        {
            Sight sight = new(parsed.GetValue(source)!, parsed.GetValue(run), parsed.GetValue(weights), parsed.GetValue(backbone)!, parsed.GetValue(size), parsed.GetValue(labels), parsed.GetValue(images), parsed.GetValue(settings) ?? []);
            int processors = AtLeast("--threads", parsed.GetValue(threads), 0);
            CleaningOptions options = new()
            {
                Method = parsed.GetValue(method),
                Density = new DensityOptions
                {
                    Variant = parsed.GetValue(variant),
                    Method = parsed.GetValue(gaussian) ? DensityMethod.Gaussian : DensityMethod.Count,
                    Subsets = SubsetsOf(parsed.GetValue(subsets)!),
                    CutoffShare = parsed.GetValue(cutoff) is > 0 and < 1 and var share ? share : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--cutoff is {parsed.GetValue(cutoff)}; a share above 0 and below 1 is needed.")),
                    Reduce = parsed.GetValue(reduce),
                    OnDegenerate = parsed.GetValue(degenerate) switch { "refuse" => OnDegenerate.Throw, "thirds" => OnDegenerate.UseRankThirds, _ => OnDegenerate.PutAllInClean },
                    SampleAbove = AtLeast("--sample-above", parsed.GetValue(sample), 0),
                    MemoryBudget = (long)AtLeast("--memory", parsed.GetValue(memory), 1) << 20,
                    Threads = processors,
                    Seed = parsed.GetValue(seed),
                },
                Neighbours = new NeighbourOptions { Neighbours = AtLeast("--neighbours", parsed.GetValue(neighbours), 1), Threads = processors },
                Classifier = new CleaningOptions().Classifier with { Folds = AtLeast("--folds", parsed.GetValue(folds), 2), Threads = processors, Seed = parsed.GetValue(seed) },
                Suspects = AtLeast("--suspects", parsed.GetValue(suspects), 0),
            };
            Page page = new(parsed.GetValue(output)!, AtLeast("--classes", parsed.GetValue(classes), 0), AtLeast("--examples", parsed.GetValue(examples), 1));
            return Run(sight, options, page, parsed.GetValue(json));
        });
        return verb;
    }

    /// <summary>What is looked at, and with what eyes.</summary>
    private sealed record Sight(string Source, string? Run, string? Weights, string Backbone, int? Size, string? Labels, string? Images, string[] Settings);

    private sealed record Page(string Folder, int Classes, int Examples);

    private static int AtLeast(string option, int value, int least) =>
        value >= least ? value : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{option} is {value}; at least {least} is needed."));

    private static int? SubsetsOf(string text) => text == "auto" ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 2 ? count
        : throw new ArgumentException($"--subsets is {text}; a whole number from 2 on, or auto, is needed.");

    private static int Run(Sight sight, CleaningOptions options, Page page, bool json)
    {
        using Interruption interruption = new();
        (CleaningSummary summary, int subsets) = RunProgress.Show(observer =>
        {
            using LabelledFeatures features = Open(sight, page.Folder, observer, interruption.Token);
            CleaningResult result = LabelCleaning.Run(features, options, observer, interruption.Token);
            return (CleaningReports.Write(result, page.Folder, page.Classes, page.Examples), result.SubsetCount);
        });
        if (json)
        {
            Console.Out.WriteLine(summary.ToJson());
            return ExitCode.Done;
        }
        Print(Terminal.Out(), summary, subsets);
        Console.Out.WriteLine($"table: {Path.Combine(page.Folder, CleaningReports.TableName)}");
        Console.Out.WriteLine($"page: {Path.Combine(page.Folder, CleaningReports.PageName)}");
        return ExitCode.Done;
    }

    private static LabelledFeatures Open(Sight sight, string folder, IRunObserver observer, CancellationToken stop)
    {
        string extension = Path.GetExtension(sight.Source).ToLowerInvariant();
        Dataset? shown = sight.Images is null ? null : Images(sight.Images, observer);
        if (extension == ".npy")
        {
            return FeatureSources.OfArray(sight.Source, sight.Labels ?? throw new ArgumentException($"{sight.Source} holds features without labels; name their list with --labels."), shown);
        }
        if (extension is ".yaml" or ".yml")
        {
            return FeatureSources.OfRecipe(Recipe.Load(sight.Source, TrainingRun.Catalogue, sight.Settings), folder, observer, stop);
        }
        if (File.Exists(sight.Source) && extension is ".embeddings" or ".codes" or ".smb")
        {
            return FeatureSources.OfEmbeddings(sight.Source, shown, folder, stop: stop);
        }
        if (File.Exists(Path.Combine(sight.Source, "run.json")))
        {
            return FeatureSources.OfRun(sight.Source, null, folder, observer, stop);
        }
        return sight.Run is { } run ? FeatureSources.OfRun(run, Images(sight.Source, observer), folder, observer, stop) : OfBackbone(sight, folder, observer, stop);
    }

    private static LabelledFeatures OfBackbone(Sight sight, string folder, IRunObserver observer, CancellationToken stop)
    {
        // What is not there is said first.
        Dataset images = Images(sight.Source, observer);
        string weights = sight.Weights ?? throw new ArgumentException($"{sight.Source} has images, and features of them are needed: name published weights with --weights (and their --backbone), or a trained run with --run. Pixels alone say little about what an image shows.");
        return FeatureSources.OfBackbone(images, sight.Backbone, weights, sight.Size, folder, observer, stop);
    }

    private static Dataset Images(string path, IRunObserver observer)
    {
        Dataset images = DatasetSource.Open(path, options: new DatasetOptions { Lenient = true });
        foreach (string problem in images.Problems)
        {
            observer.Warned(problem);
        }
        return images;
    }

    private static void Print(IAnsiConsole console, CleaningSummary summary, int subsets)
    {
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.Images} images in {summary.Classes} classes; {summary.Method}"));
        bool known = summary.Subsets.Any(subset => subset.CleanPrecision is not null);
        Table table = new Table().Border(TableBorder.Simple).AddColumn("subset").AddColumn(new TableColumn("images").RightAligned()).AddColumn(new TableColumn("share").RightAligned());
        if (known)
        {
            table.AddColumn(new TableColumn("labels right").RightAligned()).AddColumn(new TableColumn("of all right").RightAligned());
        }
        foreach (SubsetSummary subset in summary.Subsets)
        {
            string[] cells = [$"{subset.Subset} {CleaningReports.NameOf(subset.Subset, subsets)}", Text(subset.Images, "0"), Text((double)subset.Images / summary.Images, "0.000")];
            table.AddRow(known ? [.. cells, Text(subset.CleanPrecision, "0.000"), Text(subset.CleanRecall, "0.000")] : cells);
        }
        console.Write(table);
        foreach (string note in summary.Notes)
        {
            console.WriteLine(note);
        }
        if (summary.Suspects.Count > 0)
        {
            console.WriteLine("Most suspicious (the page shows more):");
        }
        foreach (SuspectSummary suspect in summary.Suspects.Take(SuspectsTold))
        {
            console.WriteLine($"  {suspect.Id}: {suspect.Label}, looks like {suspect.LooksLike}");
        }
    }

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
