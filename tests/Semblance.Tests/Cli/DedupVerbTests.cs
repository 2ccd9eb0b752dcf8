using System.Text.Json;
using Semblance.Tests.Data;
using Semblance.Tests.Deduplication;
using Semblance.Tests.Training;
using Xunit;

namespace Semblance.Tests.Cli;

/// <summary><c>semblance dedup</c>, as a user calls it.</summary>
public sealed class DedupVerbTests
{
    [Fact]
    public void A_folder_gives_table_JSON_and_page_and_the_second_time_only_new_images_are_encoded()
    {
        using ImageTree tree = Pictures.Folder();
        using TemporaryFolder folder = new();

        Ended first = CliProcess.Run("dedup", tree.Path, "--out", folder.File("found")).Done();
        Assert.Contains("5 of 6 images are in 2 groups of near-duplicates; 3 of them could go", first.Output, StringComparison.Ordinal);
        Assert.Contains("6 images were encoded now, 0 were known", first.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was deleted", first.Output, StringComparison.Ordinal);
        Assert.Contains("warning: 2 images could not be read", first.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("found/duplicates.html")));
        tree.Write("b/three-again.jpg", Pictures.Jpeg(Pictures.Make(3)));

        Ended second = CliProcess.Run("dedup", tree.Path, "--out", folder.File("found"), "--json", "--keep", "first", "--threads", "1").Done();
        using JsonDocument told = JsonDocument.Parse(second.Output);
        Assert.Equal(1, told.RootElement.GetProperty("encoded").GetInt32());
        Assert.Equal(3, told.RootElement.GetProperty("groups").GetArrayLength());
        Assert.Equal("First", told.RootElement.GetProperty("keep").GetString());
        Assert.Equal(second.Output.Trim(), File.ReadAllText(folder.File("found/duplicates.json")).Trim());
        Assert.Equal(9, Directory.GetFiles(tree.Path, "*", SearchOption.AllDirectories).Length);

        string seen = folder.File("found/seen.codes");
        Ended file = CliProcess.Run("dedup", seen, "--images", tree.Path, "--out", folder.File("other")).Done();
        Assert.Contains("3 groups", file.Output, StringComparison.Ordinal);
        Assert.Contains("data:image/jpeg", File.ReadAllText(folder.File("other/duplicates.html")), StringComparison.Ordinal);
        Assert.Contains("could go. Nothing", CliProcess.Run("dedup", seen, "--out", folder.File("bare")).Done().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_of_a_model_are_compared_where_one_is_named()
    {
        using TinyRun tiny = new();
        CliProcess.Run("train", tiny.Recipe, "--out", tiny.File("run"), "--set", "steps=2").Done();

        string told = CliProcess.Run("dedup", tiny.Images, "--model", tiny.File("run"), "--radius", "2", "--out", tiny.File("found")).Done().Output;

        Assert.Contains("radius 2 of 16 bits; 48 images were encoded now, 0 were known", told, StringComparison.Ordinal);
        Assert.Contains("48 were known", CliProcess.Run("dedup", tiny.Images, "--model", tiny.File("run"), "--out", tiny.File("found")).Done().Output, StringComparison.Ordinal);
        CliProcess.Run("dedup", tiny.File("found/seen.codes"), "--model", tiny.File("run")).Refused(2, "--model encodes a folder of images");
        CliProcess.Run("dedup", tiny.Images, "--images", tiny.Images).Refused(2, "--images is for a file of codes or an index");
        CliProcess.Run("dedup", tiny.Images, "--radius", "-1").Refused(2, "--radius is -1");
        CliProcess.Run("dedup", tiny.Images, "--keep", "best").Refused(2);
        CliProcess.Run("dedup", tiny.File("none")).Refused(3, "is not there");
        CliProcess.Run("dedup", tiny.Recipe).Refused(3, "not a file of codes");
    }
}
