namespace Semblance.Data.Drawn;

/// <summary>What a drawn picture shows, in words. Every attribute is drawn at random and independently of the class.</summary>
/// <param name="Class">The object.</param>
/// <param name="Colour">Its main colour.</param>
/// <param name="Texture">The pattern on it.</param>
/// <param name="Background">The surroundings.</param>
/// <param name="Size">small, medium or large in the picture.</param>
/// <param name="Lighting">dim, even or bright.</param>
/// <param name="Clutter">none, few or many other things about it.</param>
/// <param name="Occlusion">open, or covered where another thing stands partly before it.</param>
/// <param name="Focus">sharp or soft.</param>
public sealed record DrawnAttributes(
    string Class,
    string Colour,
    string Texture,
    string Background,
    string Size,
    string Lighting,
    string Clutter,
    string Occlusion,
    string Focus)
{
    /// <summary>The attributes' names, class first, in the order of <see cref="Values"/> and of the manifest's columns.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["class", "colour", "texture", "background", "size", "lighting", "clutter", "occlusion", "focus"];

    /// <summary>The attributes' values in the order of <see cref="Names"/>.</summary>
    /// <returns>One word for each attribute.</returns>
    public IReadOnlyList<string> Values() =>
        [Class, Colour, Texture, Background, Size, Lighting, Clutter, Occlusion, Focus];
}
