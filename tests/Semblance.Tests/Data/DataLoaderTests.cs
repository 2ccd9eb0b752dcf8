using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Tensors.Images;
using Semblance.Tests.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Data;

public sealed class DataLoaderTests : IDisposable
{
    private static readonly Augmentation Everything = new()
    {
        RandomResizedCrop = true,
        FlipProbability = 0.5,
        Pad = 2,
        Brightness = 0.4,
        Contrast = 0.4,
        Saturation = 0.4,
        Hue = 0.1,
    };

    private static readonly Augmentation Published = Everything with { ColourProbability = 0.8, AutoAugment = true, GreyProbability = 0.2, BlurProbability = 0.5, CutoutHoles = 1, CutoutSide = 8 };

    private readonly ImageTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData(2, 0)]
    [InlineData(4, 0)]
    [InlineData(1, 1 << 20)]
    [InlineData(3, 5000)]
    public void The_pixels_do_not_depend_on_threads_or_cache(int threads, long cacheBytes)
    {
        Dataset dataset = Mixed();
        ImageTransform transform = new() { Size = 24, Augmentation = Everything };
        float[][] expected = Run(dataset, transform, new() { Threads = 1, Prefetch = 1, Seed = 3 });
        float[][] actual = Run(dataset, transform, new() { Threads = threads, Prefetch = 4, Seed = 3, CacheBytes = cacheBytes });
        Assert.Equal(expected, actual);
        Assert.NotEqual(expected, Run(dataset, transform, new() { Threads = 1, Seed = 4 }));
    }

    [Fact]
    public void Published_changes_do_not_depend_on_threads_and_leave_values_normalised_in_the_order_of_the_network()
    {
        Dataset dataset = Mixed();
        ImageTransform transform = new() { Size = 24, Augmentation = Published, Normalization = Normalization.Caffe };
        float[][] expected = Run(dataset, transform, new() { Threads = 1, Prefetch = 1, Seed = 3 });
        Assert.Equal(expected, Run(dataset, transform, new() { Threads = 4, Prefetch = 4, Seed = 3, CacheBytes = 1 << 20 }));
        Assert.NotEqual(expected, Run(dataset, transform with { Augmentation = Everything }, new() { Threads = 1, Seed = 3 }));
        // Black is the lowest value of each plane: what is cut out, or moved in.
        Assert.All(expected, batch => Assert.All(batch, value => Assert.InRange(value, -128.01f, 151.01f)));
        float[] holed = Run(dataset, transform with { Augmentation = new() { CutoutHoles = 1, CutoutSide = 64 } }, new() { Threads = 1 })[0];
        Assert.Equal([-104f, -117f, -128f], new[] { holed[0], holed[24 * 24], holed[2 * 24 * 24] }.Select(value => MathF.Round(value, 2)));
    }

    [Fact]
    public void A_run_that_starts_again_at_a_step_sees_the_same_pixels()
    {
        Dataset dataset = Mixed();
        ImageTransform transform = new() { Size = 24, Augmentation = Everything };
        using DataLoader whole = new(dataset, transform, new() { Seed = 5 });
        using DataLoader later = new(dataset, transform, new() { Seed = 5, Threads = 1 });
        float[] expected = [.. whole.Load(Plans(6)).Select(Copy).Last()];
        Assert.Equal(expected, later.Load(Plans(6).Skip(5)).Select(Copy).Single());
    }

    [Fact]
    public void A_second_view_has_random_numbers_of_its_own_and_leaves_the_first_as_it_was()
    {
        Dataset dataset = Mixed();
        ImageTransform plain = new() { Size = 24 }, varied = plain with { Augmentation = Everything };
        using DataLoader alone = new(dataset, varied, new() { Seed = 5 }), twice = new(dataset, varied, new() { Seed = 5, SecondView = varied, Threads = 3 }), fixedSecond = new(dataset, varied, new() { Seed = 5, SecondView = plain });
        using DataLoader untouched = new(dataset, plain);
        using ImageBatch one = alone.Load([new(2, [0, 1])]).Single(), two = twice.Load([new(2, [0, 1])]).Single(), steady = fixedSecond.Load([new(2, [0, 1])]).Single(), bare = untouched.Load([new(0, [0, 1])]).Single();

        Assert.Null(one.SecondPixels);
        Assert.Equal(one.Pixels, two.Pixels);
        Assert.Equal(one.Pixels, steady.Pixels);
        Assert.NotEqual(two.Pixels, two.SecondPixels!);
        Assert.Equal(bare.Pixels, steady.SecondPixels!);
        using DataLoader later = new(dataset, varied, new() { Seed = 5, SecondView = varied, Threads = 1, CacheBytes = 1 << 20 });
        Assert.Equal(two.SecondPixels!, later.Load([new(2, [0, 1])]).Single().SecondPixels!);
        Assert.Throws<ArgumentException>(() => new DataLoader(dataset, varied, new() { SecondView = varied with { Size = 32 } }));
        two.Dispose();
        Assert.Throws<ObjectDisposedException>(() => two.SecondPixels);
    }

    [Fact]
    public void The_second_view_moves_up_with_the_first_where_an_image_is_passed_over()
    {
        _tree.With("a/0.png", "a/1.png").Write("a/bad.png", "no image");
        Dataset dataset = DatasetSource.Open(_tree.Path);
        ImageTransform plain = new() { Size = 24 };
        using DataLoader loader = new(dataset, plain, new() { SecondView = plain, SkipDamaged = true });
        int bad = Enumerable.Range(0, 3).Single(image => dataset.Items[image].Id == "a/bad.png");
        using ImageBatch batch = loader.Load([new(0, [bad, 0, 1])]).Single();

        Assert.Equal([0, 1], batch.Indices);
        Assert.Equal(batch[1].ToArray(), batch.SecondPixels!.AsSpan(3 * 24 * 24, 3 * 24 * 24).ToArray());
        Assert.NotEqual(batch[0].ToArray(), batch[1].ToArray());
    }

    [Fact]
    public void The_same_image_twice_in_a_batch_is_augmented_twice()
    {
        using DataLoader loader = new(Mixed(), new() { Size = 24, Augmentation = Everything }, new() { Seed = 5 });
        ImageBatch batch = loader.Load([new(0, [1, 1])]).Single();
        Assert.False(batch[0].SequenceEqual(batch[1]));
    }

    [Fact]
    public void Without_augmentation_the_centre_is_seen_as_the_codec_renders_it()
    {
        Dataset dataset = Mixed();
        ImageTransform transform = new() { Size = 20, Resize = 24 };
        using DataLoader loader = new(dataset, transform);
        foreach (ImageBatch batch in loader.LoadAll(2))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                RgbImage image = dataset.Decode(batch.Indices[i]);
                float[] expected = new float[transform.Length];
                ImageCodec.Render(image, transform.CentreView(image.Width, image.Height), Normalization.ImageNet, expected);
                Assert.InRange(expected.Zip(batch[i].ToArray(), (a, b) => Math.Abs(a - b)).Average(), 0, 0.05);
            }
        }
    }

    [Theory]
    [InlineData(500, 375, 224, 256, 58, 16, 341, 256)]
    [InlineData(375, 500, 224, 256, 16, 58, 256, 341)]
    [InlineData(32, 32, 32, 0, 0, 0, 32, 32)]
    [InlineData(100, 101, 64, 65, 0, 0, 65, 65)]
    public void The_centre_lies_where_torchvision_puts_it(int width, int height, int size, int resize, int left, int top, int resizedWidth, int resizedHeight)
    {
        ImageView view = new ImageTransform { Size = size, Resize = resize }.CentreView(width, height);
        Assert.Equal(left, view.X * resizedWidth / width, 9);
        Assert.Equal(top, view.Y * resizedHeight / height, 9);
        Assert.Equal(size, view.Width * resizedWidth / width, 9);
        Assert.Equal(size, view.Height * resizedHeight / height, 9);
    }

    [Fact]
    public void A_damaged_image_stops_a_training_loader_by_name()
    {
        _tree.With("x/a.jpg", "x/c.jpg");
        _tree.Write("x/b.jpg", TestImages.Jpeg().AsSpan(0, 200));
        using DataLoader loader = new(DatasetSource.Open(_tree.Path), new() { Size = 8 });
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => loader.LoadAll(3).ToList());
        Assert.StartsWith(_tree.File("x/b.jpg") + ": damaged", exception.Message);
    }

    [Fact]
    public void An_encoding_loader_passes_damaged_images_over_and_lists_them()
    {
        _tree.With("x/a.jpg", "x/d.jpg");
        _tree.Write("x/b.jpg", []);
        _tree.Write("x/c.jpg", TestImages.WithJpegSize(TestImages.Jpeg(), 50_000, 50_000));
        Dataset dataset = DatasetSource.Open(_tree.Path);
        File.Delete(dataset.Describe(3));
        using DataLoader loader = new(dataset, new() { Size = 8 }, new() { SkipDamaged = true });
        ImageBatch batch = loader.LoadAll(4).Single();
        Assert.Equal([0], batch.Indices);
        Assert.Equal([1, 2, 3], batch.Skipped.Select(image => image.Index));
        Assert.Contains("the file is empty", batch.Skipped[0].Message);
        Assert.Contains("over the limit", batch.Skipped[1].Message);
        Assert.Contains("x/d.jpg", batch.Skipped[2].Message);
        using DataLoader alone = new(dataset, new() { Size = 8 });
        Assert.Equal(alone.Load([new(0, [0])]).Single()[0].ToArray(), batch[0].ToArray());
    }

    [Fact]
    public void Plans_are_read_only_as_far_ahead_as_asked()
    {
        int read = 0;
        IEnumerable<BatchPlan> Endless()
        {
            while (true)
            {
                yield return new(read++, [0]);
            }
        }
        using DataLoader loader = new(Mixed(), new() { Size = 8 }, new() { Prefetch = 3 });
        foreach (ImageBatch batch in loader.Load(Endless()))
        {
            batch.Dispose();
            Assert.InRange(read, 1, (int)batch.Step + 4);
            if (batch.Step == 20)
            {
                break;
            }
        }
        Assert.InRange(read, 21, 24);
    }

    [Fact]
    public void Memory_of_disposed_batches_is_used_again()
    {
        using DataLoader loader = new(Mixed(), new() { Size = 8 }, new() { Prefetch = 1 });
        HashSet<float[]> arrays = [];
        foreach (ImageBatch batch in loader.Load(Plans(50)))
        {
            arrays.Add(batch.Pixels);
            batch.Dispose();
            Assert.Throws<ObjectDisposedException>(() => batch.Pixels);
        }
        Assert.InRange(arrays.Count, 1, 4);
    }

    [Fact]
    public void Waiting_can_be_cancelled()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        using DataLoader loader = new(Mixed(), new() { Size = 8 });
        Assert.ThrowsAny<OperationCanceledException>(() => loader.LoadAll(2, cancellation: source.Token).ToList());
    }

    private static IEnumerable<BatchPlan> Plans(int count) => Enumerable.Range(0, count).Select(step => new BatchPlan(step, [step % 4, (step + 1) % 4, (step + 2) % 4]));

    private static float[] Copy(ImageBatch batch)
    {
        using (batch)
        {
            return [.. batch.Pixels];
        }
    }

    private static float[][] Run(Dataset dataset, ImageTransform transform, DataLoaderOptions options)
    {
        using DataLoader loader = new(dataset, transform, options);
        return [.. loader.Load(Plans(8)).Select(Copy)];
    }

    private Dataset Mixed()
    {
        _tree.Write("x/large.jpg", TestImages.Jpeg(300, 200));
        _tree.Write("x/small.jpg", TestImages.Jpeg(30, 40, 1));
        _tree.Write("x/turned.jpg", TestImages.WithOrientation(TestImages.Jpeg(200, 160, 2), 6));
        _tree.Write("x/wide.png", TestImages.Png(90, 30, 3));
        return DatasetSource.Open(_tree.Path);
    }
}
