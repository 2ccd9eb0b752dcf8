namespace Semblance.Data.Drawn;

/// <summary>All that one picture shows, before it is drawn. Made by <see cref="Sample"/>; drawn by <see cref="DrawnRenderer"/>.</summary>
public sealed class DrawnScene
{
    internal DrawnScene(DrawnAttributes attributes, Stage stage) => (Attributes, Stage) = (attributes, stage);

    /// <summary>What the picture shows, in words: its class and its other attributes.</summary>
    public DrawnAttributes Attributes { get; }

    internal Stage Stage { get; }

    /// <summary>The scene of one picture; depends on nothing but the three numbers.</summary>
    /// <param name="seed">The seed of the set.</param>
    /// <param name="category">Index into <see cref="DrawnSet.Classes"/>.</param>
    /// <param name="picture">Number of the picture within its class, from 0.</param>
    /// <returns>The scene.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="category"/> or <paramref name="picture"/> names none.</exception>
    public static DrawnScene Sample(int seed, int category, int picture)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(category);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(category, DrawnSet.Classes.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(picture);
        return SceneSampler.Sample(DrawnRandom.For(seed, category, picture), Shapes.Catalogue.All[category]);
    }
}

/// <summary>What stands where, in which light, seen from where and through what.</summary>
/// <param name="View">The camera.</param>
/// <param name="Lamp">The light.</param>
/// <param name="Backdrop">The surroundings.</param>
/// <param name="Solids">The object first, then what lies about.</param>
/// <param name="Blur">How much of a pixel's light goes to its neighbours, 0 to 1, once along rows and once along columns.</param>
/// <param name="Noise">Standard deviation of the noise, in grey steps of 255.</param>
/// <param name="NoiseSeed">Start of the stream that the noise is drawn from.</param>
internal sealed record Stage(View View, Lamp Lamp, Backdrop Backdrop, Solid[] Solids, double Blur, double Noise, ulong NoiseSeed);
