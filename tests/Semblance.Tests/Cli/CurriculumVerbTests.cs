using System.Text.Json;
using Semblance.Curriculum;
using Semblance.Index.Files;
using Semblance.Tests.Training;
using Xunit;

namespace Semblance.Tests.Cli;

/// <summary><c>semblance curriculum</c>, as a user calls it.</summary>
public sealed class CurriculumVerbTests
{
    [Fact]
    public void An_array_with_labels_and_images_gives_table_summary_and_page()
    {
        using TemporaryFolder folder = new();
        string images = TinySet.Write(folder.File("images"), 3, 20);
        WriteFeatures(folder, 3, 20, stray: "class-1/07.png");
        string[] call = ["curriculum", folder.File("features.npy"), "--labels", folder.File("labels.txt"), "--images", images, "--out", folder.File("out")];

        string told = CliProcess.Run([.. call, "--classes", "2"]).Done().Output;
        Assert.Contains("60 images in 3 classes", told, StringComparison.Ordinal);
        Assert.Contains("highly noisy", told, StringComparison.Ordinal);
        Assert.Contains("class-1/07.png: class-1, looks like", told, StringComparison.Ordinal);
        Assert.Contains(folder.File("out/curriculum.html"), told, StringComparison.Ordinal);
        IReadOnlyList<SubsetRow> table = SubsetTable.Read(folder.File("out/subsets.tsv"));
        Assert.Equal(60, table.Count);
        Assert.Equal(("class-1", 2), table.Where(row => row.Id == "class-1/07.png").Select(row => (row.Label, row.Subset)).Single());
        string page = File.ReadAllText(folder.File("out/curriculum.html"));
        Assert.Contains("data:image/jpeg", page, StringComparison.Ordinal);
        Assert.Contains("2 classes with the largest share", page, StringComparison.Ordinal);

        foreach (string method in new[] { "knn", "confident" })
        {
            using JsonDocument summary = JsonDocument.Parse(CliProcess.Run([.. call, "--method", method, "--neighbours", "5", "--json"]).Done().Output);
            Assert.Equal(60, summary.RootElement.GetProperty("images").GetInt32());
            Assert.Equal(3, summary.RootElement.GetProperty("subsets").GetArrayLength());
            Assert.Equal(summary.RootElement.GetRawText(), JsonDocument.Parse(File.ReadAllText(folder.File("out/summary.json"))).RootElement.GetRawText());
        }
    }

