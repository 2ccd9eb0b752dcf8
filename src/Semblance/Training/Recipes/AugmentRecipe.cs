using Semblance.Data.Loading;

namespace Semblance.Training;

/// <summary>A policy of changes that somebody found by search.</summary>
public enum AugmentPolicy
{
    /// <summary>None.</summary>
    None,

    /// <summary>The one that AutoAugment found for CIFAR-10.</summary>
    Cifar10,
}

/// <summary>How training images are varied; what is not named is not done.</summary>
public sealed record AugmentRecipe
{
    /// <summary>A crop of random area and shape, resized to the input; null for none.</summary>
    public RandomResizedCropRecipe? RandomResizedCrop { get; init; }

    /// <summary>Whether half of the images are mirrored, left to right.</summary>
    public bool Flip { get; init; }

    /// <summary>How much colours change.</summary>
    public JitterRecipe Jitter { get; init; } = new();

    /// <summary>Pixels of border put around the image before a crop of the input size at a random place; 0 for none.</summary>
    public int PadCrop { get; init; }

    /// <summary>A policy of AutoAugment.</summary>
    public AugmentPolicy AutoAugment { get; init; } = AugmentPolicy.None;

    /// <summary>RandAugment; null for none.</summary>
    public RandAugmentRecipe? RandAugment { get; init; }

    /// <summary>How often the colours are taken out.</summary>
    public double Grayscale { get; init; }

    /// <summary>A blur; null for none.</summary>
    public BlurRecipe? Blur { get; init; }

    /// <summary>Black squares; null for none.</summary>
    public CutoutRecipe? Cutout { get; init; }

    /// <summary>Whether anything is varied.</summary>
    public bool IsOn => this != new AugmentRecipe();

    internal static AugmentRecipe Read(Section section)
    {
        AugmentRecipe defaults = new();
        AugmentRecipe read = new()
        {
            RandomResizedCrop = section.Optional("random-resized-crop", RandomResizedCropRecipe.Read),
            Flip = section.Flag("flip", defaults.Flip),
            Jitter = section.Child("jitter", JitterRecipe.Read),
            PadCrop = section.Int("pad-crop", defaults.PadCrop, min: 0, max: 512),
            AutoAugment = section.Choice("auto-augment", defaults.AutoAugment),
            RandAugment = section.Optional("rand-augment", RandAugmentRecipe.Read),
            Grayscale = section.Number("grayscale", defaults.Grayscale, min: 0, max: 1),
            Blur = section.Optional("blur", BlurRecipe.Read),
            Cutout = section.Optional("cutout", CutoutRecipe.Read),
        };
        if (read is { RandAugment: not null, AutoAugment: not AugmentPolicy.None })
        {
            section.Fault("rand-augment", $"{section.Path} has both auto-augment and rand-augment; one policy is needed. Remove one of them.");
        }
        if (read is { RandomResizedCrop: not null, PadCrop: > 0 })
        {
            section.Fault("pad-crop", $"{section.Path} has both random-resized-crop and pad-crop; one crop is needed. Remove one of them.");
        }
        return read;
    }
}

/// <summary>A crop of random area and shape.</summary>
public sealed record RandomResizedCropRecipe
{
    /// <summary>Smallest and largest area, as parts of the image's.</summary>
    public ValueList<double> Scale { get; init; } = [0.08, 1];

    /// <summary>Smallest and largest width, as parts of the height.</summary>
    public ValueList<double> Aspect { get; init; } = [0.75, 1.3333333333333333];

    internal static RandomResizedCropRecipe Read(Section section)
    {
        RandomResizedCropRecipe defaults = new();
        RandomResizedCropRecipe read = new()
        {
            Scale = section.Numbers("scale", defaults.Scale, count: 2, above: 0, max: 1),
            Aspect = section.Numbers("aspect", defaults.Aspect, count: 2, above: 0),
        };
        RefuseFalling(section, "scale", read.Scale);
        RefuseFalling(section, "aspect", read.Aspect);
        return read;
    }

