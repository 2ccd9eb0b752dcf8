using Microsoft.Win32.SafeHandles;

namespace Semblance.Data.Stores;

/// <summary>A stretch of one file.</summary>
/// <param name="Name">The image inside the archive, for messages.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Number of bytes.</param>
public readonly record struct ArchiveEntry(string Name, long Offset, int Length);

/// <summary>Images that lie uncompressed inside one file; the file stays open.</summary>
public sealed class ArchiveStore : ImageStore
{
    private readonly string _path;
    private readonly IReadOnlyList<ArchiveEntry> _entries;
    private readonly SafeFileHandle _file;

    /// <summary>Opens the archive.</summary>
    /// <param name="path">The file.</param>
    /// <param name="entries">Where each image lies.</param>
    public ArchiveStore(string path, IReadOnlyList<ArchiveEntry> entries)
    {
        (_path, _entries) = (path, entries);
        _file = File.OpenHandle(path, options: FileOptions.RandomAccess);
    }

    /// <inheritdoc/>
    public override int Count => _entries.Count;

    /// <inheritdoc/>
    public override string Describe(int place) => $"{_path}: {_entries[place].Name}";

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Read(int place)
    {
        ArchiveEntry entry = _entries[place];
        byte[] bytes = GC.AllocateUninitializedArray<byte>(entry.Length);
        for (int done = 0; done < bytes.Length;)
        {
            int read = RandomAccess.Read(_file, bytes.AsSpan(done), entry.Offset + done);
            if (read == 0)
            {
                throw new InvalidDataException($"{_path} ends inside {entry.Name}; it has become shorter since it was opened. Copy it again.");
            }
            done += read;
        }
        return bytes;
    }
}
