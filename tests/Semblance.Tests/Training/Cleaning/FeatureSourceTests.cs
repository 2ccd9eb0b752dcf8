using Semblance.Data;
using Semblance.Index.Files;
using Semblance.Training;
using Semblance.Training.Cleaning;
using Xunit;

namespace Semblance.Tests.Training.Cleaning;

/// <summary>Features from files, and what comes of looking at their labels.</summary>
public sealed class FeatureSourceTests
{
    [Fact]
    public void Features_that_stay_on_disk_give_the_same_as_those_in_memory()
    {
        using TemporaryFolder folder = new();
        string path = Embeddings(folder, label => [label]);
        using LabelledFeatures inMemory = FeatureSources.OfEmbeddings(path, null, folder.Path);
        CleaningResult expected = LabelCleaning.Run(inMemory, new CleaningOptions(), new SilentObserver());
        string grouped = folder.File("features.grouped");
        using (LabelledFeatures onDisk = FeatureSources.OfEmbeddings(path, null, folder.Path, memoryBytes: 0))
        {
            Assert.True(File.Exists(grouped));
            Assert.Equal(onDisk.Labels.Order(), onDisk.Labels);
            CleaningResult found = LabelCleaning.Run(onDisk, new CleaningOptions(), new SilentObserver());
            Assert.Equal(expected.Table, found.Table);
            Assert.Equal(expected.Suspects.Select(one => inMemory.Ids[one.Sample]).Order(StringComparer.Ordinal), found.Suspects.Select(one => onDisk.Ids[one.Sample]).Order(StringComparer.Ordinal));
            Assert.Equal(Array.IndexOf(onDisk.Order, 17), Array.IndexOf(onDisk.Ids, "17"));
        }

        Assert.False(File.Exists(grouped));
    }

    [Fact]
    public void No_label_and_several_are_refused()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("\"0\" has no label", Assert.Throws<InvalidDataException>(() => FeatureSources.OfEmbeddings(Embeddings(folder, _ => []), null, folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("\"0\" has 2 labels", Assert.Throws<InvalidDataException>(() => FeatureSources.OfEmbeddings(Embeddings(folder, label => [label, 7]), null, folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("is not there", Assert.Throws<InvalidDataException>(() => FeatureSources.OfEmbeddings(folder.File("none"), null, folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_of_either_precision_are_read_and_others_refused()
    {
        using TemporaryFolder folder = new();
        double[] rows = [.. Enumerable.Range(0, 24).Select(i => (double)(i * i % 17))];
        NpyFile.Write<double>(folder.File("d.npy"), [12, 2], rows);
        NpyFile.Write<float>(folder.File("f.npy"), [12, 2], rows.Select(value => (float)value).ToArray());
        NpyFile.Write<int>(folder.File("i.npy"), [12, 2], new int[24]);
        File.WriteAllLines(folder.File("labels.txt"), Enumerable.Range(0, 12).Select(i => $"{(i % 2) - 1}"));
        using LabelledFeatures full = FeatureSources.OfArray(folder.File("d.npy"), folder.File("labels.txt"), null), single = FeatureSources.OfArray(folder.File("f.npy"), folder.File("labels.txt"), null);
        Assert.Equal(full.ReadAll(), single.ReadAll());
        Assert.Equal(["-1", "0"], full.Labels.Distinct().Select(full.ClassName));
        Assert.Equal("3", full.Ids[3]);
        Assert.Contains("<i4", Assert.Throws<InvalidDataException>(() => FeatureSources.OfArray(folder.File("i.npy"), folder.File("labels.txt"), null)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("bad.txt"), "a\tb\tc\n");
        Assert.Contains("line 1", Assert.Throws<InvalidDataException>(() => FeatureSources.OfArray(folder.File("f.npy"), folder.File("bad.txt"), null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_outside_the_classes_of_the_images_are_refused()
    {
        using TinyRun tiny = new();
        NpyFile.Write<float>(tiny.File("f.npy"), [2, 1], [1, 2]);
        File.WriteAllText(tiny.File("numbers.txt"), "3\n4\n");
        Assert.Contains("line 2: \"4\" is no class", Assert.Throws<InvalidDataException>(() => FeatureSources.OfArray(tiny.File("f.npy"), tiny.File("numbers.txt"), tiny.Open())).Message, StringComparison.Ordinal);
        File.WriteAllText(tiny.File("names.txt"), "class-3\nclas-2\n");
        Assert.Contains("nearest is \"class-2\"", Assert.Throws<InvalidDataException>(() => FeatureSources.OfArray(tiny.File("f.npy"), tiny.File("names.txt"), tiny.Open())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_with_several_labels_are_refused()
    {
        using TinyRun tiny = new();
        Dataset images = tiny.Open();
        Dataset several = images.Relabel([.. images.Items.Select(item => new[] { 0, 1 })]);
        Assert.Contains("has 2 labels", Assert.Throws<InvalidDataException>(() => FeatureSources.OfImages(several, null!, new("", "", "", []), tiny.Root, new SilentObserver())).Message, StringComparison.Ordinal);
    }

    private static string Embeddings(TemporaryFolder folder, Func<int, int[]> labels)
    {
        var random = new SeededRandom(11);
        float[] rows = [.. Enumerable.Range(0, 90 * 5).Select(i => (float)((i % 5 == i / 5 % 3 ? 3 : 0) + ((1 + (i / 5 % 4)) * 0.3 * random.NextNormal())))];
        string path = folder.File("x.embeddings");
        new EmbeddingsFile(rows, 5, [.. Enumerable.Range(0, 90).Select(i => new RowItem($"{i}", labels(i % 3)))], "").Write(path);
        return path;
    }
}
