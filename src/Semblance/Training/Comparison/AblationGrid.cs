namespace Semblance.Training.Comparison;

/// <summary>A comparison of a recipe with itself, less some of its parts.</summary>
public static class AblationGrid
{
    /// <summary>The name of the recipe as it stands.</summary>
    public const string Whole = "whole";

    /// <summary>Makes the comparison.</summary>
    /// <param name="path">The recipe's file.</param>
    /// <param name="parts">The parts, each with the settings that switch it off.</param>
    /// <param name="everyCombination">Whether all combinations of parts are switched off, and not one part at a time.</param>
    /// <param name="metrics">The scores that are compared, the one that ranks first.</param>
    /// <param name="seeds">Runs of each.</param>
    /// <exception cref="InvalidDataException">There is no part, two have the same name, or there are too many to combine.</exception>
    public static ComparisonRecipe Of(string path, IReadOnlyList<ComparedLoss> parts, bool everyCombination, IReadOnlyList<string> metrics, int seeds)
    {
        ArgumentNullException.ThrowIfNull(parts);
        const int MostCombined = 6;
        if (parts.Count == 0)
        {
            throw new InvalidDataException($"{path} names no parts to switch off. Add them as 'ablation: [{{name: contrast, set: {{...}}}}]', or give --off contrast:objective.0.lambda-contrast=0.");
        }
        if (parts.GroupBy(part => part.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidDataException($"{path}: {twice.Count()} parts are named {twice.Key}; give each its own name.");
        }
        if (everyCombination && parts.Count > MostCombined)
        {
            throw new InvalidDataException($"{path}: {parts.Count} parts have {1 << Math.Min(parts.Count, 30)} combinations; at most {MostCombined} parts can be combined. Leave --grid out, or choose parts with --only.");
        }
        IEnumerable<ComparedLoss> without = everyCombination
            ? Enumerable.Range(1, (1 << parts.Count) - 1).Select(bits => parts.Where((_, index) => ((bits >> index) & 1) == 1).ToArray()).OrderBy(chosen => chosen.Length).Select(Without)
            : parts.Select(part => Without([part]));
        return new ComparisonRecipe { Families = [new FamilyEntry(path)], Seeds = seeds, Metrics = [.. metrics], Untrained = false, Losses = [new ComparedLoss(Whole, []), .. without] };
    }

    /// <summary>Reads <c>NAME:KEY=VALUE</c>, a part that is given by hand.</summary>
    /// <exception cref="ArgumentException">It has another form.</exception>
    public static ComparedLoss Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.IndexOf(':', StringComparison.Ordinal), equals = text.IndexOf('=', StringComparison.Ordinal);
        bool named = colon > 0 && text[..colon].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
        return named && equals > colon + 1
            ? new ComparedLoss(text[..colon], [text[(colon + 1)..]])
            : throw new ArgumentException($"--off has \"{text}\"; NAME:KEY=VALUE is needed, such as contrast:objective.0.lambda-contrast=0.");
    }

    private static ComparedLoss Without(ComparedLoss[] parts) => new($"no-{string.Join(".no-", parts.Select(part => part.Name))}", [.. parts.SelectMany(part => part.Settings)]);
}
