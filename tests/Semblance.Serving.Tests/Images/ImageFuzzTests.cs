using System.Collections.Concurrent;
using System.Diagnostics;
using Semblance.Serving.Images;
using Semblance.Tensors.Images;
using Semblance.Tests.Deduplication;
using Semblance.Tests.Index.Reliability;
using Semblance.Tests.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Serving.Images;

/// <summary>Spoilt images, through everything that looks at images from outside.</summary>
[Collection(nameof(AloneCollection))]
public sealed class ImageFuzzTests
{
    private const long Growth = 300L << 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_spoilt_image_is_read_or_refused_with_a_sentence()
    {
        byte[][] seeds = Seeds();
        using TemporaryFolder folder = new();
        using ImageIntake intake = new(new ImageLimits { MaxPixels = 4_000_000, DecodeTime = TimeSpan.FromSeconds(60) }, threads: 2);
        await using EncoderQueue queue = EncoderQueue.Perceptual(new EncoderQueueOptions { Intake = intake });
        ImageLibrary library = new(folder.Path, intake);
        ConcurrentDictionary<string, int> outcomes = [];
        int cases = Effort.Of(300, 20_000);
        long before = Environment.WorkingSet;
        Stopwatch watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, cases), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Stop }, async (number, stop) =>
        {
            byte[] image = Mutations.Of(seeds, number);
            outcomes.AddOrUpdate(await Outcome(() => queue.EncodeAsync(image, $"case {number}", null, stop)), 1, (_, count) => count + 1);
            outcomes.AddOrUpdate("thumbnail " + await Outcome(() => Thumbnail(library, $"{number % 16}-{Environment.CurrentManagedThreadId}", image, stop)), 1, (_, count) => count + 1);
        });
        Effort.Report($"{cases} spoilt images in {watch.Elapsed.TotalSeconds:0} s: {string.Join(", ", outcomes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Value} {pair.Key}"))}; {(Environment.WorkingSet - before) >> 20} MiB more");
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, Growth);
        Assert.DoesNotContain(outcomes.Keys, outcome => outcome.Contains(nameof(ImageRefusal.TooSlow), StringComparison.Ordinal));
        Assert.Equal(2 * cases, outcomes.Values.Sum());
        Assert.Equal(PerceptualBits, (await queue.EncodeAsync(seeds[0], "afterwards", null, Stop)).Length);
    }

    private const int PerceptualBits = 2;

    /// <summary>"read", or the reason of a refusal. Anything else fails the test.</summary>
    private static async Task<string> Outcome(Func<Task> look)
    {
        try
        {
            await look();
            return "read";
        }
        catch (InvalidDataException refused)
        {
            ImageRefusal reason = ImageRefusals.Of(refused);
            Assert.NotEqual(ImageRefusal.None, reason);
            Assert.Matches(@"^.+: .+\. .+\.$", refused.Message);
            Assert.DoesNotContain(refused.Message, char.IsControl);
            return reason.ToString();
        }
    }

    [Fact]
    public async Task The_seeds_are_sound()
    {
        using ImageIntake intake = new();
        string[] files = Directory.GetFiles(Repository.File("tests/Semblance.Serving.Tests/Images/seeds"));
        Assert.All(Enum.GetValues<ImageFormat>().Where(format => format != ImageFormat.Unknown), format => Assert.Contains(files, file => ImageFormats.FromPath(file) == format));
        await using EncoderQueue queue = EncoderQueue.Perceptual(new EncoderQueueOptions { Intake = intake });
        foreach (string file in files.Where(file => ImageFormats.FromPath(file) != ImageFormat.Unknown))
        {
            Assert.Equal("read", await Outcome(() => queue.EncodeAsync(File.ReadAllBytes(file), file, null, Stop)));
        }
    }

    private static async Task Thumbnail(ImageLibrary library, string id, byte[] image, CancellationToken stop)
    {
        library.Save(id, image);
        ThumbnailImage? thumbnail = await library.ThumbnailAsync(id, 128, stop);
        Assert.Equal(ImageFormat.Jpeg, ImageIntake.FormatOf(thumbnail!.Jpeg.Span));
    }

    /// <summary>Images of all five formats and of their rarer kinds, and photographs where they are at hand.</summary>
    private static byte[][] Seeds()
    {
        RgbImage picture = Pictures.Make(5, 90, 70);
        byte[] samples = new byte[40 * 30 * 8];
        new Random(1).NextBytes(samples);
        List<byte[]> seeds =
        [
            Pictures.Jpeg(picture), Pictures.Jpeg(picture, 30), Pictures.Jpeg(Pictures.Make(6, 300, 200)), TestImages.WithOrientation(Pictures.Jpeg(picture), 6), TestImages.WithOrientation(Pictures.Jpeg(picture), 3, littleEndian: false),
            ImageCodec.Encode(picture, ImageFormat.Png), TestImages.RawPng(40, 30, 16, 6, samples), TestImages.RawPng(40, 30, 8, 0, samples[..(40 * 30)]), TestImages.RawPng(40, 30, 8, 4, samples[..(40 * 30 * 2)]),
            ImageCodec.Encode(picture, ImageFormat.WebP), ImageCodec.Encode(picture, ImageFormat.WebP, 100), TestImages.RedGif(), TestImages.Tiff(picture), TestImages.Tiff(Pictures.Make(7, 200, 160)),
        ];
        seeds.AddRange(Directory.EnumerateFiles(Repository.File("tests/Semblance.Serving.Tests/Images/seeds")).Where(file => ImageFormats.FromPath(file) != ImageFormat.Unknown).Order(StringComparer.Ordinal).Select(File.ReadAllBytes));
        string shared = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "data"));
        if (Directory.Exists(shared))
        {
            string[] photographs = [.. Directory.EnumerateFiles(shared, "*.*", new EnumerationOptions { RecurseSubdirectories = true }).Where(file => ImageFormats.FromPath(file) != ImageFormat.Unknown).Order(StringComparer.Ordinal)];
            seeds.AddRange(photographs.Where((_, i) => i % Math.Max(1, photographs.Length / 12) == 0).Select(File.ReadAllBytes).Where(bytes => bytes.Length < 200_000));
        }
        return [.. seeds];
    }
}
