using Semblance.Data.Loading;
using Semblance.Tensors.Images;
using Semblance.Tests.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Data;

public sealed class AugmentationTests
{
    [Fact]
    public void Random_parts_lie_inside_and_have_the_asked_area_and_shape()
    {
        Augmentation augmentation = new() { RandomResizedCrop = true, MinScale = 0.2, MaxScale = 0.5 };
        SeededRandom random = new(1);
        double least = 1, most = 0;
        for (int round = 0; round < 2000; round++)
        {
            ImageView view = augmentation.RandomView(200, 150, 64, ref random);
            double area = view.Width * view.Height / (200 * 150);
            Assert.InRange(area, 0.19, 0.51);
            Assert.InRange(view.Width / view.Height, 0.74, 1.35);
            Assert.True(view.X >= 0 && view.Y >= 0 && view.X + view.Width <= 200 && view.Y + view.Height <= 150);
            (least, most) = (Math.Min(least, area), Math.Max(most, area));
        }
        Assert.InRange(least, 0.19, 0.22);
        Assert.InRange(most, 0.48, 0.51);
    }

    [Fact]
    public void Where_no_random_part_fits_the_centre_of_an_allowed_shape_is_taken()
    {
        SeededRandom random = new(1);
        ImageView view = new Augmentation { RandomResizedCrop = true, MinScale = 1 }.RandomView(1000, 10, 64, ref random);
        Assert.Equal(10, view.Height, 9);
        Assert.Equal(4.0 / 3, view.Width / view.Height, 9);
    }

    [Fact]
    public void A_shift_brings_in_black()
    {
        float[] planes = [.. Enumerable.Range(1, 27).Select(value => (float)value)];
        SampleReader.Shift(planes, 3, 1, -1);
        Assert.Equal([0, 4, 5, 0, 7, 8, 0, 0, 0, 0, 13, 14, 0, 16, 17, 0, 0, 0, 0, 22, 23, 0, 25, 26, 0, 0, 0], planes);
        SampleReader.Shift(planes, 3, 5, 0);
        Assert.All(planes, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Changing_nothing_is_normalisation_alone()
    {
        float[] planes = Planes(), expected = Planes(Normalization.ImageNet);
        ColourChange.None.Apply(planes, Normalization.ImageNet);
        Assert.All(planes.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
    }

    [Fact]
    public void Colours_change_as_red_green_and_blue_and_are_put_in_order_afterwards()
    {
        float[] planes = [1, 0, 0.5f, 0.5f, 0, 1];
        ColourChange.None.Apply(planes, Normalization.Caffe);
        Assert.Equal([-104f, 151, 10.5f, 10.5f, 127, -128], planes.Select(value => MathF.Round(value, 3)));
    }

    [Fact]
    public void Grey_stays_grey_under_saturation_and_hue()
    {
        float[] planes = [.. Enumerable.Repeat(0.25f, 20), .. Enumerable.Repeat(0.25f, 20), .. Enumerable.Repeat(0.25f, 20)];
        SeededRandom random = new(2);
        ColourChange.Random(new() { Saturation = 0.9, Hue = 0.5 }, planes, ref random).Apply(planes, Normalization.None);
        Assert.All(planes, value => Assert.Equal(0.25f, value, 1e-3f));
    }

    [Fact]
    public void Brightness_scales_within_its_bounds()
    {
        SeededRandom random = new(3);
        for (int round = 0; round < 200; round++)
        {
            float[] planes = [.. Enumerable.Repeat(0.5f, 12)];
            ColourChange.Random(new() { Brightness = 0.4 }, planes, ref random).Apply(planes, Normalization.None);
            Assert.All(planes, value => Assert.InRange(value, 0.299f, 0.701f));
            Assert.All(planes, value => Assert.Equal(planes[0], value, 1e-6f));
        }
    }

    [Fact]
    public void Contrast_keeps_the_mean_grey()
    {
        float[] planes = Planes();
        SeededRandom random = new(4);
        double before = Grey(planes);
        ColourChange.Random(new() { Contrast = 0.3 }, planes, ref random).Apply(planes, Normalization.None);
        Assert.Equal(before, Grey(planes), 0.02);
        Assert.NotEqual(Planes(), planes);
    }

    [Fact]
    public void Values_stay_in_range_whatever_is_drawn()
    {
        SeededRandom random = new(5);
        for (int round = 0; round < 50; round++)
        {
            float[] planes = Planes();
            ColourChange.Random(new() { Brightness = 1, Contrast = 1, Saturation = 1, Hue = 0.5 }, planes, ref random).Apply(planes, Normalization.None);
            Assert.All(planes, value => Assert.InRange(value, 0f, 1f));
        }
    }

    [Theory]
    [InlineData(nameof(Augmentation.MinScale), 0.0)]
    [InlineData(nameof(Augmentation.Hue), 0.6)]
    [InlineData(nameof(Augmentation.FlipProbability), double.NaN)]
    public void A_setting_outside_its_range_fails_where_it_is_written(string name, double value)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => name switch
        {
            nameof(Augmentation.MinScale) => new Augmentation { MinScale = value },
            nameof(Augmentation.Hue) => new Augmentation { Hue = value },
            _ => new Augmentation { FlipProbability = value },
        });
        Assert.Equal(name, exception.ParamName);
    }

    private static double Grey(float[] planes) => Enumerable.Range(0, planes.Length / 3)
        .Average(i => (0.299 * planes[i]) + (0.587 * planes[(planes.Length / 3) + i]) + (0.114 * planes[(2 * planes.Length / 3) + i]));

    private static float[] Planes(Normalization? normalization = null)
    {
        float[] planes = new float[3 * 15 * 11];
        RgbImage image = TestImages.Smooth(15, 11);
        ImageCodec.Render(image, ImageView.Whole(15, 11), normalization ?? Normalization.None, planes);
        return planes;
    }

}
