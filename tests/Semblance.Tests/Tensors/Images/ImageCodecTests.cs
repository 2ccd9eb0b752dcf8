using Semblance.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Tensors.Images;

public sealed class ImageCodecTests
{
    [Fact]
    public void Png_loses_nothing()
    {
        RgbImage image = TestImages.Noise(37, 23, 1);
        RgbImage back = ImageCodec.Decode(ImageCodec.Encode(image, ImageFormat.Png), "image");
        Assert.Equal((37, 23), (back.Width, back.Height));
        Assert.Equal(image.Pixels, back.Pixels);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    public void Lossy_formats_come_back_nearly_the_same(ImageFormat format)
    {
        RgbImage image = TestImages.Smooth(64, 48);
        byte[] encoded = ImageCodec.Encode(image, format, 95);
        RgbImage back = ImageCodec.Decode(encoded, "image");
        Assert.Equal(new ImageInfo(64, 48, format, 1), ImageCodec.Probe(encoded, "image"));
        Assert.InRange(MeanDifference(image.Pixels, back.Pixels), 0.0, 4.0);
    }

    [Fact]
    public void Pixels_for_networks_from_Caffe_are_blue_green_and_red_less_their_means()
    {
        RgbImage image = new(2, 1, [10, 20, 30, 255, 0, 104]);
        float[] expected = [30 - 104, 104 - 104, 20 - 117, 0 - 117, 10 - 128, 255 - 128], rendered = new float[6], decoded = new float[6];
        ImageCodec.Render(image, ImageView.Whole(2, 1), Normalization.Caffe, rendered);
        Assert.True(ImageCodec.TryRender(ImageCodec.Encode(image, ImageFormat.Png), ImageView.Whole(2, 1), Normalization.Caffe, decoded, out _));
        Assert.Equal(expected, rendered.Select(value => MathF.Round(value, 3)));
        Assert.Equal(rendered, decoded);
        Assert.NotEqual(Normalization.Caffe, new Normalization(Normalization.Caffe.Mean, Normalization.Caffe.Std));
        Assert.EndsWith(", blue first", Normalization.Caffe.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tiff_and_gif_are_read()
    {
        RgbImage image = TestImages.Noise(9, 7, 2);
        Assert.Equal(image.Pixels, ImageCodec.Decode(TestImages.Tiff(image), "image").Pixels);
        Assert.Equal([255, 0, 0], ImageCodec.Decode(TestImages.RedGif(), "image").Pixels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Exif_orientation_is_applied(int orientation)
    {
        byte[] jpeg = TestImages.Jpeg(40, 24);
        RgbImage stored = ImageCodec.Decode(jpeg, "image");
        foreach (bool littleEndian in new[] { true, false })
        {
            byte[] turned = TestImages.WithOrientation(jpeg, orientation, littleEndian);
            RgbImage shown = ImageCodec.Decode(turned, "image");
            Assert.Equal(orientation >= 5 ? (24, 40) : (40, 24), (shown.Width, shown.Height));
            Assert.Equal(Turn(stored, orientation).Pixels, shown.Pixels);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(8)]
    public void A_part_of_a_turned_image_is_that_part_of_the_shown_image(int orientation)
    {
        byte[] turned = TestImages.WithOrientation(TestImages.Jpeg(60, 44), orientation);
        RgbImage shown = ImageCodec.Decode(turned, "image");
        foreach (bool flip in new[] { false, true })
        {
            ImageView view = new(7.5, 5, 30, 28.5, 16, 12, flip);
            float[] direct = new float[3 * 16 * 12], throughPixels = new float[3 * 16 * 12];
            Assert.True(ImageCodec.TryRender(turned, view, Normalization.ImageNet, direct, out _));
            ImageCodec.Render(shown, view, Normalization.ImageNet, throughPixels);
            for (int i = 0; i < direct.Length; i++)
            {
                Assert.Equal(throughPixels[i], direct[i], 1e-4f);
            }
        }
    }

    [Fact]
    public void A_cut_of_a_jpeg_has_exactly_the_pixels_of_the_whole()
    {
        byte[] jpeg = ImageCodec.Encode(TestImages.Noise(213, 157, 3), ImageFormat.Jpeg, 80);
        RgbImage whole = ImageCodec.Decode(jpeg, "image");
        Random random = new(4);
        for (int round = 0; round < 100; round++)
        {
            int width = random.Next(1, 214), height = random.Next(1, 158);
            int x = random.Next(0, 214 - width), y = random.Next(0, 158 - height);
            Assert.True(ImageCodec.TryRender(jpeg, new ImageView(x, y, width, height, width, height), out RgbImage? cut, out ImageProblem problem), problem.Message);
            for (int row = 0; row < height; row++)
            {
                Assert.Equal(whole.Pixels.AsSpan(3 * (((y + row) * 213) + x), 3 * width), cut.Pixels.AsSpan(3 * row * width, 3 * width));
            }
        }
    }

    [Theory]
    [InlineData(100, 80, 3, 2, 90, 70, 41, 37)]
    [InlineData(30, 40, 1.25, 2.5, 20, 30.5, 64, 50)]
    [InlineData(17, 19, 0, 0, 17, 19, 17, 19)]
    [InlineData(5, 5, 4, 4, 1, 1, 3, 3)]
    public void Resampling_agrees_with_the_plain_double_loop(int width, int height, double x, double y, double boxWidth, double boxHeight, int outWidth, int outHeight)
    {
        RgbImage image = TestImages.Noise(width, height, 5);
        foreach (bool flip in new[] { false, true })
        {
            ImageView view = new(x, y, boxWidth, boxHeight, outWidth, outHeight, flip);
            float[] output = new float[3 * outWidth * outHeight];
            ImageCodec.Render(image, view, Normalization.None, output);
            double[] expected = Oracle(image, view);
            for (int i = 0; i < output.Length; i++)
            {
                Assert.Equal(expected[i] / 255, output[i], 1e-5);
            }
            byte[] bytes = ImageCodec.Render(image, view).Pixels;
            int plane = outWidth * outHeight;
            for (int i = 0; i < plane * 3; i++)
            {
                Assert.InRange(bytes[i] - expected[((i % 3) * plane) + (i / 3)], -0.501, 0.501);
            }
        }
    }

    [Fact]
    public void Normalisation_subtracts_the_mean_and_divides_by_the_deviation()
    {
        RgbImage image = new(1, 1, [255, 0, 51]);
        float[] output = new float[3];
        ImageCodec.Render(image, ImageView.Whole(1, 1), new Normalization([0.5f, 0.25f, 0.1f], [0.5f, 0.25f, 0.2f]), output);
        Assert.Equal([1f, -1f, 0.5f], output.Select(value => MathF.Round(value, 5)));
    }

    [Fact]
    public void Grey_alpha_and_sixteen_bits_become_rgb_bytes()
    {
        Assert.Equal([7, 7, 7, 200, 200, 200], ImageCodec.Decode(TestImages.RawPng(2, 1, 8, 0, [7, 200]), "grey").Pixels);
        Assert.Equal([0x12, 0x56, 0x9A], ImageCodec.Decode(TestImages.RawPng(1, 1, 16, 2, [0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC]), "rgb16").Pixels);
        Assert.Equal([255, 255, 255, 10, 20, 30], ImageCodec.Decode(TestImages.RawPng(2, 1, 8, 6, [10, 20, 30, 0, 10, 20, 30, 255]), "rgba").Pixels);
        Assert.Equal([255, 255, 255, 9, 9, 9], ImageCodec.Decode(TestImages.RawPng(2, 1, 8, 4, [9, 0, 9, 255]), "grey alpha").Pixels);
        byte[] rgba16 = ImageCodec.Decode(TestImages.RawPng(2, 1, 16, 6, [1, 0, 2, 0, 3, 0, 0, 0, 64, 0, 128, 0, 32, 0, 255, 255]), "rgba16").Pixels;
        Assert.Equal([255, 255, 255, 64, 128, 32], rgba16);
        Assert.Equal([255, 255, 255, 0, 0, 0], ImageCodec.Decode(TestImages.RawPng(2, 1, 1, 0, [0b1000_0000]), "one bit").Pixels);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg, 1000, 700, 100)]
    [InlineData(ImageFormat.Png, 1000, 700, 100)]
    [InlineData(ImageFormat.WebP, 500, 900, 60)]
    [InlineData(ImageFormat.Jpeg, 20, 30, 100)]
    public void Thumbnails_look_like_the_image_and_never_grow(ImageFormat format, int width, int height, int maxSide)
    {
        byte[] encoded = ImageCodec.Encode(TestImages.Smooth(width, height), format, 95);
        RgbImage small = ImageCodec.Thumbnail(encoded, maxSide, "image");
        Assert.Equal(Math.Min(maxSide, Math.Max(width, height)), Math.Max(small.Width, small.Height));
        RgbImage expected = ImageCodec.Render(ImageCodec.Decode(encoded, "image"), new(0, 0, width, height, small.Width, small.Height));
        Assert.InRange(MeanDifference(expected.Pixels, small.Pixels), 0.0, 2.0);
    }

    [Fact]
    public void An_empty_file_is_named_as_such()
    {
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => ImageCodec.Decode([], "a/b.jpg"));
        Assert.Equal("a/b.jpg: the file is empty (0 bytes). Copy the file again from its source, or remove it.", exception.Message);
    }

    [Fact]
    public void Text_is_not_an_image_whatever_its_name()
    {
        Assert.False(ImageCodec.TryDecode("path,label\n"u8, out _, out ImageProblem problem));
        Assert.Equal(ImageFault.Unknown, problem.Fault);
        Assert.Contains("not an image by its content", problem.Describe("a.jpg"));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    public void A_cut_off_file_is_damaged_and_never_half_an_image(double part)
    {
        foreach (ImageFormat format in new[] { ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.WebP })
        {
            byte[] encoded = ImageCodec.Encode(TestImages.Noise(120, 90, 6), format, 90);
            Assert.False(ImageCodec.TryDecode(encoded.AsSpan(0, (int)(part * encoded.Length)), out _, out ImageProblem problem), format.ToString());
            Assert.Equal(ImageFault.Damaged, problem.Fault);
            Assert.DoesNotContain('\n', problem.Message);
        }
    }

    [Fact]
    public void A_cut_off_jpeg_is_damaged_even_where_the_wanted_part_is_whole()
    {
        byte[] encoded = ImageCodec.Encode(TestImages.Noise(120, 90, 6), ImageFormat.Jpeg, 90);
        float[] output = new float[3 * 8 * 8];
        Assert.False(ImageCodec.TryRender(encoded.AsSpan(0, encoded.Length * 9 / 10), new ImageView(0, 0, 8, 8, 8, 8), Normalization.None, output, out ImageProblem problem));
        Assert.Equal(ImageFault.Damaged, problem.Fault);
    }

    [Fact]
    public void Bombs_are_refused_by_their_header_without_memory()
    {
        byte[][] bombs = [TestImages.WithJpegSize(TestImages.Jpeg(), 50_000, 50_000), TestImages.RawPng(50_000, 50_000, 8, 2, [])];
        long before = PeakMemory();
        foreach (byte[] bomb in bombs)
        {
            Assert.Equal((50_000, 50_000), (ImageCodec.Probe(bomb, "bomb").Width, ImageCodec.Probe(bomb, "bomb").Height));
            Assert.False(ImageCodec.TryDecode(bomb, out _, out ImageProblem decoded));
            Assert.False(ImageCodec.TryRender(bomb, new ImageView(0, 0, 50_000, 50_000, 8, 8), out _, out ImageProblem rendered));
            Assert.Equal((ImageFault.TooLarge, ImageFault.TooLarge), (decoded.Fault, rendered.Fault));
            Assert.Equal("50000 x 50000 pixels are over the limit of 100000000", decoded.Message);
            Assert.Contains("over the limit", Assert.Throws<InvalidDataException>(() => ImageCodec.Thumbnail(bomb, 100, "bomb")).Message);
        }
        Assert.InRange(PeakMemory() - before, 0, 64L << 20);
    }

    [Fact]
    public void A_box_outside_the_image_is_the_callers_fault()
    {
        RgbImage image = TestImages.Smooth(8, 8);
        Assert.Throws<ArgumentException>(() => ImageCodec.Render(image, new(4, 0, 8, 8, 4, 4)));
        Assert.False(ImageCodec.TryRender(TestImages.Jpeg(8, 8), new ImageView(-1, 0, 8, 8, 4, 4), out _, out ImageProblem problem));
        Assert.Equal(ImageFault.Argument, problem.Fault);
    }

    [Fact]
    public void Damaged_bytes_never_crash_and_give_the_same_answer_twice()
    {
        Random random = new(7);
        foreach (ImageFormat format in new[] { ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.WebP })
        {
            byte[] encoded = ImageCodec.Encode(TestImages.Noise(50, 40, 8), format, 75);
            for (int round = 0; round < 100; round++)
            {
                byte[] copy = [.. encoded];
                for (int k = 0; k < 3; k++)
                {
                    copy[random.Next(copy.Length)] = (byte)random.Next(256);
                }
                bool first = ImageCodec.TryDecode(copy, out RgbImage? a, out ImageProblem problem, 1_000_000);
                bool second = ImageCodec.TryDecode(copy, out RgbImage? b, out _, 1_000_000);
                Assert.Equal(first, second);
                Assert.True(first ? a!.Pixels.AsSpan().SequenceEqual(b!.Pixels) : problem.Message.Length > 0);
            }
        }
    }

    [Fact]
    public void Versions_name_both_libraries() => Assert.Matches(@"^libvips \d+\.\d+\.\d+, libjpeg-turbo \d+\.\d+", ImageCodec.Versions());

    private static long PeakMemory() => System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64;

    private static double MeanDifference(byte[] a, byte[] b) => a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Average();

    private static RgbImage Turn(RgbImage image, int orientation)
    {
        int width = orientation >= 5 ? image.Height : image.Width, height = orientation >= 5 ? image.Width : image.Height;
        byte[] pixels = new byte[image.Pixels.Length];
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                int mirroredX = image.Width - 1 - x, mirroredY = image.Height - 1 - y;
                (int toX, int toY) = orientation switch
                {
                    2 => (mirroredX, y),
                    3 => (mirroredX, mirroredY),
                    4 => (x, mirroredY),
                    5 => (y, x),
                    6 => (mirroredY, x),
                    7 => (mirroredY, mirroredX),
                    8 => (y, mirroredX),
                    _ => (x, y),
                };
                image.Pixels.AsSpan(3 * ((y * image.Width) + x), 3).CopyTo(pixels.AsSpan(3 * ((toY * width) + toX)));
            }
        }
        return new(width, height, pixels);
    }

    private static double[] Oracle(RgbImage image, ImageView view)
    {
        double[] output = new double[3 * view.OutWidth * view.OutHeight];
        for (int j = 0; j < view.OutHeight; j++)
        {
            for (int i = 0; i < view.OutWidth; i++)
            {
                int column = view.Flip ? view.OutWidth - 1 - i : i;
                double[] across = Weights(view.X, view.Width, view.OutWidth, image.Width, column), down = Weights(view.Y, view.Height, view.OutHeight, image.Height, j);
                for (int c = 0; c < 3; c++)
                {
                    double sum = 0;
                    for (int y = 0; y < image.Height; y++)
                    {
                        for (int x = 0; x < image.Width; x++)
                        {
                            sum += across[x] * down[y] * image.Pixels[(3 * ((y * image.Width) + x)) + c];
                        }
                    }
                    output[(((c * view.OutHeight) + j) * view.OutWidth) + i] = sum;
                }
            }
        }
        return output;
    }

    /// <summary>The weight of every input pixel for one output pixel: a triangle over pixel centres, cut to the image and normalised.</summary>
    private static double[] Weights(double start, double length, int outCount, int inCount, int index)
    {
        double scale = length / outCount, support = Math.Max(1, scale), centre = start + ((index + 0.5) * scale);
        double[] weights = [.. Enumerable.Range(0, inCount).Select(k => Math.Max(0, 1 - Math.Abs((k + 0.5 - centre) / support)))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
