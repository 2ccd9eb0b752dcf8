using Semblance.Index.Segments;

namespace Semblance.Index.Live;

/// <summary>A segment as it was at one time.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Deleted">Its deleted items.</param>
internal sealed record SegmentView(Segment Segment, RowMarks Deleted);
