namespace Semblance.Data.Drawn;

/// <summary>A colour that people have a word for; its light as red, green and blue in [0, 1] on the linear scale.</summary>
internal sealed record Paint(string Name, Vec Light)
{
    public override string ToString() => Name;
}

/// <summary>The colours of things.</summary>
internal static class Palette
{
    public static IReadOnlyList<Paint> All { get; } =
    [
        Of("red", 0.88, 0.16, 0.16),
        Of("orange", 0.95, 0.52, 0.12),
        Of("yellow", 0.95, 0.85, 0.22),
        Of("green", 0.22, 0.68, 0.26),
        Of("cyan", 0.20, 0.78, 0.82),
        Of("blue", 0.20, 0.34, 0.86),
        Of("purple", 0.56, 0.26, 0.76),
        Of("white", 0.90, 0.90, 0.88),
    ];

    /// <summary>A soft colour of any hue, for walls and floors: never as strong as the colour of a thing.</summary>
    public static Vec Soft(DrawnRandom random, double low, double high)
    {
        double light = random.Between(low, high), tint = light * random.Between(0.1, 0.45);
        double Channel() => light - (tint * random.Share());
        return Linear(Channel(), Channel(), Channel());
    }

    private static Paint Of(string name, double red, double green, double blue) => new(name, Linear(red, green, blue));

    /// <summary>From what a screen is told to the light that it gives (exponent 2).</summary>
    private static Vec Linear(double red, double green, double blue) => new(red * red, green * green, blue * blue);
}
