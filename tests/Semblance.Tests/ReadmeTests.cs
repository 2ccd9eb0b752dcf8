using Semblance.Data;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Models;
using Semblance.Tests.Documents;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests;

/// <summary>What the README shows is so: its example in C# stands here word for word, is compiled and is run. Its commands and links are checked with those of all documents.</summary>
[Collection(ExampleRun.Shared)]
public sealed class ReadmeTests(ExampleRun example)
{
    private static Document Readme => Document.Read("README.md");

    [Fact]
    public void The_example_trains_encodes_and_finds_the_query_itself_first()
    {
        Assert.Equal(5, example.Found.Count);
        Assert.StartsWith("0 bits: ", example.Found[0], StringComparison.Ordinal);
        Assert.Equal(example.Found.OrderBy(line => int.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)), example.Found);
    }

    [Fact]
    public void The_example_is_quoted_word_for_word()
    {
        string source = File.ReadAllText(Repository.File("tests/Semblance.Tests/ReadmeTests.cs"));
        string quoted = Assert.Single(Readme.Blocks("csharp"));

        Assert.Contains(quoted.Trim(), Unindented(source), StringComparison.Ordinal);
    }

    [Fact]
    public void The_README_shows_the_two_commands_and_goes_through_a_job()
    {
        string commands = string.Join('\n', Readme.Blocks("sh"));

        Assert.All(["./semblance quickstart", "./test", "./semblance train", "./semblance encode", "./semblance search"], command => Assert.Contains(command, commands, StringComparison.Ordinal));
    }

    private static string Unindented(string source) => string.Join('\n', source.Split('\n').Select(line => line.StartsWith("    ", StringComparison.Ordinal) ? line[4..] : line));
}

/// <summary>The example of the README.</summary>
internal static class ReadmeExample
{
    public static IReadOnlyList<string> TrainEncodeAndSearch(string recipeFile, string runFolder, string photos, string query)
    {
        Recipe recipe = Recipe.Load(recipeFile, TrainingRun.Catalogue);
        TrainingRun.Run(recipe, runFolder, resume: false, new SilentObserver());

        using RunFolder run = RunFolder.Open(runFolder);
        using Model model = TrainingRun.LoadModel(run, recipe);
        Encoder encoder = new(model, DataOpening.Transform(recipe.Data, augment: false), new EncoderOptions());
        Dataset images = DatasetSource.Open(photos);
        EncodedSet rows = encoder.EncodeAll(images), asked = encoder.EncodeAll(DatasetSource.OfFiles([query]));

        HammingIndex index = new(Codes.FromSigns(rows.Rows, rows.Width));
        Neighbour[] nearest = index.Nearest(Codes.FromSigns(asked.Rows, asked.Width)[0], 5);
        return [.. nearest.Select(hit => $"{hit.Distance} bits: {images.Items[hit.Row].Id}")];
    }
}
