using Semblance.Index.Segments;

namespace Semblance.Index.Live;

/// <summary>A part of an index as it was at one time.</summary>
/// <param name="Part">The part.</param>
/// <param name="Items">Items that it had.</param>
/// <param name="Deleted">Items that were deleted.</param>
/// <param name="Search">Searches its rows.</param>
internal sealed record PartView(Part Part, int Items, RowMarks Deleted, HammingIndex Search)
{
    /// <summary>Whether items are in the order of their ids and each a row of its own.</summary>
    public bool RowsAreItemsInOrder => Part is Segment segment && segment.Items == segment.Rows;
}
