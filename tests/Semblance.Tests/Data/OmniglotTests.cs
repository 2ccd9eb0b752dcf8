using System.IO.Compression;
using Semblance.Data;
using Semblance.Tensors.Images;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Data;

public sealed class OmniglotTests
{
    [Fact]
    public void Archives_that_share_drawings_are_one_set()
    {
        using TemporaryFolder folder = new();
        Write(folder.File("b.zip"), ("two/Greek/character01/1_01.png", 1), ("two/Latin/character01/2_01.png", 2));
        Write(folder.File("a.zip"), ("one/Greek/character01/1_01.png", 1), ("one/Greek/character02/3_01.png", 3));

        Dataset data = DatasetSource.Open(folder.Path);

        Assert.Equal(["Greek/character01", "Greek/character02", "Latin/character01"], data.ClassNames);
        Assert.Equal(["Greek/character01/1_01.png one", "Greek/character02/3_01.png one", "Latin/character01/2_01.png two"], data.Items.Select(item => $"{item.Id} {item.Split}"));
        Assert.Equal([1, 3, 2], Enumerable.Range(0, 3).Select(index => (int)data.Decode(index).Pixels[0]));
    }

    [Fact]
    public void The_same_drawing_with_other_content_is_refused()
    {
        using TemporaryFolder folder = new();
        Write(folder.File("a.zip"), ("one/Greek/character01/1_01.png", 1));
        Write(folder.File("b.zip"), ("two/Greek/character01/1_01.png", 2));

        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => DatasetSource.Open(folder.Path));

        Assert.Contains("b.zip has Greek/character01/1_01.png, which another archive has with other content", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_archive_or_holds_no_drawing_is_refused_by_name()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("a.zip"), "no archive");
        Assert.Contains("a.zip cannot be read as a zip archive", Assert.Throws<InvalidDataException>(() => DatasetSource.Open(folder.Path)).Message, StringComparison.Ordinal);
        File.Delete(folder.File("a.zip"));
        Write(folder.File("b.zip"), ("x.png", 1));
        Assert.Contains("a drawing of Omniglot lies in alphabet/character/file", Assert.Throws<InvalidDataException>(() => DatasetSource.Open(folder.Path)).Message, StringComparison.Ordinal);
        Write(folder.File("b.zip"));
        Assert.Contains("holds no drawings", Assert.Throws<InvalidDataException>(() => DatasetSource.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Alphabets_are_put_into_splits_by_the_recipe()
    {
        using TemporaryFolder folder = new();
        Write(folder.File("a.zip"), [.. new[] { "Greek", "Latin", "Tagalog" }.SelectMany((alphabet, k) => Enumerable.Range(0, 4).Select(n => ($"s/{alphabet}/character01/{n}.png", (byte)((10 * k) + n))))]);
        string[] Splits(string lines) => [.. DataOpening.Open(Recipe.Parse(
            $$"""
            data: {path: '{{folder.Path}}', split-classes: [{{lines}}]}
            model: {backbone: convnet}
            objective: [{loss: multi-similarity}]
            """, "r.yaml", TrainingRun.Catalogue).Data, 1).Items.Select(item => item.Split).Distinct()];

        Assert.Equal(["test", "train"], Splits("{match: Greek/, split: test}, {match: '*', split: train}"));
        Assert.Equal(["s", "test"], Splits("{match: '*a*/*', split: test}"));
        Assert.Contains("\"Grek/\" matches no class", Assert.Throws<InvalidDataException>(() => Splits("{match: Grek/, split: test}")).Message, StringComparison.Ordinal);
        Assert.Contains("\"Greek/\" matches no class", Assert.Throws<InvalidDataException>(() => Splits("{match: '*', split: test}, {match: Greek/, split: train}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_background_sets_hold_242_characters_of_eight_alphabets()
    {
        Dataset data = DatasetSource.Open(Shared.Folder("data/omniglot"));

        Assert.Equal((4840, 242), (data.Count, data.ClassNames.Count));
        Assert.Equal(8, data.ClassNames.Select(name => name.Split('/')[0]).Distinct().Count());
        Assert.All(data.ClassCounts(), count => Assert.Equal(20, count));
    }

    private static void Write(string path, params (string Name, byte Grey)[] drawings)
    {
        using FileStream file = File.Create(path);
        using ZipArchive archive = new(file, ZipArchiveMode.Create);
        foreach ((string name, byte grey) in drawings)
        {
            using Stream entry = archive.CreateEntry(name).Open();
            entry.Write(ImageCodec.Encode(new RgbImage(2, 2, [.. Enumerable.Repeat(grey, 12)]), ImageFormat.Png));
        }
    }
}
