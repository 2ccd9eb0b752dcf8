using Semblance.Data;
using Semblance.Deduplication;
using Semblance.Index;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Ingestion;

/// <summary>A store that this process writes to, with the coder whose codes it holds.</summary>
/// <param name="store">Stays the caller's; its ids are texts.</param>
/// <param name="coder">Gives codes of the store's width.</param>
public sealed class StoreTarget(ISearchStore store, ImageCoder coder) : IIngestTarget
{
    private bool _noted;

    /// <inheritdoc/>
    public string Name => store.Name;

    /// <inheritdoc/>
    public async Task<Dictionary<string, FileStamp>> KnownAsync(string prefix, CancellationToken cancellation = default)
    {
        Dictionary<string, FileStamp> known = new(StringComparer.Ordinal);
        await foreach (Item item in store.ItemsAsync(null, cancellation).ConfigureAwait(false))
        {
            string id = item.Id.ToString();
            if (id.StartsWith(prefix, StringComparison.Ordinal) && FileStamp.FromPayload(item.Payload) is { } stamp)
            {
                known[id] = stamp;
            }
        }
        return known;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RefusedFile>> PutAsync(IReadOnlyList<StampedFile> files, bool tagFolders, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        StampedFile[] there = [.. files.Where(file => File.Exists(file.File.Path))];
        List<RefusedFile> refused = [.. files.Except(there).Select(file => new RefusedFile(file.File, $"{file.File.Path} went away while it was to be read."))];
        int first = 0;
        foreach (CodedImages part in there.Length == 0 ? [] : coder.Encode(DatasetSource.OfFiles([.. there.Select(file => file.File.Path)]), cancellation))
        {
            int count = part.Indices.Count + part.Skipped.Count;
            int[] missing = [.. Enumerable.Range(first, count).Except(part.Indices)];
            refused.AddRange(missing.Zip(part.Skipped, (index, reason) => new RefusedFile(there[index].File, reason)));
            await WriteAsync(there, part, tagFolders, cancellation).ConfigureAwait(false);
            first += count;
        }
        return refused;
    }

    /// <inheritdoc/>
    public async Task MoveAsync(IReadOnlyList<MovedFile> moves, bool tagFolders, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(moves);
        List<Item> items = new(moves.Count);
        foreach (MovedFile move in moves)
        {
            if (await store.FindAsync(new ItemId(move.From), cancellation).ConfigureAwait(false) is { } item)
            {
                string id = move.To.File.Id;
                items.Add(new Item(new ItemId(id), item.Code, tagFolders ? FolderTags.Follow(item.Tags, move.From, id) : item.Tags, move.To.Stamp.IntoPayload(item.Payload)));
            }
        }
        // In this order nothing is lost if it ends between the two: the next pass finds the old item without a file.
        await store.UpsertAsync(items, cancellation).ConfigureAwait(false);
        await DeleteAsync([.. moves.Where(move => move.From != move.To.File.Id).Select(move => move.From)], cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count > 0)
        {
            await store.DeleteAsync([.. ids.Select(id => new ItemId(id))], cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task WriteAsync(StampedFile[] files, CodedImages part, bool tagFolders, CancellationToken cancellation)
    {
        List<Item> items = new(part.Indices.Count);
        for (int row = 0; row < part.Indices.Count; row++)
        {
            StampedFile file = files[part.Indices[row]];
            ItemId id = new(file.File.Id);
            Item? before = await store.FindAsync(id, cancellation).ConfigureAwait(false);
            IEnumerable<string> tags = (before?.Tags ?? []).Union(tagFolders ? FolderTags.Of(file.File.Id) : [], StringComparer.Ordinal);
            items.Add(new Item(id, part.Codes[row].ToArray(), tags, file.Stamp.IntoPayload(before?.Payload)));
        }
        if (items.Count > 0)
        {
            await NoteModelAsync(cancellation).ConfigureAwait(false);
            await store.UpsertAsync(items, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>An empty store gets the name of the model before its first items: ending between the two leaves no items of which nobody knows the model.</summary>
    private async Task NoteModelAsync(CancellationToken cancellation)
    {
        if (!_noted && await store.NoteAsync(cancellation).ConfigureAwait(false) is null && (await store.InfoAsync(cancellation).ConfigureAwait(false)).Items == 0)
        {
            await store.SetNoteAsync(coder.Note, cancellation).ConfigureAwait(false);
        }
        _noted = true;
    }
}
