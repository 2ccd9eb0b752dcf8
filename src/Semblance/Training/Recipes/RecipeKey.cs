namespace Semblance.Training;

/// <summary>One key that a recipe may hold: what the reader asked for, as it asked.</summary>
/// <param name="Path">Where it stands, such as <c>optimizer.groups[].match</c>; <c>[]</c> is any item of a list.</param>
/// <param name="Type">What its value must be, in words.</param>
/// <param name="Default">The value where the key is left out, as YAML; empty where the key must be given.</param>
/// <param name="Needs">What else must be set for the key to have a meaning, such as <c>kind: step</c>; empty where it always has one.</param>
public sealed record RecipeKey(string Path, string Type, string Default, string Needs);
