using System.CommandLine;
using System.Globalization;
using Semblance.Data;
using Semblance.Data.Noise;
using Semblance.IO;
using Semblance.Tensors.Images;
using Semblance.Training;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance data preview</c>: who trains, asks and is searched by a recipe, and how some of it looks.</summary>
internal static class DataPreview
{
    public static Command Make()
    {
        Argument<string> recipe = new("recipe") { Description = "A YAML file; its data are opened and divided, nothing is trained." };
        Option<string> output = new("--out") { Description = "A PNG with some images of each part, in the order in which they are listed.", DefaultValueFactory = _ => "preview.png" };
        Option<int> count = new("--count") { Description = "Images of each part, 1 to 64.", DefaultValueFactory = _ => 8 };
        Option<string?> labels = new("--labels") { Description = "A table (TSV) of the training images that data.long-tail and data.noise leave: id, true label, observed label." };
        Option<string[]> settings = Options.Settings();
        Command verb = new("preview",
            """
            Opens the images of a recipe, divides them by its protocol, and shows what trains, validates, asks and is
            searched: counts, labels an image, and some images of each part with their labels. Where the recipe makes a
            long tail or wrong labels, it tells how many images and wrong labels are left.

            Examples:
              semblance data preview recipes/quickstart.yaml
              semblance data preview recipes/cifar10-hhf-64.yaml --set data.source=mosaic --set data.protocol=splits --out mosaics.png
              semblance data preview recipe.yaml --set data.noise={kind: pair, rate: 0.4} --labels labels.tsv
            """) { recipe, output, count, labels, settings };
        verb.SetAction(parsed => Run(Recipe.Load(parsed.GetValue(recipe)!, TrainingRun.Catalogue, parsed.GetValue(settings) ?? []), parsed.GetValue(output)!, parsed.GetValue(count), parsed.GetValue(labels)));
        return verb;
    }

    private static int Run(Recipe recipe, string output, int count, string? labels)
    {
        if (count is < 1 or > 64)
        {
            throw new ArgumentException($"--count is {count}; 1 to 64 is needed.");
        }
        using Interruption interruption = new();
        Dataset data = RunProgress.Show(observer => DataOpening.Open(recipe.Data, TrainingJob.LoaderThreads(recipe), (done, total) => observer.Progressed("drawing images", done, total), interruption.Token));
        DataParts parts = DataParts.Of(data, recipe.Data);
        Console.Out.WriteLine($"{data.Name}: {parts.Protocol}");
        TellLabels(parts, labels);
        List<int> shown = [];
        foreach ((string role, Dataset? part) in new[] { ("train", parts.Train), ("validation", parts.Validation), ("query", parts.Query), ("database", parts.Database) })
        {
            shown.AddRange(part is null ? [] : Tell(role, part, data, count));
        }
        byte[] sheet = ImageCodec.Encode(ContactSheet.Of(data, shown, columns: count), ImageFormat.Png);
        AtomicFile.Write(output, stream => stream.Write(sheet));
        Console.Out.WriteLine(output);
        return ExitCode.Done;
    }

    /// <summary>Tells what a long tail and noise left of the training images, and writes it down.</summary>
    private static void TellLabels(DataParts parts, string? file)
    {
        if (parts.Changed is { } changed)
        {
            int[] counts = [.. changed.ClassCounts().Where(count => count > 0)];
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"training images before validation: {changed.Count:N0} of {counts.Length} classes, {counts.Max():N0} to {counts.Min():N0} each; {LabelMap.Describe(changed)}"));
        }
        if (file is not null)
        {
            AtomicFile.WriteText(file, LabelMap.ToText(parts.Changed ?? parts.Train));
            Console.Out.WriteLine(file);
        }
    }

    /// <summary>Lists some images of a part, evenly spread.</summary>
    private static IEnumerable<int> Tell(string role, Dataset part, Dataset data, int count)
    {
        double labels = part.Items.Average(item => item.Labels.Length);
        int bare = part.Items.Count(item => item.Labels.Length == 0);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{role}: {part.Count:N0} images of {part.ClassCounts().Count(found => found > 0)} classes, {labels:0.##} labels an image{(bare == 0 ? "" : $"; {bare:N0} without a label, which are like no other")}"));
        HashSet<string> ids = [];
        for (int i = 0; i < Math.Min(count, part.Count); i++)
        {
            DataItem item = part.Items[(int)((long)i * part.Count / Math.Min(count, part.Count))];
            ids.Add(item.Id);
            Console.Out.WriteLine($"  {item.Id}: {Named(part, item.Labels)}{(item.TrueLabels is { } right && !right.SequenceEqual(item.Labels) ? $" (truly {Named(part, right)})" : "")}");
        }
        return Enumerable.Range(0, data.Count).Where(index => ids.Contains(data.Items[index].Id));
    }

    private static string Named(Dataset part, int[] labels) => labels.Length == 0 ? "no label" : string.Join(", ", labels.Select(label => part.ClassNames[label]));
}
