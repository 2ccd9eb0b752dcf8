namespace Semblance.Serving.Ingestion;

/// <summary>A file and the content that was read from it.</summary>
/// <param name="File">The file.</param>
/// <param name="Stamp">Its content.</param>
public sealed record StampedFile(FolderFile File, FileStamp Stamp);

/// <summary>An item whose code stays, but not its id or its stamp.</summary>
/// <param name="From">Its id so far.</param>
/// <param name="To">The file that has its content now; of the same id where only the file's time has changed.</param>
public sealed record MovedFile(string From, StampedFile To);

/// <summary>A file that could not be read or is no image.</summary>
/// <param name="File">The file.</param>
/// <param name="Reason">A sentence.</param>
public sealed record RefusedFile(FolderFile File, string Reason);

/// <summary>What has to happen so that a store is in step with a folder.</summary>
public sealed class FolderChanges
{
    private readonly List<StampedFile> _new = [], _changed = [];
    private readonly List<MovedFile> _moved = [];
    private readonly List<RefusedFile> _refused = [];

    private FolderChanges()
    {
    }

    /// <summary>Files that the store does not know.</summary>
    public IReadOnlyList<StampedFile> New => _new;

    /// <summary>Files whose content is another than the store's.</summary>
    public IReadOnlyList<StampedFile> Changed => _changed;

    /// <summary>Files with known content under a new path, or with a new time.</summary>
    public IReadOnlyList<MovedFile> Moved => _moved;

    /// <summary>Ids of items whose files are gone.</summary>
    public IReadOnlyList<string> Deleted { get; private set; } = [];

    /// <summary>Files that could not be read.</summary>
    public IReadOnlyList<RefusedFile> Refused => _refused;

    /// <summary>Files that are as the store has them.</summary>
    public int Unchanged { get; private set; }

    /// <summary>Compares a folder with a store. Only files that the store does not know, or that look different, are read.</summary>
    /// <param name="known">The stamps of the store's items, by id.</param>
    /// <param name="files">The files of the folder.</param>
    /// <param name="stampOf">Reads a file; throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where it cannot.</param>
    public static FolderChanges Between(IReadOnlyDictionary<string, FileStamp> known, IReadOnlyList<FolderFile> files, Func<FolderFile, FileStamp> stampOf)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(files);
        FolderChanges changes = new();
        HashSet<string> there = [.. files.Select(file => file.Id)];
        HashSet<string> gone = [.. known.Keys.Where(id => !there.Contains(id))];
        ILookup<string, string> goneBySha256 = gone.Order(StringComparer.Ordinal).ToLookup(id => known[id].Sha256);
        foreach (FolderFile file in files)
        {
            if (known.TryGetValue(file.Id, out FileStamp? stamp) && stamp.Fits(file))
            {
                changes.Unchanged++;
            }
            else if (changes.Stamp(file, stampOf) is { } stamped)
            {
                changes.Add(stamped, stamp, gone, goneBySha256);
            }
        }
        changes.Deleted = [.. gone.Order(StringComparer.Ordinal)];
        return changes;
    }

    private void Add(StampedFile file, FileStamp? known, HashSet<string> gone, ILookup<string, string> goneBySha256)
    {
        if (known is not null && known.Sha256 == file.Stamp.Sha256)
        {
            _moved.Add(new MovedFile(file.File.Id, file));
        }
        else if (known is not null)
        {
            _changed.Add(file);
        }
        else if (goneBySha256[file.Stamp.Sha256].FirstOrDefault(gone.Contains) is { } before)
        {
            gone.Remove(before);
            _moved.Add(new MovedFile(before, file));
        }
        else
        {
            _new.Add(file);
        }
    }

    private StampedFile? Stamp(FolderFile file, Func<FolderFile, FileStamp> stampOf)
    {
        if (file.Fault is { } fault)
        {
            _refused.Add(new RefusedFile(file, fault));
            return null;
        }
        try
        {
            return new StampedFile(file, stampOf(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _refused.Add(new RefusedFile(file, $"{file.Path} cannot be read: {exception.Message}"));
            return null;
        }
    }
}
