namespace Semblance.Index.Storage;

/// <summary>A file that is being written.</summary>
internal abstract class StoredFile : IDisposable
{
    /// <summary>Bytes in it.</summary>
    public long Length { get; protected set; }

    /// <summary>Writes bytes at its end.</summary>
    /// <exception cref="IOException">They could not be written, for instance for want of room; some of them may stand behind <see cref="Length"/>, which is as before.</exception>
    public abstract void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Removes everything behind <see cref="Length"/>: what a failed <see cref="Append"/> left.</summary>
    public abstract void Trim();

    /// <summary>Returns when all bytes are on the disk.</summary>
    public abstract void Sync();

    /// <summary>Closes it; it is not synced.</summary>
    public abstract void Dispose();
}
