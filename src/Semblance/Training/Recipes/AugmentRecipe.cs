namespace Semblance.Training;

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
        };
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

    private static void RefuseFalling(Section section, string key, ValueList<double> range)
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

    internal static JitterRecipe Read(Section section)
    {
        JitterRecipe defaults = new();
        return new()
        {
            Brightness = section.Number("brightness", defaults.Brightness, min: 0, max: 1),
            Contrast = section.Number("contrast", defaults.Contrast, min: 0, max: 1),
            Saturation = section.Number("saturation", defaults.Saturation, min: 0, max: 1),
            Hue = section.Number("hue", defaults.Hue, min: 0, max: 0.5),
        };
    }
}
