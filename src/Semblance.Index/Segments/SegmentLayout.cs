namespace Semblance.Index.Segments;

/// <summary>The bytes of a segment; see <c>docs/index-format.md</c>.</summary>
/// <remarks>
/// Everything is little-endian.
/// <code>
/// header   "SMBSEGM" 0 | version u32 | CRC-32C of these 12 bytes
/// columns  each from an offset that is a multiple of 64 on, zeros between them
/// footer   bits u32 | kind of ids u32 | items u32 | rows u32 | columns u32
///          each column: name length u8 | name | offset u64 | bytes u64 | blocks u32 | CRC-32C of each block of 64 KiB u32
/// trailer  offset of the footer u64 | its length u32 | CRC-32C of the footer and of these 12 bytes
/// </code>
/// </remarks>
internal static class SegmentLayout
{
    public const uint Version = 1;
    public const int HeaderLength = 16;
    public const int TrailerLength = 16;
    public const int FixedFooter = 20;
    public const int Alignment = 64;
    public const int BlockBytes = 1 << 16;

    public const string Codes = "codes";
    public const string Numbers = "ids";
    public const string TextOffsets = "id-offsets";
    public const string Texts = "id-texts";
    public const string ExtraRows = "extra-rows";
    public const string ExtrasById = "extras-by-id";
    public const string TagNameOffsets = "tag-name-offsets";
    public const string TagNames = "tag-names";
    public const string TagOffsets = "tag-offsets";
    public const string Tags = "tags";
    public const string PostingOffsets = "posting-offsets";
    public const string Postings = "postings";
    public const string PayloadOffsets = "payload-offsets";
    public const string Payloads = "payloads";

    public static ReadOnlySpan<byte> Magic => "SMBSEGM\0"u8;

    public static int BlocksOf(long bytes) => (int)((bytes + BlockBytes - 1) / BlockBytes);
}
