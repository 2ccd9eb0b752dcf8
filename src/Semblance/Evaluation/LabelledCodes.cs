using Semblance.Index;

namespace Semblance.Evaluation;

/// <summary>Codes with the labels of their items.</summary>
public sealed record LabelledCodes
{
    /// <summary>Joins codes and items.</summary>
    /// <exception cref="ArgumentException">Their numbers differ.</exception>
    public LabelledCodes(Codes codes, LabelledItems items)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(items);
        items.RequireCount(codes.Count);
        Codes = codes;
        Items = items;
    }

    /// <summary>The codes.</summary>
    public Codes Codes { get; }

    /// <summary>Their items.</summary>
    public LabelledItems Items { get; }
}
