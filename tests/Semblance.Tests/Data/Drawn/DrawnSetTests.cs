using System.Collections.Concurrent;
using Semblance.Data.Drawn;
using Xunit;

namespace Semblance.Tests.Data.Drawn;

public sealed class DrawnSetTests : IDisposable
{
    private static readonly DrawnOptions Small = new() { ImagesPerClass = 16, Size = 12, Threads = 1 };

    private readonly string _folder = Directory.CreateTempSubdirectory("drawn-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void One_thread_and_three_write_the_same_files()
    {
        string one = Path.Combine(_folder, "one"), three = Path.Combine(_folder, "three");
        DrawnSet.Write(one, Small);
        DrawnSet.Write(three, Small with { Threads = 3 });
        string[] files = [.. Files(one)];
        Assert.Equal((16 * 24) + 2, files.Length);
        Assert.Equal(files, Files(three));
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(one, file)), File.ReadAllBytes(Path.Combine(three, file))));
    }

    [Fact]
    public void The_manifest_names_every_picture_with_its_class_split_and_attributes()
    {
        string[] lines = File.ReadAllLines(DrawnSet.Write(_folder, Small));
        Assert.Equal("path,label,split,class,colour,texture,background,size,lighting,clutter,occlusion,focus", lines[0]);
        Assert.Equal(16 * 24, lines.Length - 1);
        foreach (string[] row in lines.Skip(1).Select(line => line.Split(',')))
        {
            Assert.Equal(12, row.Length);
            Assert.True(File.Exists(Path.Combine(_folder, row[0])), row[0]);
            Assert.Equal(row[1], Path.GetDirectoryName(row[0]));
            Assert.Equal(row[1], row[3]);
        }
    }

    [Fact]
    public void The_multi_label_manifest_gives_class_colour_texture_and_background_as_labels()
    {
        DrawnSet.Write(_folder, Small);
        string[] lines = File.ReadAllLines(Path.Combine(_folder, DrawnSet.MultiLabelManifestName));
        Assert.StartsWith("path,labels,split,class,", lines[0], StringComparison.Ordinal);
        Assert.All(lines.Skip(1).Select(line => line.Split(',')), row => Assert.Equal(string.Join(';', row[3..7]), row[1]));
    }

    [Fact]
    public void Splits_share_out_every_class_alike()
    {
        Dictionary<string, int> counts = Enumerable.Range(0, 160).CountBy(i => DrawnSet.SplitOf(i, 160)).ToDictionary();
        Assert.Equal(new Dictionary<string, int> { ["train"] = 110, ["val"] = 10, ["database"] = 20, ["query"] = 20 }, counts);
        Assert.Equal(4, Enumerable.Range(0, 16).Select(i => DrawnSet.SplitOf(i, 16)).Distinct().Count());
    }

    [Fact]
    public void Progress_counts_to_the_last_picture()
    {
        Reports reports = new();
        DrawnSet.Write(_folder, Small with { Threads = 2 }, reports);
        Assert.Equal(Enumerable.Range(1, 16 * 24), reports.Seen.Select(report => report.Done).Order());
        Assert.All(reports.Seen, report => Assert.Equal(16 * 24, report.Total));
    }

    [Fact]
    public void A_stopped_drawing_leaves_no_manifest_not_even_an_older_one()
    {
        DrawnSet.Write(_folder, Small);
        using CancellationTokenSource stop = new();
        Reports reports = new(report => stop.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(() => DrawnSet.Write(_folder, Small with { Seed = 2 }, reports, stop.Token));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void What_cannot_be_written_is_told_by_the_file_system()
    {
        Directory.CreateDirectory(Path.Combine(_folder, DrawnSet.Classes[0], "0000.png"));
        Assert.Throws<UnauthorizedAccessException>(() => DrawnSet.Write(_folder, Small));
        Assert.False(File.Exists(Path.Combine(_folder, DrawnSet.ManifestName)));
    }

    [Fact]
    public void Raw_pixels_find_few_pictures_of_the_same_class()
    {
        const int perClass = 12, size = 24;
        float[][] pictures = [.. Enumerable.Range(0, perClass * DrawnSet.Classes.Count)
            .Select(i => Unit(DrawnRenderer.Render(DrawnScene.Sample(1, i / perClass, i % perClass), size)))];
        int right = 0;
        for (int i = 0; i < pictures.Length; i++)
        {
            int nearest = Enumerable.Range(0, pictures.Length).Where(j => j != i).MaxBy(j => Dot(pictures[i], pictures[j]));
            right += nearest / perClass == i / perClass ? 1 : 0;
        }

        Assert.InRange((double)right / pictures.Length, 0.02, 0.4);
    }

    [Fact]
    public void Options_that_make_no_set_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DrawnOptions { ImagesPerClass = 15 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DrawnOptions { Size = 7 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DrawnOptions { Threads = -1 });
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal);

    private static float[] Unit(byte[] picture)
    {
        float[] values = Array.ConvertAll(picture, value => (float)value);
        float length = MathF.Sqrt(Dot(values, values));
        return Array.ConvertAll(values, value => value / length);
    }

    private static float Dot(float[] a, float[] b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private sealed class Reports(Action<DrawnProgress>? also = null) : IProgress<DrawnProgress>
    {
        public ConcurrentBag<DrawnProgress> Seen { get; } = [];

        public void Report(DrawnProgress value)
        {
            Seen.Add(value);
            also?.Invoke(value);
        }
    }
}
