using Semblance.Data;
using Semblance.Data.Checking;
using Semblance.Tensors.Images;
using Semblance.Tests.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Data;

public sealed class DataCheckTests : IDisposable
{
    private readonly ImageTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_sound_set_has_no_findings()
    {
        _tree.With("x/a.jpg", "x/b.png", "y/c.jpg", "y/d.png");
        DataCheckReport report = Check();
        Assert.True(report.Clean, string.Join(", ", report.Counts));
        Assert.Equal((4, 2), (report.Images, report.Classes));
    }

    [Fact]
    public void Empty_and_corrupt_files_are_told_apart_by_kind()
    {
        _tree.With("x/a.jpg", "x/b.jpg", "x/gone.jpg");
        _tree.Write("x/empty.jpg", []);
        _tree.Write("x/cut.jpg", TestImages.Jpeg().AsSpan(0, 300));
        _tree.Write("x/cut.png", TestImages.Png().AsSpan(0, 300));
        _tree.Write("x/text.png", "not an image");
        _tree.Write("x/bomb.jpg", TestImages.WithJpegSize(TestImages.Jpeg(), 50_000, 50_000));
        Dataset dataset = DatasetSource.Open(_tree.Path);
        File.Delete(_tree.File("x/gone.jpg"));
        DataCheckReport report = DataCheck.Run(dataset);
        Assert.Equal([_tree.File("x/empty.jpg")], report.Empty.Select(finding => finding.Path));
        Assert.Equal(
            [("bomb.jpg", ImageFault.TooLarge), ("cut.jpg", ImageFault.Damaged), ("cut.png", ImageFault.Damaged), ("gone.jpg", ImageFault.Unreadable), ("text.png", ImageFault.Unknown)],
            report.Corrupt.Select(finding => (Path.GetFileName(finding.Path), finding.Kind)));
        Assert.All(report.Corrupt, finding => Assert.StartsWith(_tree.Path, finding.Message));
        Assert.False(report.Clean);
    }

    [Fact]
    public void A_wrong_extension_is_reported_and_the_image_read_all_the_same()
    {
        _tree.With("x/a.jpg");
        _tree.Write("x/b.jpg", TestImages.Png(30, 20, 5));
        DataCheckReport report = Check();
        Assert.Equal($"{_tree.File("x/b.jpg")} is Png by its content, Jpeg by its name. It is read all the same; rename it.", Assert.Single(report.WrongExtension).Message);
        Assert.Empty(report.Corrupt);
    }

    [Fact]
    public void Equal_files_are_grouped_with_their_splits_and_labels()
    {
        byte[] image = TestImages.Jpeg(50, 40, 3), other = TestImages.Jpeg(50, 40, 11);
        _tree.Write("train/x/a.jpg", image);
        _tree.Write("test/y/b.jpg", image);
        _tree.Write("train/x/c.jpg", other);
        _tree.Write("train/x/d.jpg", other);
        DataCheckReport report = Check();
        Assert.Equal(2, report.Duplicates.Count);
        DuplicateGroup shared = Assert.Single(report.SharedBetweenSplits);
        Assert.Equal([_tree.File("test/y/b.jpg"), _tree.File("train/x/a.jpg")], shared.Paths);
        Assert.Equal(["test", "train"], shared.Splits);
        Assert.Equal([shared], report.LabelConflicts);
        Assert.Empty(report.NearDuplicates);
    }

    [Fact]
    public void Classes_with_one_image_or_none_and_images_without_labels_are_told()
    {
        _tree.With("a.jpg", "b.jpg", "c.jpg", "d.jpg");
        _tree.Write("classes.txt", "x\ny\nz\n");
        _tree.Write("labels.csv", "path,labels\na.jpg,x\nb.jpg,x\nc.jpg,y\nd.jpg,\nmissing.jpg,x\na.jpg,x\nd.jpg,q\n");
        DataCheckReport report = DataCheck.Run(DatasetSource.Open(_tree.Path, options: new() { Lenient = true }));
        string[] expected = ["missing.jpg is not there", "\"a.jpg\" was already named", "\"d.jpg\" was already named", "class \"q\" is not in", "d.jpg has no label", "class \"y\" has one image", "class \"z\" has no image"];
        Assert.Equal(expected.Length, report.LabelProblems.Count);
        Assert.All(expected.Zip(report.LabelProblems), pair => Assert.Contains(pair.First, pair.Second));
    }

    [Fact]
    public void Empty_class_folders_and_foreign_files_are_remarked()
    {
        _tree.With("x/a.jpg", "x/b.jpg");
        _tree.Write("x/c.bmp", "BM");
        Directory.CreateDirectory(Path.Combine(_tree.Path, "hollow"));
        DataCheckReport report = Check();
        Assert.Contains("1 file that is no image by its name", report.LabelProblems[0]);
        Assert.Contains("folder \"hollow\" has no images", report.LabelProblems[1]);
    }