    [Fact]
    public void A_run_a_recipe_and_a_file_of_embeddings_are_looked_at_and_known_truth_is_told()
    {
        using TinyRun tiny = new();
        string[] embedding = ["--set", "model={backbone: convnet, head: embedding, dim: 8}", "--set", "objective=[{loss: multi-similarity}]", "--set", "optimizer.groups=[]", "--set", "validate.metric=recall@1", "--set", "steps=4"];
        CliProcess.Run(["train", tiny.Recipe, "--out", tiny.File("run"), .. embedding]).Done();

        CliProcess.Run("curriculum", tiny.Images, "--run", tiny.File("run"), "--out", tiny.File("images-out")).Done();
        Assert.Equal(48, SubsetTable.Read(tiny.File("images-out/subsets.tsv")).Count);
        DateTime encoded = File.GetLastWriteTimeUtc(tiny.File("images-out/features.embeddings"));
        CliProcess.Run("curriculum", tiny.Images, "--run", tiny.File("run"), "--out", tiny.File("images-out"), "--gaussian", "--subsets", "auto").Done();
        Assert.Equal(encoded, File.GetLastWriteTimeUtc(tiny.File("images-out/features.embeddings")));
        CliProcess.Run("curriculum", tiny.File("images-out/features.embeddings"), "--variant", "paper", "--out", tiny.File("file-out")).Done();
        Assert.Equal(48, SubsetTable.Read(tiny.File("file-out/subsets.tsv")).Count);
        CliProcess.Run("curriculum", tiny.File("run"), "--degenerate", "thirds", "--out", tiny.File("run-out")).Done();

        string told = CliProcess.Run("curriculum", tiny.Recipe, "--set", "data.noise={kind: symmetric, rate: 0.3}", "--degenerate", "thirds", "--out", tiny.File("recipe-out")).Done().Output;
        Assert.Contains("labels right", told, StringComparison.Ordinal);
        using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(tiny.File("recipe-out/summary.json")));
        Assert.True(summary.RootElement.GetProperty("subsets")[0].TryGetProperty("cleanPrecision", out _));
        Assert.Contains("Right labels", File.ReadAllText(tiny.File("recipe-out/curriculum.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_looked_at_is_refused()
    {
        using TemporaryFolder folder = new();
        string images = TinySet.Write(folder.File("images"), 2, 4);
        WriteFeatures(folder, 2, 4, stray: "");
        string array = folder.File("features.npy"), labels = folder.File("labels.txt"), made = folder.File("out");
        CliProcess.Run("curriculum", images, "--out", made).Refused(2, "--weights", "--run");
        CliProcess.Run("curriculum", images + "-elsewhere", "--out", made).Refused(3, "-elsewhere");
        CliProcess.Run("curriculum", array, "--out", made).Refused(2, "--labels");
        CliProcess.Run("curriculum", array, "--labels", labels, "--out", made, "--cutoff", "1").Refused(2, "--cutoff is 1");
        CliProcess.Run("curriculum", array, "--labels", labels, "--out", made, "--subsets", "1").Refused(2, "--subsets is 1");
        CliProcess.Run("curriculum", array, "--labels", labels, "--out", made, "--subsets", "7", "--degenerate", "refuse").Refused(3, "2 of 2 classes cannot be divided: class-0 has 4 samples; class-1 has", "(--degenerate clean or thirds)");
        CliProcess.Run("curriculum", array, "--labels", labels, "--out", made, "--method", "foo").Refused(2, "--method is foo; density or knn or confident is needed.");
        CliProcess.Run("curriculum", array, "--labels", folder.File("none"), "--out", made).Refused(3, "none is not there");
        CliProcess.Run("curriculum", folder.File("none.embeddings"), "--out", made, "--run", "nothing").Refused(3);
        File.WriteAllText(folder.File("short.txt"), "a\nb\n");
        CliProcess.Run("curriculum", array, "--labels", folder.File("short.txt"), "--out", made).Refused(3, "8 rows", "2 labels");
        NpyFile.Write<float>(folder.File("nan.npy"), [8, 1], [0, 1, 2, float.NaN, 4, 5, 6, 7]);
        CliProcess.Run("curriculum", folder.File("nan.npy"), "--labels", labels, "--out", made).Refused(3, "nan.npy", "\"class-0/03.png\" (row 3, counted from 0) holds NaN");
        CliProcess.Run("curriculum", folder.File("nan.npy"), "--labels", labels, "--out", made, "--method", "confident").Refused(3, "nan.npy", "row 3");
        NpyFile.Write<float>(folder.File("empty.npy"), [0, 4], []);
        CliProcess.Run("curriculum", folder.File("empty.npy"), "--labels", labels, "--out", made).Refused(3, "empty.npy holds no features", "(0, 4)");
        Assert.False(Directory.Exists(made));
    }

    [Theory]
    [InlineData("density")]
    [InlineData("knn")]
    public void A_class_that_cannot_be_divided_is_told_whatever_the_method(string method)
    {
        using TemporaryFolder folder = new();
        WriteFeatures(folder, 2, 20, stray: "");
        string[] lines = File.ReadAllLines(folder.File("labels.txt"));
        lines[0] = "class-0/00.png\tlonely";
        File.WriteAllLines(folder.File("labels.txt"), lines);
        string told = CliProcess.Run("curriculum", folder.File("features.npy"), "--labels", folder.File("labels.txt"), "--out", folder.File("out"), "--method", method).Done().Output;
        Assert.Contains("lonely has 1 sample and could not be divided.", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_in_the_present_folder_is_told_with_the_folder()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("list.txt"), "");
        CliProcess.RunInShell($"cd '{folder.Path}';", "curriculum", "list.txt", "--weights", "none").Refused(3, $"{folder.Path}: its lists name no image");
    }

    /// <summary>Features and labels beside each other; one sample lies with another class.</summary>
    private static void WriteFeatures(TemporaryFolder folder, int classes, int each, string stray)
    {
        var random = new SeededRandom(3);
        List<float> rows = [];
        List<string> lines = [];
        for (int label = 0; label < classes; label++)
        {
            for (int k = 0; k < each; k++)
            {
                string id = $"class-{label}/{k:00}.png";
                int place = id == stray ? (label + 1) % classes : label;
                rows.AddRange(Enumerable.Range(0, 4).Select(axis => (float)((axis == place ? 5 : 0) + (0.3 * (1 + (k % 3)) * random.NextNormal()))));
                lines.Add($"{id}\tclass-{label}");
            }
        }

        NpyFile.Write<float>(folder.File("features.npy"), [lines.Count, 4], rows.ToArray());
        File.WriteAllLines(folder.File("labels.txt"), lines);
    }
}
