using Semblance.Index.Segments;

namespace Semblance.Index.Live;

/// <summary>A part of an index as it was at one time.</summary>
/// <param name="Part">The part.</param>
/// <param name="Items">Items that it had.</param>
/// <param name="Deleted">Items that were deleted.</param>
/// <param name="Search">Searches its rows.</param>
internal sealed record PartView(Part Part, int Items, RowMarks Deleted, HammingIndex Search);
