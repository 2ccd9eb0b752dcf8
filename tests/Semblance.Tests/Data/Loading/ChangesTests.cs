using Semblance.Data.Loading;
using Semblance.Data.Loading.Changes;
using Xunit;

namespace Semblance.Tests.Data.Loading;

/// <summary>Changes of pixels that published recipes are composed of, on images small enough to work out by hand.</summary>
public sealed class ChangesTests
{
    private const int Size = 12;

    [Fact]
    public void Grey_takes_the_colours_out()
    {
        float[] values = [1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1];
        Grayscale.Apply(new(values, 2));

        float[] expected = [0.299f, 0.587f, 0.114f, 1];
        Assert.All(Enumerable.Range(0, 12), at => Assert.Equal(expected[at % 4], values[at], 1e-6f));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.7)]
    [InlineData(2)]
    public void A_blur_is_the_sum_over_a_Gaussian(double sigma)
    {
        float[] values = Picture(1), before = [.. values];
        GaussianBlur.Apply(new(values, Size), sigma);

        int reach = (int)Math.Ceiling(3 * sigma);
        for (int channel = 0; channel < 3; channel++)
        {
            for (int y = 0; y < Size; y++)
            {
                for (int x = 0; x < Size; x++)
                {
                    double sum = 0, all = 0;
                    for (int dy = -reach; dy <= reach; dy++)
                    {
                        for (int dx = -reach; dx <= reach; dx++)
                        {
                            double weight = Math.Exp(-((dx * dx) + (dy * dy)) / (2 * sigma * sigma));
                            sum += weight * before[(channel * Size * Size) + (Math.Clamp(y + dy, 0, Size - 1) * Size) + Math.Clamp(x + dx, 0, Size - 1)];
                            all += weight;
                        }
                    }
                    Assert.Equal(sum / all, values[(channel * Size * Size) + (y * Size) + x], 1e-5);
                }
            }
        }
    }

    [Fact]
    public void Cutout_blackens_a_square_that_may_reach_over_the_edge()
    {
        SeededRandom random = new(4);
        HashSet<int> sizes = [];
        for (int round = 0; round < 300; round++)
        {
            float[] values = [.. Enumerable.Repeat(1f, 3 * Size * Size)];
            Cutout.Apply(new(values, Size), 1, 4, ref random);
            int[] black = [.. Enumerable.Range(0, Size * Size).Where(at => values[at] == 0)];
            int rows = black.Select(at => at / Size).Distinct().Count(), columns = black.Select(at => at % Size).Distinct().Count();
            Assert.Equal(black.Length, rows * columns);
            Assert.All(black, at => Assert.Equal(0, values[at + (2 * Size * Size)]));
            Assert.Equal(3 * black.Length, values.Count(value => value == 0));
            sizes.Add(black.Length);
        }
        Assert.Equal((4, 16), (sizes.Min(), sizes.Max()));
        float[] nothing = Picture(2), all = Picture(2);
        Cutout.Apply(new(nothing, Size), 0, 4, ref random);
        Assert.Equal(Picture(2), nothing);
        Cutout.Apply(new(all, Size), 3, 100, ref random);
        Assert.All(all, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Tones_are_those_of_the_image_libraries()
    {
        Assert.Equal([0.75f, 0, 1], On([0.25f, 1, 0], Tones.Invert));
        Assert.Equal([0.25f, 0, 0.4f], On([0.25f, 1, 0.6f], image => Tones.Solarize(image, 128)), Near);
        Assert.Equal([0xA0 / 255f, 0xE0 / 255f, 0], On([0xBF / 255f, 1, 0x1F / 255f], image => Tones.Posterize(image, 3)), Near);
        Assert.Equal([0.375f, 1, 0], On([0.25f, 0.9f, 0], image => Tones.Brightness(image, 1.5f)), Near);
        // One pixel is its own mean grey.
        float grey = (0.299f * 0.2f) + (0.587f * 0.4f) + (0.114f * 0.6f);
        Assert.Equal([grey, grey, grey], On([0.2f, 0.4f, 0.6f], image => Tones.Colour(image, 0)), Near);
        Assert.Equal([(2 * 0.2f) - grey, (2 * 0.4f) - grey, (2 * 0.6f) - grey], On([0.2f, 0.4f, 0.6f], image => Tones.Contrast(image, 2)), Near);
    }

    [Fact]
    public void Sharpness_goes_from_the_mean_of_the_neighbours_outwards_and_leaves_the_border()
    {
        float[] values = new float[27];
        values[4] = 1;
        Tones.Sharpness(new(values, 3), 0);
        Assert.Equal(5 / 13f, values[4], 1e-6f);
        Assert.All(Enumerable.Range(0, 27).Where(at => at != 4), at => Assert.Equal(0, values[at]));
    }

    [Fact]
    public void Auto_contrast_and_equalisation_use_the_whole_range()
    {
        float[] values = [0.25f, 0.5f, 0.5f, 0.75f, 0.3f, 0.3f, 0.3f, 0.3f, 0, 1, 0.2f, 0.4f];
        Tones.AutoContrast(new(values, 2));
        Assert.Equal([0, 0.5f, 0.5f, 1, 0.3f, 0.3f, 0.3f, 0.3f, 0, 1, 0.2f, 0.4f], values, Near);

        // 32 x 32 pixels in two tones: 512 of 100 and 512 of 101. Half a step of 2 below the first, 513 pixels below the second.
        float[] two = [.. Enumerable.Range(0, 3 * 1024).Select(at => (at % 1024 < 512 ? 100 : 101) / 255f)];
        Tones.Equalize(new(two, 32));
        Assert.All(Enumerable.Range(0, 3 * 1024), at => Assert.Equal(at % 1024 < 512 ? 0 : 255, MathF.Round(two[at] * 255)));
        float[] flat = [.. Enumerable.Repeat(0.4f, 3 * 1024)];
        Tones.Equalize(new(flat, 32));
        Assert.All(flat, value => Assert.Equal(0.4f, value));
    }

    [Fact]
    public void Shifts_and_shears_move_by_whole_pixels_and_bring_in_grey()
    {
        float[] values = Picture(3), before = [.. values];
        Geometry.TranslateX(new(values, Size), 2.0 / Size);
        Assert.All(Enumerable.Range(0, values.Length), at => Assert.Equal(at % Size < Size - 2 ? before[at + 2] : 128 / 255f, values[at]));

        values = [.. before];
        Geometry.TranslateY(new(values, Size), -1.0 / Size);
        Assert.All(Enumerable.Range(0, values.Length), at => Assert.Equal(at / Size % Size > 0 ? before[at - Size] : 128 / 255f, values[at]));

        values = [.. before];
        Geometry.ShearX(new(values, Size), 0.5);
        for (int y = 0; y < Size; y++)
        {
            int moved = (int)Math.Floor((0.5 * (y + 0.5)) + 0.5);
            Assert.Equal(before.AsSpan((y * Size) + moved, Size - moved).ToArray(), values.AsSpan(y * Size, Size - moved).ToArray());
        }

        // A shear of columns is one of rows of the image turned over its diagonal.
        float[] turned = Diagonal(before);
        Geometry.ShearY(new(turned, Size), 0.5);
        Assert.Equal(Diagonal(values), turned);
    }

    [Fact]
    public void A_quarter_turn_puts_every_pixel_in_its_place()
    {
        float[] values = Picture(4), before = [.. values];
        Geometry.Rotate(new(values, Size), 90);

        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                Assert.Equal(before[(x * Size) + (Size - 1 - y)], values[(y * Size) + x]);
            }
        }
    }

    [Fact]
    public void Without_strength_nothing_changes()
    {
        foreach (PolicyOperation operation in Enum.GetValues<PolicyOperation>().Except([PolicyOperation.AutoContrast, PolicyOperation.Invert, PolicyOperation.Equalize]))
        {
            float[] values = Picture(5);
            SeededRandom random = new(1);
            PolicyOperations.Apply(new(values, Size), operation, 0, ref random);
            Assert.All(values.Zip(Picture(5)), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        }
    }

    [Fact]
    public void Every_operation_at_full_strength_changes_the_image_and_stays_in_range()
    {
        foreach (PolicyOperation operation in Enum.GetValues<PolicyOperation>().Except([PolicyOperation.Identity]))
        {
            float[] values = [.. Picture(6).Select(value => (0.7f * value) + 0.1f)], before = [.. values];
            SeededRandom random = new(1);
            PolicyOperations.Apply(new(values, Size), operation, 1, ref random);
            Assert.All(values, value => Assert.InRange(value, 0, 1));
            if (operation != PolicyOperation.Equalize)
            {
                Assert.NotEqual(before, values);
            }
        }
    }

    [Fact]
    public void Policies_are_decided_by_the_seed()
    {
        float[] Run(Augmentation augmentation, int seed)
        {
            float[] values = Picture(7);
            SeededRandom random = new(seed);
            augmentation.ChangePixels(values, Size, ref random);
            return values;
        }

        foreach (Augmentation policy in new[] { new Augmentation { AutoAugment = true }, new Augmentation { RandAugment = new() { Deviation = 0.5 } } })
        {
            float[][] results = [.. Enumerable.Range(0, 60).Select(seed => Run(policy, seed))];
            Assert.Equal(results[7], Run(policy, 7));
            Assert.All(results, values => Assert.All(values, value => Assert.InRange(value, 0, 1)));
            Assert.True(results.Select(values => string.Join(' ', values)).Distinct().Count() > 15);
        }
        Assert.Equal(Picture(7), Run(new() { RandAugment = new() { Probability = 0 } }, 1));
        Assert.Equal(Picture(7), Run(new(), 1));
    }

    [Fact]
    public void Probabilities_say_how_often()
    {
        Augmentation augmentation = new() { GreyProbability = 0.2, BlurProbability = 0.5, MinBlur = 1, MaxBlur = 1 };
        int grey = 0, blurred = 0;
        SeededRandom random = new(3);
        float roughness = Roughness(Picture(8));
        for (int round = 0; round < 1000; round++)
        {
            float[] values = Picture(8);
            augmentation.ChangePixels(values, Size, ref random);
            grey += values[0] == values[Size * Size] && values[5] == values[(2 * Size * Size) + 5] ? 1 : 0;
            blurred += Roughness(values) < 0.5f * roughness ? 1 : 0;
        }
        Assert.InRange(grey, 160, 240);
        Assert.InRange(blurred, 450, 550);
    }

    [Theory]
    [InlineData(nameof(Augmentation.GreyProbability), 1.1)]
    [InlineData(nameof(Augmentation.BlurProbability), -0.1)]
    [InlineData(nameof(Augmentation.MinBlur), 0)]
    [InlineData(nameof(RandAugmentOptions.Magnitude), 11)]
    [InlineData(nameof(RandAugmentOptions.Deviation), -1)]
    public void A_setting_outside_its_range_fails_where_it_is_written(string name, double value) =>
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(object? () => name switch
        {
            nameof(Augmentation.GreyProbability) => new Augmentation { GreyProbability = value },
            nameof(Augmentation.BlurProbability) => new Augmentation { BlurProbability = value },
            nameof(Augmentation.MinBlur) => new Augmentation { MinBlur = value },
            nameof(RandAugmentOptions.Magnitude) => new RandAugmentOptions { Magnitude = value },
            _ => new RandAugmentOptions { Deviation = value },
        }).ParamName);

    private static float Roughness(float[] values) => Enumerable.Range(0, Size - 1).Sum(x => Math.Abs(values[(5 * Size) + x + 1] - values[(5 * Size) + x]));

    private static float[] On(float[] colour, Change change)
    {
        float[] values = [.. colour];
        change(new(values, 1));
        return values;
    }

    private delegate void Change(Planes image);

    private static bool Near(float expected, float found) => Math.Abs(expected - found) < 1e-5f;

    private static float[] Picture(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, 3 * Size * Size).Select(_ => random.Next(256) / 255f)];
    }

    private static float[] Diagonal(float[] values) =>
        [.. Enumerable.Range(0, values.Length).Select(at => values[(at / (Size * Size) * Size * Size) + (at % Size * Size) + (at / Size % Size)])];
}
