using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Deduplication;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Models;
using Semblance.Serving.Images;
using Semblance.Tensors.Images;
using Semblance.Tests.Deduplication;
using Semblance.Tests.Index.Reliability;
using Semblance.Training;
using Xunit;

namespace Semblance.Tests.Serving.Images;

public sealed class EncoderQueueTests(ServedRun run) : IClassFixture<ServedRun>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Codes_of_a_run_are_those_that_encode_gives()
    {
        string[] files = Photographs();
        (float[] rows, Codes expected) = Bare(files);
        await using EncoderQueue queue = EncoderQueue.OfRun(run.Folder, new EncoderQueueOptions { MaxBatch = 7 });
        Assert.Equal((16, expected.Bits), (queue.Bits, queue.Bits));

        ReadOnlyMemory<ulong>[] codes = await Task.WhenAll(files.Select(async file => await queue.EncodeAsync(await File.ReadAllBytesAsync(file, Stop), file, null, Stop)));

        for (int i = 0; i < files.Length; i++)
        {
            ulong different = codes[i].Span[0] ^ expected[i][0];
            Assert.All(Enumerable.Range(0, 16).Where(bit => (different >> bit & 1) != 0), bit => Assert.True(Math.Abs(rows[(i * 16) + bit]) < 1e-5, $"{files[i]}: bit {bit} of {rows[(i * 16) + bit]}"));
        }
    }

    [Fact]
    public async Task Codes_without_a_model_are_those_that_dedup_gives()
    {
        await using EncoderQueue queue = EncoderQueue.Perceptual();
        Assert.Equal((PerceptualHash.Bits, PerceptualHash.Name), (queue.Bits, queue.Note.Model));
        foreach (string file in Photographs())
        {
            byte[] image = await File.ReadAllBytesAsync(file, Stop);
            Assert.True(PerceptualHash.TryOf(image, out ulong[]? expected, out _));
            Assert.Equal(expected, (await queue.EncodeAsync(image, file, null, Stop)).ToArray());
        }
    }

    [Fact]
    public async Task The_note_is_that_of_files_of_codes()
    {
        await using EncoderQueue queue = EncoderQueue.OfRun(run.Folder);
        Assert.Equal(EncodedNote.FingerprintOf(Path.Combine(run.Folder, RunFolder.ModelName)), queue.Note.Model);
        Assert.Contains("size 16", queue.Note.Transform, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_region_is_seen_as_if_it_were_the_image()
    {
        // Left half and right half are different pictures; a lossless file of one of them alone gives its code.
        (RgbImage left, RgbImage right) = (Pictures.Make(1, 200, 150), Pictures.Make(2, 200, 150));
        byte[] both = ImageCodec.Encode(Beside(left, right), ImageFormat.Png);
        await using EncoderQueue queue = EncoderQueue.Perceptual();
        Assert.True(PerceptualHash.TryOf(ImageCodec.Encode(right, ImageFormat.Png), out ulong[]? alone, out _));
        ReadOnlyMemory<ulong> part = await queue.EncodeAsync(both, "both.png", new ImageRegion(0.5, 0, 0.5, 1), Stop);
        ReadOnlyMemory<ulong> other = await queue.EncodeAsync(both, "both.png", new ImageRegion(0, 0, 0.5, 1), Stop);
        Assert.InRange(Distance(alone, part.Span), 0, 2);
        Assert.InRange(Distance(alone, other.Span), 12, 96);
    }

    [Theory]
    [InlineData(0, 0, 0, 1)]
    [InlineData(0, 0, 1, -1)]
    [InlineData(0.6, 0, 0.5, 1)]
    [InlineData(-0.1, 0, 0.5, 1)]
    [InlineData(double.NaN, 0, 0.5, 1)]
    [InlineData(0, 0, double.PositiveInfinity, 1)]
    [InlineData(1, 0, 0.0000001, 1)]
    public async Task A_region_that_is_no_part_of_an_image_is_refused(double x, double y, double width, double height)
    {
        await using EncoderQueue queue = EncoderQueue.Perceptual();
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => queue.EncodeAsync(Pictures.Jpeg(Pictures.Make(1)), "a.jpg", new ImageRegion(x, y, width, height), Stop));
        Assert.Contains("is no part of an image", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_smallest_region_is_a_pixel()
    {
        await using EncoderQueue queue = EncoderQueue.OfRun(run.Folder);
        byte[] image = ImageCodec.Encode(Pictures.Make(1, 3, 2), ImageFormat.Png);
        Assert.Equal(1, (await queue.EncodeAsync(image, "a.png", new ImageRegion(0.999999, 0.999999, 0.000001, 0.000001), Stop)).Length);
        Assert.Equal(new ImageView(2, 1, 1, 1, 1, 1), new ImageRegion(0.999999, 0.999999, 0.000001, 0.000001).Of(new ImageInfo(3, 2, ImageFormat.Png, 1)));
        Assert.Equal(new ImageView(1, 0, 2, 2, 2, 2), new ImageRegion(0.5, 0, 0.5, 1).Of(new ImageInfo(3, 2, ImageFormat.Png, 1)));
    }

    [Fact]
    public async Task An_embedding_model_is_refused()
    {
        using Training.TinyRun tiny = new();
        string folder = tiny.File("embedding");
        TrainingRun.Run(Recipe.Load(tiny.Recipe, TrainingRun.Catalogue, ["steps=1", "ema=null", "validate=null", "model={ backbone: convnet, head: embedding, dim: 8 }", "objective=[{ loss: triplet }]", "optimizer={ kind: adamw, lr: 0.002 }"]), folder, false, new SilentObserver());
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => EncoderQueue.OfRun(folder));
        Assert.Contains("has no hash model, and search goes by codes", refused.Message, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task No_tensor_is_left_behind()
    {
        byte[] image = Pictures.Jpeg(Pictures.Make(1));
        EncoderQueue queue = EncoderQueue.OfRun(run.Folder, new EncoderQueueOptions { MaxBatch = 4 });
        await Many(50);
        long before = LiveTensors.Count();
        await Many(Effort.Of(400, 20_000));
        Assert.Equal(before, LiveTensors.Count());
        await queue.DisposeAsync();

        Task Many(int count) => Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = Stop }, async (_, stop) => await queue.EncodeAsync(image, "a", null, stop));
    }

    private string[] Photographs()
    {
        string[] small = Directory.GetFiles(run.Images, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(20).ToArray();
        for (int i = 0; i < 20; i++)
        {
            File.WriteAllBytes(Path.Combine(run.Folder, $"large-{i}.jpg"), Pictures.Jpeg(Pictures.Make(i, 200 + i, 160)));
        }
        return [.. small, .. Directory.GetFiles(run.Folder, "large-*.jpg")];
    }

    private (float[] Rows, Codes Codes) Bare(string[] files)
    {
        using RunFolder folder = RunFolder.Open(run.Folder);
        Recipe recipe = TrainingRun.LoadRecipe(run.Folder);
        using Model model = TrainingRun.LoadModel(folder, recipe);
        ImageTransform transform = DataOpening.Transform(recipe.Data, augment: false);
        EncodedSet all = new Encoder(model, transform, new EncoderOptions()).EncodeAll(DatasetSource.OfFiles(files));
        return (all.Rows, Codes.FromSigns(all.Rows, all.Width));
    }

    private static int Distance(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        int sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += System.Numerics.BitOperations.PopCount(a[i] ^ b[i]);
        }
        return sum;
    }

    private static RgbImage Beside(RgbImage left, RgbImage right)
    {
        byte[] pixels = new byte[left.Pixels.Length * 2];
        for (int row = 0; row < left.Height; row++)
        {
            left.Pixels.AsSpan(row * 3 * left.Width, 3 * left.Width).CopyTo(pixels.AsSpan(2 * row * 3 * left.Width));
            right.Pixels.AsSpan(row * 3 * left.Width, 3 * left.Width).CopyTo(pixels.AsSpan(((2 * row) + 1) * 3 * left.Width));
        }
        return new RgbImage(2 * left.Width, left.Height, pixels);
    }
}
