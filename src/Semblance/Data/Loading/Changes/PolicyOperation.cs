namespace Semblance.Data.Loading.Changes;

/// <summary>What a policy of changes is composed of.</summary>
internal enum PolicyOperation
{
    Identity,
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
    Rotate,
    AutoContrast,
    Invert,
    Equalize,
    Solarize,
    Posterize,
    Contrast,
    Colour,
    Brightness,
    Sharpness,
}

/// <summary>Does an operation with a strength from 0, which changes nothing, to 1, the strongest that AutoAugment knows (Cubuk et al., CVPR 2019, table 6).</summary>
internal static class PolicyOperations
{
    private const double MostShear = 0.3;
    private const double MostShift = 150.0 / 331;
    private const double MostTurn = 30;
    private const double MostChange = 0.9;
    private const int BitsLost = 4;

    /// <summary>Changes an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="operation">What to do.</param>
    /// <param name="strength">0 to 1; operations without a strength do the same for any.</param>
    /// <param name="random">Decides the direction of those that have one.</param>
    public static void Apply(Planes image, PolicyOperation operation, double strength, ref SeededRandom random)
    {
        double signed = random.NextDouble() < 0.5 ? -strength : strength;
        float factor = (float)(1 + (MostChange * signed));
        switch (operation)
        {
            case PolicyOperation.ShearX:
                Geometry.ShearX(image, MostShear * signed);
                break;
            case PolicyOperation.ShearY:
                Geometry.ShearY(image, MostShear * signed);
                break;
            case PolicyOperation.TranslateX:
                Geometry.TranslateX(image, MostShift * signed);
                break;
            case PolicyOperation.TranslateY:
                Geometry.TranslateY(image, MostShift * signed);
                break;
            case PolicyOperation.Rotate:
                Geometry.Rotate(image, MostTurn * signed);
                break;
            case PolicyOperation.AutoContrast:
                Tones.AutoContrast(image);
                break;
            case PolicyOperation.Invert:
                Tones.Invert(image);
                break;
            case PolicyOperation.Equalize:
                Tones.Equalize(image);
                break;
            case PolicyOperation.Solarize:
                Tones.Solarize(image, 256 * (1 - strength));
                break;
            case PolicyOperation.Posterize:
                Tones.Posterize(image, 8 - (int)Math.Round(BitsLost * strength));
                break;
            case PolicyOperation.Contrast:
                Tones.Contrast(image, factor);
                break;
            case PolicyOperation.Colour:
                Tones.Colour(image, factor);
                break;
            case PolicyOperation.Brightness:
                Tones.Brightness(image, factor);
                break;
            case PolicyOperation.Sharpness:
                Tones.Sharpness(image, factor);
                break;
            default:
                break;
        }
    }
}
