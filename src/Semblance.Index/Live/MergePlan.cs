using System.Numerics;
using Semblance.Index.Segments;
using Semblance.Index.Sublinear;

namespace Semblance.Index.Live;

/// <summary>Chooses segments to merge.</summary>
internal static class MergePlan
{
    private const int MaxItems = 1 << 30;

    /// <summary>A segment with so many codes is rewritten for the sake of tables alone; a smaller one waits for its merge.</summary>
    private const int WorthTables = 1 << 20;

    /// <summary>Segments of about one size, or one with many deleted items or without tables; null where nothing needs to be done.</summary>
    /// <remarks>Sizes are told apart by powers of four, so that an item is rewritten about once for every fourfold growth of the index.</remarks>
    public static List<SegmentView>? Next(IReadOnlyList<SegmentView> segments, int ofOneSize, bool tables)
    {
        foreach (IGrouping<int, SegmentView> size in segments.GroupBy(SizeClass).OrderBy(size => size.Key))
        {
            List<SegmentView> group = Fitting([.. size]);
            if (group.Count >= ofOneSize)
            {
                return group;
            }
        }

        return segments.FirstOrDefault(view => view.Deleted.Count > view.Segment.Items / 3 || (tables && view.Segment.LacksTables && view.Segment.Rows >= WorthTables)) is { } one ? [one] : null;
    }

    /// <summary>All segments, in groups that fit into one; a group of one that would stay as it is is left out.</summary>
    public static List<List<SegmentView>> All(IReadOnlyList<SegmentView> segments, bool tables)
    {
        var groups = new List<List<SegmentView>>();
        List<SegmentView> left = [.. segments.OrderByDescending(Alive)];
        while (left.Count > 0)
        {
            List<SegmentView> group = Fitting(left);
            left.RemoveAll(group.Contains);
            if (group.Count > 1 || group[0].Deleted.Count > 0 || (tables && group[0].Segment.LacksTables))
            {
                groups.Add(group);
            }
        }

        return groups;
    }

    private static int Alive(SegmentView view) => view.Segment.Items - view.Deleted.Count;

    private static int SizeClass(SegmentView view) => BitOperations.Log2((uint)Math.Max(1, Alive(view))) / 2;

    /// <summary>The first segments and any later ones that fit together; at least the first.</summary>
    private static List<SegmentView> Fitting(List<SegmentView> segments)
    {
        var group = new List<SegmentView>();
        var bytes = new Dictionary<string, long>(StringComparer.Ordinal);
        long items = 0;
        foreach (SegmentView view in segments)
        {
            if (group.Count == 0 || (items + view.Segment.Items <= MaxItems && view.Segment.File.Columns.All(column => column.Name.StartsWith(TableColumns.Prefix, StringComparison.Ordinal) || bytes.GetValueOrDefault(column.Name) + column.Bytes <= MaxBytes(column.Name))))
            {
                group.Add(view);
                items += view.Segment.Items;
                foreach ((string name, long length) in view.Segment.File.Columns)
                {
                    bytes[name] = bytes.GetValueOrDefault(name) + length;
                }
            }
        }

        return group;
    }

    /// <summary>A column has at most as many values as an array: bytes of texts and payloads, 64-bit words of codes and ids, 32-bit numbers otherwise.</summary>
    private static long MaxBytes(string column) => Array.MaxLength * column switch
    {
        SegmentLayout.Texts or SegmentLayout.Payloads or SegmentLayout.TagNames => 1L,
        SegmentLayout.Codes or SegmentLayout.Numbers => sizeof(ulong),
        _ => sizeof(uint),
    };
}
