namespace Semblance.Index.Storage;

/// <summary>A segment in the manifest.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Length">Bytes of the file.</param>
/// <param name="Checksum">Checksum of its footer.</param>
/// <param name="Deleted">The file that names its deleted rows, or null where there is none.</param>
internal sealed record SegmentEntry(long Number, long Length, uint Checksum, DeletedEntry? Deleted)
{
    /// <summary>Name of the file.</summary>
    public string FileName => FileNames.Segment(Number);
}

/// <summary>A file of deleted rows in the manifest.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Checksum">Checksum of the file.</param>
internal sealed record DeletedEntry(long Number, uint Checksum)
{
    /// <summary>Name of the file.</summary>
    public string FileName => FileNames.Deleted(Number);
}

/// <summary>The log in the manifest.</summary>
/// <param name="Number">Its number.</param>
/// <param name="FirstSequence">Sequence number of its first record.</param>
/// <param name="Length">Bytes that were on the disk when the manifest was written; the log is never shorter.</param>
internal sealed record LogEntry(long Number, long FirstSequence, long Length)
{
    /// <summary>Name of the file.</summary>
    public string FileName => FileNames.Log(Number);
}
