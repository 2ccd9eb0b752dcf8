namespace Semblance.Index;

/// <summary>A search result of a <see cref="LiveIndex"/>.</summary>
/// <param name="Id">The item's id.</param>
/// <param name="Distance">Number of bits in which its code differs from the query.</param>
public readonly record struct ItemMatch(ItemId Id, int Distance)
{
    /// <summary>The item with its tags and payload, where <see cref="LiveSearchOptions.Items"/> asked for it; null otherwise. It does not count in comparisons.</summary>
    public Item? Item { get; init; }

    /// <summary>Whether id and distance are the same.</summary>
    public bool Equals(ItemMatch other) => Id == other.Id && Distance == other.Distance;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Distance);
}
