using static Semblance.Data.Loading.Changes.PolicyOperation;

namespace Semblance.Data.Loading.Changes;

/// <summary>Does what <see cref="RandAugmentOptions"/> describes.</summary>
internal static class RandAugment
{
    private const double Strongest = 10;

    private static readonly PolicyOperation[] Operations =
        [Identity, AutoContrast, Equalize, Rotate, Solarize, Colour, Posterize, Contrast, Brightness, Sharpness, ShearX, ShearY, TranslateX, TranslateY];

    public static void Apply(Planes image, RandAugmentOptions options, ref SeededRandom random)
    {
        for (int k = 0; k < options.Operations; k++)
        {
            PolicyOperation operation = Operations[random.Below(Operations.Length)];
            bool isDone = random.NextDouble() < options.Probability;
            double magnitude = options.Magnitude + (options.Deviation * random.NextNormal());
            if (isDone)
            {
                PolicyOperations.Apply(image, operation, Math.Clamp(magnitude, 0, Strongest) / Strongest, ref random);
            }
        }
    }
}
