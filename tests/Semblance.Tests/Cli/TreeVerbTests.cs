using System.Text.Json;
using Semblance.Index.Files;
using Semblance.Tests.Training;
using Xunit;

namespace Semblance.Tests.Cli;

/// <summary><c>semblance tree</c>, as a user calls it.</summary>
public sealed class TreeVerbTests
{
    [Fact]
    public void A_run_and_its_encoded_images_give_the_same_tree_and_a_page_each()
    {
        using TinyRun tiny = new();
        string[] embedding = ["--set", "model={backbone: convnet, head: embedding, dim: 8}", "--set", "objective=[{loss: hierarchical-triplet}]", "--set", "optimizer.groups=[]", "--set", "validate.metric=recall@1", "--set", "steps=4"];
        CliProcess.Run(["train", tiny.Recipe, "--out", tiny.File("run"), .. embedding]).Done();
        CliProcess.Run("encode", tiny.File("run"), tiny.Images, "--out", tiny.File("all.embeddings")).Done();

        string told = CliProcess.Run("tree", tiny.File("run")).Done().Output;
        Assert.Contains("distance below", told, StringComparison.Ordinal);
        Assert.Contains($"page: {tiny.File("run/tree.html")}", told, StringComparison.Ordinal);
        Assert.Contains("class-3</text>", File.ReadAllText(tiny.File("run/tree.html")), StringComparison.Ordinal);
        Assert.Contains("data:image/jpeg", File.ReadAllText(tiny.File("run/tree.html")), StringComparison.Ordinal);

        using JsonDocument file = JsonDocument.Parse(CliProcess.Run("tree", tiny.File("all.embeddings"), "--images", tiny.Images, "--levels", "5", "--json").Done().Output);
        Assert.Equal(4, file.RootElement.GetProperty("classes").GetInt32());
        Assert.Equal(48, file.RootElement.GetProperty("images").GetInt64());
        Assert.Equal([0, 1, 2, 3, 4, 5], file.RootElement.GetProperty("levels").EnumerateArray().Select(level => level.GetProperty("level").GetInt32()));
        Assert.Equal(1, file.RootElement.GetProperty("levels")[5].GetProperty("nodes").GetInt32());
        string page = File.ReadAllText(file.RootElement.GetProperty("page").GetString()!);
        Assert.Contains("data:image/jpeg", page, StringComparison.Ordinal);
        Assert.Contains("class-3</text>", page, StringComparison.Ordinal);
        CliProcess.Run("tree", tiny.File("all.embeddings"), "--images", tiny.File("run")).Refused(3);
    }

    [Fact]
    public void What_is_no_source_of_a_tree_is_refused()
    {
        using TinyRun tiny = new();
        CliProcess.Run("tree", tiny.File("none")).Refused(3, "is not there", "folder of a run");
        CliProcess.Run("tree", tiny.Images).Refused(3, "holds no run");
        new EmbeddingsFile([1, 0, 0, 1], 2, [new RowItem("a", []), new RowItem("b", [])], "").Write(tiny.File("bare"));
        CliProcess.Run("tree", tiny.File("bare")).Refused(3, "has no labels");
        CliProcess.Run("tree", tiny.File("bare"), "--levels", "0").Refused(2, "--levels is 0");
        CliProcess.Run("tree", tiny.File("bare"), "--linkage", "ward").Refused(2);
    }
}
