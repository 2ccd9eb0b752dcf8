using Semblance.Index;
using Semblance.Index.Segments;
using Semblance.Index.Storage;
using Xunit;

namespace Semblance.Tests.Index;

public sealed class SegmentTests
{
    [Fact]
    public void Tables_of_a_former_layout_are_left_aside_until_a_merge_builds_new_ones()
    {
        const int Rows = 50_000;
        Codes codes = RandomCodes.Make(21, Rows, 32);
        SimulatedStore store = new();
        Segment segment = Segment.Open(store, WithFormerTables(store, codes), codes.Bits, IdKind.Number);
        using SegmentFile file = segment.File;

        Assert.Null(segment.Search.Tables);
        Assert.True(segment.LacksTables);
        Assert.Equal(new HammingIndex(codes).Nearest(codes[3], 10), segment.Search.Nearest(codes[3], 10));
    }

    private static SegmentEntry WithFormerTables(SimulatedStore store, Codes codes)
    {
        using SegmentWriter writer = new(store, FileNames.Segment(1));
        writer.Column(SegmentLayout.Codes, codes.WordsOf(0, codes.Count));
        writer.Column<long>(SegmentLayout.Numbers, [.. Enumerable.Range(0, codes.Count)]);
        writer.Column<int>("mih.layout", [1, codes.Bits, codes.Count, 5, 1, 1, 0, 0]);
        writer.Column<uint>("mih.offsets.0", [0, 0, (uint)codes.Count]);
        writer.Column<byte>("mih.entries.0", new byte[(5 * codes.Count) + 64]);
        (long length, uint checksum) = writer.Complete(codes.Bits, IdKind.Number, codes.Count, codes.Count);
        return new SegmentEntry(1, length, checksum, null);
    }
}
