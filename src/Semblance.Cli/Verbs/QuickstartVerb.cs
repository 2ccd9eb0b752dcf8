using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Semblance.Data;
using Semblance.Encoders;
using Semblance.Index.Files;
using Semblance.Models;
using Semblance.Training;
using Semblance.Training.Results;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance quickstart</c>: the whole way, once.</summary>
internal static class QuickstartVerb
{
    private const string Description =
        """
        Goes the whole way once, in a few minutes: images, training of a 64-bit hash model, honest scores beside two
        naive baselines, codes, an index, searches, and one HTML page that shows all of it.

        Without --images it works on objects that it draws itself. With --images it works on your own folder, which
        has one folder of images for each class; a pretrained backbone (--backbone, --weights) helps there.

        Examples:
          semblance quickstart
          semblance quickstart --images photos
          semblance quickstart --images photos --backbone squeezenet1_1 --weights squeezenet1_1.safetensors
        """;

    public static Command Make()
    {
        Option<string?> images = new("--images") { Description = "Folder with one folder of images for each class (default: images that the program draws)." };
        Option<string> output = new("--out") { Description = "Folder for everything that comes of it.", DefaultValueFactory = _ => "quickstart" };
        Option<int> seed = new("--seed") { Description = "Seed of images, split and training.", DefaultValueFactory = _ => 1 };
        Option<string?> backbone = new("--backbone") { Description = "Backbone (default: the small convnet)." };
        Option<string?> weights = new("--weights") { Description = "Pretrained weights of the backbone, .safetensors or .pth." };
        Command verb = new("quickstart", Description) { images, output, seed, backbone, weights };
        verb.SetAction(parsed => Run(new Request(parsed.GetValue(images), parsed.GetValue(output)!, parsed.GetValue(seed), parsed.GetValue(backbone), parsed.GetValue(weights))));
        return verb;
    }

    private sealed record Request(string? Images, string Output, int Seed, string? Backbone, string? Weights);

    private static int Run(Request request)
    {
        long start = Stopwatch.GetTimestamp();
        string run = Path.Combine(request.Output, "run");
        Recipe recipe = Recipe.Parse(ReadRecipe(), "quickstart.yaml", TrainingRun.Catalogue, Settings(request));
        using Interruption interruption = new();
        bool resume = File.Exists(Path.Combine(run, "recipe.yaml"));
        RunResults results = RunProgress.Show(observer => TrainingRun.Run(recipe, run, resume, observer, interruption.Token));
        ScoreTables.Print(Terminal.Out(), results.Models);
        EncodeAndSearch(request, recipe, run, interruption.Token);
        Console.Out.WriteLine();
        Console.Out.WriteLine($"The page: {Path.GetFullPath(Path.Combine(run, "report.html"))}");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Took {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s. Go on with your own images: ./semblance quickstart --images FOLDER --out NEW"));
        return ExitCode.Done;
    }

    private static IEnumerable<string> Settings(Request request)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"seed={request.Seed}");
        yield return string.Create(CultureInfo.InvariantCulture, $"data.split-seed={request.Seed}");
        if (request.Images is { } images)
        {
            yield return "data.source=folder";
            yield return $"data.path={Quote(images)}";
            yield return "data.validation={kind: images, amount: 0.1}";
            // A batch must fit into the training images of a small folder, or none would be left to train on.
            int count = DatasetSource.Open(images, DatasetKind.Folders).Count;
            yield return string.Create(CultureInfo.InvariantCulture, $"sampler.batch={Math.Clamp(count / 4, 4, 32)}");
        }
        else
        {
            yield return $"data.path={Quote(Path.Combine(request.Output, "images"))}";
            yield return string.Create(CultureInfo.InvariantCulture, $"data.drawn.seed={request.Seed}");
        }
        if (request.Backbone is { } backbone)
        {
            yield return $"model.backbone={backbone}";
        }
        if (request.Weights is { } weights)
        {
            yield return $"model.weights={Quote(weights)}";
        }
    }

    private static string Quote(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>Encodes the searched images into a file and asks it with a few of the queries.</summary>
    private static void EncodeAndSearch(Request request, Recipe recipe, string run, CancellationToken stop)
    {
        const int Queries = 3, Hits = 5;
        string file = Path.Combine(request.Output, "images.codes");
        using RunFolder folder = RunFolder.Open(run);
        using Model model = TrainingRun.LoadModel(folder, recipe);
        DataParts parts = DataParts.Of(DataOpening.Open(recipe.Data, TrainingJob.LoaderThreads(recipe), null, stop), recipe.Data);
        Dataset searched = parts.Database ?? parts.Query;
        Encoder encoder = new(model, DataOpening.Transform(recipe.Data, augment: false), new EncoderOptions { Threads = TrainingJob.LoaderThreads(recipe), SkipDamaged = true });
        EncodedNote note = new(recipe.Name, EncodedNote.FingerprintOf(folder.ModelFile), DataOpening.Transform(recipe.Data, augment: false).Key, searched.ClassNames);
        EncodedCounts counts = RunProgress.Show(observer => EncodedFile.Write(file, encoder, searched, RowKind.Code, note, done => observer.Progressed("encoding", done, searched.Count), stop));
        EncodedCollection collection = EncodedCollection.Open(file);
        Console.Out.WriteLine();
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {counts.Rows} {collection.Format}. Some searches in it:"));
        EncodedSet asked = encoder.EncodeAll(parts.Query.Subset([.. Enumerable.Range(0, parts.Query.Count).Where(index => index % Math.Max(1, parts.Query.Count / Queries) == 0).Take(Queries)], "queries"), null, stop);
        long begin = Stopwatch.GetTimestamp();
        FoundRow[][] found = collection.Nearest(asked, Hits);
        double milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds / found.Length;
        for (int query = 0; query < found.Length; query++)
        {
            Console.Out.WriteLine($"  {parts.Query.Items[query * Math.Max(1, parts.Query.Count / Queries)].Id}");
            foreach (FoundRow hit in found[query])
            {
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {hit.Distance,3} bits  {collection.Items[hit.Row].Id}"));
            }
        }
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ({milliseconds:0.00} ms a search, exact)"));
    }

    private static string ReadRecipe()
    {
        using Stream stream = typeof(QuickstartVerb).Assembly.GetManifestResourceStream("quickstart.yaml")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
