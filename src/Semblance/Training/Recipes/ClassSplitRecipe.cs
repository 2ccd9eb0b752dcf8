namespace Semblance.Training;

/// <summary>The split of some classes.</summary>
public sealed record ClassSplitRecipe
{
    /// <summary>Which classes, by name: a beginning such as <c>Greek/</c>, or a pattern in which <c>*</c> is any letters.</summary>
    public string Match { get; init; } = "";

    /// <summary>The split that their images are in.</summary>
    public string Split { get; init; } = "";

    internal static ClassSplitRecipe Read(Section section) => new() { Match = section.RequiredText("match"), Split = section.RequiredText("split") };
}
