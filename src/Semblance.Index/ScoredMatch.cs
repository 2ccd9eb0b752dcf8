namespace Semblance.Index;

/// <summary>A search result of a <see cref="LiveIndex"/> under another distance than the number of differing bits.</summary>
/// <param name="Id">The item's id.</param>
/// <param name="Distance">Its distance from the query, 0 or more.</param>
public readonly record struct ScoredMatch(ItemId Id, double Distance)
{
    /// <summary>The item with its tags and payload, where <see cref="LiveSearchOptions.Items"/> asked for it; null otherwise. It does not count in comparisons.</summary>
    public Item? Item { get; init; }

    /// <summary>Whether id and distance are the same.</summary>
    public bool Equals(ScoredMatch other) => Id == other.Id && Distance.Equals(other.Distance);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Distance);
}
