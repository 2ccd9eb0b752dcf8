namespace Semblance.Reports;

/// <summary>What a run depended on: enough to repeat it.</summary>
/// <param name="Facts">Versions, seed, data hash and the like, by name, in the order to show them.</param>
/// <param name="Recipe">The resolved recipe, as text; null where there is none.</param>
public sealed record RunSettings(IReadOnlyList<KeyValuePair<string, string>> Facts, string? Recipe = null);
