using static Semblance.Data.Loading.Changes.PolicyOperation;

namespace Semblance.Data.Loading.Changes;

/// <summary>The policy that AutoAugment found for CIFAR-10 (Cubuk et al., CVPR 2019, table 7): one of 25 pairs of operations, each of them done with a probability.</summary>
internal static class AutoAugment
{
    // Strengths are levels from 0 to 9.
    private const double Levels = 9;

    private static readonly (Step First, Step Second)[] Cifar10 =
    [
        (new(Invert, 0.1, 7), new(Contrast, 0.2, 6)),
        (new(Rotate, 0.7, 2), new(TranslateX, 0.3, 9)),
        (new(Sharpness, 0.8, 1), new(Sharpness, 0.9, 3)),
        (new(ShearY, 0.5, 8), new(TranslateY, 0.7, 9)),
        (new(AutoContrast, 0.5, 8), new(Equalize, 0.9, 2)),
        (new(ShearY, 0.2, 7), new(Posterize, 0.3, 7)),
        (new(Colour, 0.4, 3), new(Brightness, 0.6, 7)),
        (new(Sharpness, 0.3, 9), new(Brightness, 0.7, 9)),
        (new(Equalize, 0.6, 5), new(Equalize, 0.5, 1)),
        (new(Contrast, 0.6, 7), new(Sharpness, 0.6, 5)),
        (new(Colour, 0.7, 7), new(TranslateX, 0.5, 8)),
        (new(Equalize, 0.3, 7), new(AutoContrast, 0.4, 8)),
        (new(TranslateY, 0.4, 3), new(Sharpness, 0.2, 6)),
        (new(Brightness, 0.9, 6), new(Colour, 0.2, 8)),
        (new(Solarize, 0.5, 2), new(Invert, 0, 3)),
        (new(Equalize, 0.2, 0), new(AutoContrast, 0.6, 0)),
        (new(Equalize, 0.2, 8), new(Equalize, 0.6, 4)),
        (new(Colour, 0.9, 9), new(Equalize, 0.6, 6)),
        (new(AutoContrast, 0.8, 4), new(Solarize, 0.2, 8)),
        (new(Brightness, 0.1, 3), new(Colour, 0.7, 0)),
        (new(Solarize, 0.4, 5), new(AutoContrast, 0.9, 3)),
        (new(TranslateY, 0.9, 9), new(TranslateY, 0.7, 9)),
        (new(AutoContrast, 0.9, 2), new(Solarize, 0.8, 3)),
        (new(Equalize, 0.8, 8), new(Invert, 0.1, 3)),
        (new(TranslateY, 0.7, 9), new(AutoContrast, 0.9, 1)),
    ];

    public static void Apply(Planes image, ref SeededRandom random)
    {
        (Step first, Step second) = Cifar10[random.Below(Cifar10.Length)];
        Do(image, first, ref random);
        Do(image, second, ref random);
    }

    private static void Do(Planes image, Step step, ref SeededRandom random)
    {
        if (random.NextDouble() < step.Probability)
        {
            PolicyOperations.Apply(image, step.Operation, step.Level / Levels, ref random);
        }
    }

    private readonly record struct Step(PolicyOperation Operation, double Probability, int Level);
}
