namespace Semblance.Serving.Ingestion;

/// <summary>Brings a target into step with a folder, pass after pass.</summary>
/// <remarks>What is known is read from the target alone, so an interrupted pass is simply gone on with. Files that could not be read are tried again only when they have changed.</remarks>
/// <param name="folder">The folder.</param>
/// <param name="target">Stays the caller's; no one else ingests the same prefix into it.</param>
/// <param name="options">How.</param>
public sealed class FolderIngest(string folder, IIngestTarget target, IngestOptions options)
{
    private const int FewEnoughToDelete = 10;
    private readonly Dictionary<string, RefusedFile> _refused = new(StringComparer.Ordinal);
    private Dictionary<string, FileStamp>? _known;

    /// <summary>Does what has to be done now.</summary>
    /// <param name="progress">Hears of files done and files to do.</param>
    /// <param name="cancellation">Stops between batches; what is written stays.</param>
    /// <exception cref="InvalidDataException">The folder cannot be read, or more than half of the items would be deleted.</exception>
    public async Task<IngestReport> RunAsync(Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        IReadOnlyList<FolderFile> all = FolderFile.In(folder, options.Prefix);
        FolderFile[] growing = [.. all.Where(file => options.Settle > TimeSpan.Zero && DateTime.UtcNow - file.Modified < options.Settle)];
        _known ??= await target.KnownAsync(options.Prefix, cancellation).ConfigureAwait(false);
        FolderChanges changes = Compare(_known, all, growing);
        RequireFewDeletions(changes, _known.Count);
        try
        {
            return await ApplyAsync(changes, progress, cancellation).ConfigureAwait(false) with { Waiting = growing.Length };
        }
        catch
        {
            _known = null; // What was written before it failed is read anew.
            throw;
        }
    }

    /// <summary>Growing and refused files count as they were: neither new nor gone.</summary>
    private FolderChanges Compare(Dictionary<string, FileStamp> known, IReadOnlyList<FolderFile> files, FolderFile[] growing)
    {
        HashSet<string> passedOver = [.. growing.Select(file => file.Id), .. files.Where(IsRefused).Select(file => file.Id)];
        FolderFile[] looked = [.. files.Where(file => !passedOver.Contains(file.Id))];
        Dictionary<string, FileStamp> others = known.Where(pair => !passedOver.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
        return FolderChanges.Between(others, looked, FileStamp.Of);
    }

    private bool IsRefused(FolderFile file) => _refused.TryGetValue(file.Id, out RefusedFile? before) && before.File.Bytes == file.Bytes && before.File.Modified == file.Modified;

    private void RequireFewDeletions(FolderChanges changes, int known)
    {
        if (!options.AllowMassDeletion && changes.Deleted.Count > Math.Max(FewEnoughToDelete, known / 2))
        {
            throw new InvalidDataException($"{changes.Deleted.Count} of the {known} images of {target.Name} are no longer in {folder}, as if a disk were not mounted. Nothing was changed. If they were meant to go, say --allow-mass-deletion.");
        }
    }

    private async Task<IngestReport> ApplyAsync(FolderChanges changes, Action<int, int>? progress, CancellationToken cancellation)
    {
        List<RefusedFile> refused = [.. changes.Refused];
        int total = changes.New.Count + changes.Changed.Count, done = 0;
        foreach (MovedFile[] moves in changes.Moved.Chunk(options.Batch))
        {
            await target.MoveAsync(moves, options.TagFolders, cancellation).ConfigureAwait(false);
            Array.ForEach(moves, Remember);
        }
        foreach (StampedFile[] batch in changes.New.Concat(changes.Changed).Chunk(options.Batch))
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<RefusedFile> bad = await target.PutAsync(batch, options.TagFolders, cancellation).ConfigureAwait(false);
            refused.AddRange(bad);
            Remember(batch.Where(file => bad.All(other => other.File.Id != file.File.Id)));
            progress?.Invoke(done += batch.Length, total);
        }
        foreach (string[] ids in changes.Deleted.Chunk(options.Batch))
        {
            await target.DeleteAsync(ids, cancellation).ConfigureAwait(false);
            Array.ForEach(ids, id => _known!.Remove(id));
        }
        refused.ForEach(file => _refused[file.File.Id] = file);
        return Report(changes, refused);
    }

    private void Remember(MovedFile move)
    {
        _known!.Remove(move.From);
        _known[move.To.File.Id] = move.To.Stamp;
    }

    private void Remember(IEnumerable<StampedFile> files)
    {
        foreach (StampedFile file in files)
        {
            _known![file.File.Id] = file.Stamp;
            _refused.Remove(file.File.Id);
        }
    }

    private static IngestReport Report(FolderChanges changes, List<RefusedFile> refused)
    {
        HashSet<string> bad = [.. refused.Select(file => file.File.Id)];
        return new IngestReport
        {
            Added = changes.New.Count(file => !bad.Contains(file.File.Id)),
            Changed = changes.Changed.Count(file => !bad.Contains(file.File.Id)),
            Moved = changes.Moved.Count(move => move.From != move.To.File.Id),
            Deleted = changes.Deleted.Count,
            Unchanged = changes.Unchanged + changes.Moved.Count(move => move.From == move.To.File.Id),
            Refused = [.. refused.Select(file => file.Reason)],
        };
    }
}