    internal static void RefuseFalling(Section section, string key, ValueList<double> range)
    {
        if (range[0] > range[1])
        {
            section.Fault(key, $"{section.Path}.{key} is {range}; the smaller number comes first.");
        }
    }
}

/// <summary>How much colours change at most, as torchvision's ColorJitter counts it; 0 for not at all.</summary>
public sealed record JitterRecipe
{
    /// <summary>Brightness is multiplied by 1 plus or minus so much.</summary>
    public double Brightness { get; init; }

    /// <summary>Contrast is multiplied by 1 plus or minus so much.</summary>
    public double Contrast { get; init; }

    /// <summary>Saturation is multiplied by 1 plus or minus so much.</summary>
    public double Saturation { get; init; }

    /// <summary>Hue is turned by at most this part of the colour circle, either way.</summary>
    public double Hue { get; init; }

    /// <summary>How often colours are changed at all.</summary>
    public double Probability { get; init; } = 1;

    internal static JitterRecipe Read(Section section)
    {
        JitterRecipe defaults = new();
        return new()
        {
            Brightness = section.Number("brightness", defaults.Brightness, min: 0, max: 1),
            Contrast = section.Number("contrast", defaults.Contrast, min: 0, max: 1),
            Saturation = section.Number("saturation", defaults.Saturation, min: 0, max: 1),
            Hue = section.Number("hue", defaults.Hue, min: 0, max: 0.5),
            Probability = section.Number("probability", defaults.Probability, min: 0, max: 1),
        };
    }
}

/// <summary>A few changes of one strength, drawn anew for each image.</summary>
public sealed record RandAugmentRecipe
{
    /// <summary>Changes of an image.</summary>
    public int Operations { get; init; } = 2;

    /// <summary>Their strength, 0 to 10.</summary>
    public double Magnitude { get; init; } = 9;

    /// <summary>Its deviation.</summary>
    public double Deviation { get; init; }

    /// <summary>How likely each is done.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>The same for the loader.</summary>
    public RandAugmentOptions ToOptions() => new() { Operations = Operations, Magnitude = Magnitude, Deviation = Deviation, Probability = Probability };

    internal static RandAugmentRecipe Read(Section section)
    {
        RandAugmentRecipe defaults = new();
        return new()
        {
            Operations = section.Int("operations", defaults.Operations, min: 1, max: 16),
            Magnitude = section.Number("magnitude", defaults.Magnitude, min: 0, max: 10),
            Deviation = section.Number("deviation", defaults.Deviation, min: 0),
            Probability = section.Number("probability", defaults.Probability, min: 0, max: 1),
        };
    }
}

/// <summary>A blur by a Gaussian.</summary>
public sealed record BlurRecipe
{
    /// <summary>How often.</summary>
    public double Probability { get; init; } = 0.5;

    /// <summary>Smallest and largest deviation, in pixels of the input.</summary>
    public ValueList<double> Sigma { get; init; } = [0.1, 2];

    internal static BlurRecipe Read(Section section)
    {
        BlurRecipe defaults = new();
        BlurRecipe read = new()
        {
            Probability = section.Number("probability", defaults.Probability, min: 0, max: 1),
            Sigma = section.Numbers("sigma", defaults.Sigma, count: 2, min: 0.001, max: 100),
        };
        RandomResizedCropRecipe.RefuseFalling(section, "sigma", read.Sigma);
        return read;
    }
}

/// <summary>Black squares at random places.</summary>
public sealed record CutoutRecipe
{
    /// <summary>How many.</summary>
    public int Holes { get; init; } = 1;

    /// <summary>Pixels of their sides.</summary>
    public int Side { get; init; } = 16;

    internal static CutoutRecipe Read(Section section)
    {
        CutoutRecipe defaults = new();
        return new() { Holes = section.Int("holes", defaults.Holes, min: 1, max: 64), Side = section.Int("side", defaults.Side, min: 1, max: 4096) };
    }
}
