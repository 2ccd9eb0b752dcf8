namespace Semblance.Serving.Ingestion;

/// <summary>Where a folder's images go: a store that is at hand, or a service.</summary>
public interface IIngestTarget : IAsyncDisposable
{
    /// <summary>The target in words for people.</summary>
    string Name { get; }

    /// <summary>The stamps of all items that were made of files, by id.</summary>
    /// <param name="prefix">Only ids that begin with it.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<Dictionary<string, FileStamp>> KnownAsync(string prefix, CancellationToken cancellation = default);

    /// <summary>Encodes files and adds or replaces their items. Tags and payload of items that are there are kept.</summary>
    /// <param name="files">The files; what has become of one does not touch the others.</param>
    /// <param name="tagFolders">Whether the folders of a file's id become tags.</param>
    /// <param name="cancellation">Ends it between files.</param>
    /// <returns>The files that could not be encoded.</returns>
    Task<IReadOnlyList<RefusedFile>> PutAsync(IReadOnlyList<StampedFile> files, bool tagFolders, CancellationToken cancellation = default);

    /// <summary>Gives items other ids or stamps.</summary>
    Task MoveAsync(IReadOnlyList<MovedFile> moves, bool tagFolders, CancellationToken cancellation = default);

    /// <summary>Deletes items; ids that are not there are passed over.</summary>
    Task DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancellation = default);
}

/// <summary>Tags that follow from where a file lies.</summary>
internal static class FolderTags
{
    /// <summary>The folders of an id: "beach/2019/a.jpg" has "beach" and "2019".</summary>
    public static string[] Of(string id) => [.. id.Split('/', StringSplitOptions.RemoveEmptyEntries).SkipLast(1)];

    /// <summary>The tags of an item under a new id: those that people gave stay, those of the old folders go.</summary>
    public static IEnumerable<string> Follow(IReadOnlyList<string> tags, string from, string to) => tags.Except(Of(from), StringComparer.Ordinal).Union(Of(to), StringComparer.Ordinal);
}
