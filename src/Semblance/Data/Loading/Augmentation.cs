using System.Runtime.CompilerServices;
using Semblance.Data.Loading.Changes;
using Semblance.Tensors.Images;

namespace Semblance.Data.Loading;

/// <summary>Random changes of a training image. The defaults change nothing.</summary>
public sealed record Augmentation
{
    /// <summary>Cut out a part of random size and shape and resize it (Szegedy et al., CVPR 2015); otherwise the centre is taken.</summary>
    public bool RandomResizedCrop { get; init; }

    /// <summary>Smallest part of the area that a random crop takes; above 0.</summary>
    public double MinScale { get; init => field = Within(value, 1e-6, 1); } = 0.08;

    /// <summary>Largest part of the area that a random crop takes; at most 1.</summary>
    public double MaxScale { get; init => field = Within(value, 1e-6, 1); } = 1;

    /// <summary>Tallest shape of a random crop, width over height; not above <see cref="MaxAspect"/>.</summary>
    public double MinAspect { get; init => field = Within(value, 0.01, 100); } = 3.0 / 4;

    /// <summary>Widest shape of a random crop, width over height.</summary>
    public double MaxAspect { get; init => field = Within(value, 0.01, 100); } = 4.0 / 3;

    /// <summary>How often left and right are swapped, 0 to 1.</summary>
    public double FlipProbability { get; init => field = Within(value, 0, 1); }

    /// <summary>Pixels of black added on every side before a part of the original size is cut out at random; for small images.</summary>
    public int Pad { get; init => field = ImageTransform.AtLeast(value, 0); }

    /// <summary>Brightness is multiplied by 1 - this to 1 + this.</summary>
    public double Brightness { get; init => field = Within(value, 0, 1); }

    /// <summary>Contrast around the mean grey is multiplied by 1 - this to 1 + this.</summary>
    public double Contrast { get; init => field = Within(value, 0, 1); }

    /// <summary>Saturation is multiplied by 1 - this to 1 + this.</summary>
    public double Saturation { get; init => field = Within(value, 0, 1); }

    /// <summary>Colours are turned about the grey axis by up to this part of a circle, 0 to 0.5.</summary>
    public double Hue { get; init => field = Within(value, 0, 0.5); }

    /// <summary>How often the colours are changed at all, 0 to 1.</summary>
    public double ColourProbability { get; init => field = Within(value, 0, 1); } = 1;

    /// <summary>Whether the policy is applied that AutoAugment found for CIFAR-10 (Cubuk et al., CVPR 2019); after the colours.</summary>
    public bool AutoAugment { get; init; }

    /// <summary>RandAugment, after the colours; null for none.</summary>
    public RandAugmentOptions? RandAugment { get; init; }

    /// <summary>How often the colours are taken out, 0 to 1.</summary>
    public double GreyProbability { get; init => field = Within(value, 0, 1); }

    /// <summary>How often the image is blurred, 0 to 1.</summary>
    public double BlurProbability { get; init => field = Within(value, 0, 1); }

    /// <summary>The smallest deviation of the blur, in pixels of the result; above 0.</summary>
    public double MinBlur { get; init => field = Within(value, 1e-3, 100); } = 0.1;

    /// <summary>The largest deviation of the blur.</summary>
    public double MaxBlur { get; init => field = Within(value, 1e-3, 100); } = 2;

    /// <summary>Black squares that are put into the image at the end; 0 for none.</summary>
    public int CutoutHoles { get; init => field = ImageTransform.AtLeast(value, 0); }

    /// <summary>Pixels of their sides.</summary>
    public int CutoutSide { get; init => field = ImageTransform.AtLeast(value, 1); } = 16;

    internal bool ChangesPixels => AutoAugment || RandAugment is not null || GreyProbability > 0 || BlurProbability > 0 || CutoutHoles > 0;

    internal bool ChangesColours => (Brightness > 0 || Contrast > 0 || Saturation > 0 || Hue > 0) && ColourProbability > 0;

    /// <summary>A random part of an image.</summary>
    /// <remarks>Ten tries of a random area and shape; if none fits, the largest centred part of an allowed shape.</remarks>
    internal ImageView RandomView(int width, int height, int size, ref SeededRandom random)
    {
        for (int attempt = 0; attempt < 10; attempt++)
        {
            double area = random.Between(MinScale, Math.Max(MinScale, MaxScale)) * width * height;
            double aspect = Math.Exp(random.Between(Math.Log(MinAspect), Math.Log(Math.Max(MinAspect, MaxAspect))));
            int cutWidth = (int)Math.Round(Math.Sqrt(area * aspect)), cutHeight = (int)Math.Round(Math.Sqrt(area / aspect));
            if (cutWidth >= 1 && cutHeight >= 1 && cutWidth <= width && cutHeight <= height)
            {
                int left = random.Below(width - cutWidth + 1), top = random.Below(height - cutHeight + 1);
                return new(left, top, cutWidth, cutHeight, size, size);
            }
        }
        double widest = Math.Min(width, height * MaxAspect), tallest = Math.Min(height, width / MinAspect);
        return new((width - widest) / 2, (height - tallest) / 2, widest, tallest, size, size);
    }

    /// <summary>What comes after the colours, on values in [0, 1]: policy, grey, blur, black squares.</summary>
    internal void ChangePixels(Span<float> values, int size, ref SeededRandom random)
    {
        Planes image = new(values, size);
        if (AutoAugment)
        {
            Changes.AutoAugment.Apply(image, ref random);
        }
        if (RandAugment is { } options)
        {
            Changes.RandAugment.Apply(image, options, ref random);
        }
        if (GreyProbability > 0 && random.NextDouble() < GreyProbability)
        {
            Grayscale.Apply(image);
        }
        if (BlurProbability > 0 && random.NextDouble() < BlurProbability)
        {
            GaussianBlur.Apply(image, random.Between(MinBlur, Math.Max(MinBlur, MaxBlur)));
        }
        Cutout.Apply(image, CutoutHoles, CutoutSide, ref random);
    }

    private static double Within(double value, double low, double high, [CallerMemberName] string name = "") => value >= low && value <= high ? value
        : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} must lie between {low} and {high}."));
}
