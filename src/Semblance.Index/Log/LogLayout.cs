namespace Semblance.Index.Log;

/// <summary>The bytes of a log; see <c>docs/index-format.md</c>.</summary>
/// <remarks>
/// Everything is little-endian. A record is what one sync put on the disk: the writes of one or several callers, all or none of them.
/// <code>
/// header   "SMBLLOG" 0 | version u32 | bits u32 | kind of ids u32 | first sequence number u64 | CRC-32C of the 28 bytes before u32
/// record   CRC-32C of all that follows to the end of the body u32 | length of the body u32 | sequence number u64 | synced u64 | body
///          zeros to a multiple of 8
/// </code>
/// <c>synced</c> is the length of the log that was known to be on the disk when the record was written. A record that cannot be read is a write that a power
/// cut tore, unless a later record says that the place was on the disk before: then it is damage.
/// </remarks>
internal static class LogLayout
{
    public const uint Version = 1;
    public const int HeaderLength = 32;
    public const int RecordHeader = 24;
    public const int Alignment = 8;

    public static ReadOnlySpan<byte> Magic => "SMBLLOG\0"u8;

    /// <summary>Bytes of a record with a body of some length.</summary>
    public static long RecordLength(long body) => (RecordHeader + body + Alignment - 1) / Alignment * Alignment;
}
