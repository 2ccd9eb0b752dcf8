namespace Semblance.Index.Segments;

/// <summary>The items of a segment whose tags a filter accepts.</summary>
/// <param name="Items">The items.</param>
/// <param name="Rows">The rows of which at least one item is among them.</param>
internal sealed record TaggedItems(RowSet Items, RowSet Rows);