    [Fact]
    public void The_report_does_not_depend_on_threads()
    {
        Photographs(40);
        string one = Text(Check(new() { Threads = 1 })), four = Text(Check(new() { Threads = 4 }));
        Assert.Equal(one, four);
        Assert.Contains("copy", one);
    }

    [Fact]
    public void Changed_copies_are_near_duplicates_and_other_photographs_are_not()
    {
        int copies = Photographs(200);
        DataCheckReport report = Check();
        Assert.Equal(copies, report.NearDuplicates.Count);
        Assert.All(report.NearDuplicates, group =>
        {
            string[] names = [.. group.Paths.Select(path => Path.GetFileNameWithoutExtension(path).Replace("-copy", "", StringComparison.Ordinal))];
            Assert.Equal(names[0], Assert.Single(names.Distinct()));
            Assert.False(group.SameBytes);
        });
        Assert.Empty(Check(new() { NearDistance = -1 }).NearDuplicates);
    }

    [Fact]
    public void Near_pairs_are_exactly_those_of_the_comparison_of_all_with_all()
    {
        SeededRandom random = new(1);
        ImagePrint[] prints = new ImagePrint[300];
        for (int i = 0; i < prints.Length; i++)
        {
            RgbImage image = TestImages.Smooth(ImagePrint.Side, ImagePrint.Side, random.Below(12));
            for (int k = random.Below(30); k > 0; k--)
            {
                image.Pixels[random.Below(image.Pixels.Length)] ^= 60;
            }
            prints[i] = new(image);
        }
        HashSet<(int, int, int)> expected = [];
        for (int i = 0; i < prints.Length; i++)
        {
            for (int j = i + 1; j < prints.Length; j++)
            {
                if (prints[i].Distance(prints[j]) <= 5 && prints[i].LooksLike(prints[j]))
                {
                    expected.Add((i, j, prints[i].Distance(prints[j])));
                }
            }
        }
        List<(int, int, int)> found = NearPairs.Find(prints, 5, new ParallelOptions());
        Assert.InRange(expected.Count, 100, 40_000);
        Assert.Equal(expected.Order(), found);
    }

    [Fact]
    public void Flat_pictures_of_different_colours_are_no_near_duplicates()
    {
        foreach ((string name, byte value) in new[] { ("black", (byte)0), ("grey", (byte)128), ("white", (byte)255) })
        {
            byte[] pixels = new byte[3 * 30 * 30];
            Array.Fill(pixels, value);
            _tree.Write($"x/{name}.png", ImageCodec.Encode(new(30, 30, pixels), ImageFormat.Png));
        }
        Assert.Empty(Check().NearDuplicates);
    }

    [Fact]
    public void Sets_of_pixels_are_checked_too()
    {
        byte[] record = [1, .. TestImages.Noise(32, 32, 1).Pixels], other = [2, .. TestImages.Noise(32, 32, 2).Pixels];
        DataCheckReport report = DataCheck.Run(DatasetSource.Open(_tree.Write("x.bin", [.. record, .. other, .. record])));
        Assert.Equal([$"{_tree.File("x.bin")}: record 0", $"{_tree.File("x.bin")}: record 2"], Assert.Single(report.Duplicates).Paths);
        Assert.Empty(report.Corrupt);
    }

    private DataCheckReport Check(DataCheckOptions? options = null) => DataCheck.Run(DatasetSource.Open(_tree.Path), options);

    private static string Text(DataCheckReport report) =>
        string.Join('\n', report.NearDuplicates.Concat(report.Duplicates).Select(group => $"{string.Join(' ', group.Paths)} {group.Distance}").Concat(report.LabelProblems));

    /// <summary>Photographs, of which every tenth also comes as a changed copy.</summary>
    private int Photographs(int count)
    {
        Dataset flowers = DatasetSource.Open(Shared.Folder("data/flowers5"));
        int copies = 0;
        for (int i = 0; i < count; i++)
        {
            // Spread over the classes.
            int index = i * 5;
            _tree.Write($"x/{i:D3}.jpg", flowers.ReadBytes(index).Span);
            if (i % 10 == 0)
            {
                RgbImage image = flowers.Decode(index);
                _tree.Write($"x/{i:D3}-copy.jpg", (i / 10 % 3) switch
                {
                    0 => ImageCodec.Encode(image, ImageFormat.Jpeg, 40),
                    1 => ImageCodec.Encode(ImageCodec.Render(image, new(0, 0, image.Width, image.Height, image.Width / 2, image.Height / 2)), ImageFormat.Png),
                    _ => ImageCodec.Encode(new(image.Width, image.Height, [.. image.Pixels.Select(value => (byte)Math.Min(255, value + 8))]), ImageFormat.WebP, 60),
                });
                copies++;
            }
        }
        return copies;
    }
}
