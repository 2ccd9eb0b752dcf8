using Semblance.Encoders;
using Semblance.Index;
using Semblance.IO;

namespace Semblance.Serving.Stores;

/// <summary>Copies all items of a store, as they are at one moment, into a new index in a directory; the directory gets its name when it is whole.</summary>
public static class StoreCopy
{
    /// <summary>What the name of a directory ends in while it is filled.</summary>
    public const string Suffix = ".partial";

    private const int RowsOfPart = 1 << 19;

    /// <summary>Copies; the store may be written meanwhile.</summary>
    /// <param name="source">Where the items come from; those of one moment are taken.</param>
    /// <param name="directory">A directory that is not there yet, or empty.</param>
    /// <param name="received">Hears of the number of items so far.</param>
    /// <param name="cancellation">Ends it; nothing stays.</param>
    /// <returns>How many items were copied.</returns>
    /// <exception cref="InvalidDataException">The directory has files, or what has the name of the one that would be filled was not left by an interrupted copy, or is filled by another now.</exception>
    public static async Task<long> RunAsync(ISearchStore source, string directory, Action<long>? received = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
        {
            throw new InvalidDataException($"{directory} {(File.Exists(directory) ? "is a file" : "has files")}. Name a directory that is empty, or one that does not exist.");
        }
        string beside = Path.TrimEndingDirectorySeparator(directory) + Suffix;
        RemoveLeft(beside);
        try
        {
            long items = await FillAsync(source, beside, received, cancellation).ConfigureAwait(false);
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory);
            }
            Directory.Move(beside, directory);
            return items;
        }
        finally
        {
            if (Directory.Exists(beside))
            {
                Directory.Delete(beside, recursive: true);
            }
        }
    }

    private static async Task<long> FillAsync(ISearchStore source, string directory, Action<long>? received, CancellationToken cancellation)
    {
        EncodedNote? note = await source.NoteAsync(cancellation).ConfigureAwait(false);
        long items = 0;
        using (LiveIndex index = LiveIndex.Create(directory, new LiveIndexOptions { Bits = source.Bits, Ids = source.Ids }))
        {
            await foreach (Item[] part in source.ItemsAsync(null, cancellation).Chunk(RowsOfPart).WithCancellation(cancellation).ConfigureAwait(false))
            {
                index.Import(part);
                items += part.Length;
                received?.Invoke(items);
            }
            cancellation.ThrowIfCancellationRequested();
            index.Compact(null, cancellation);
        }
        if (note is not null)
        {
            await using LocalStore store = LocalStore.Open(directory, new StoreOptions());
            await store.SetNoteAsync(note, cancellation).ConfigureAwait(false);
        }
        return items;
    }

    /// <summary>Removes what an interrupted copy has left, and nothing else.</summary>
    private static void RemoveLeft(string directory)
    {
        if (File.Exists(directory) || (Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).All(IsOfIndex)))
        {
            throw new InvalidDataException($"{directory} is in the way: the copy is made under this name, and it holds what no interrupted copy has left. Move it away, or give the copy another name.");
        }
        if (LiveIndex.HasWriter(directory))
        {
            throw new InvalidDataException($"{directory} is being filled by another copy. Wait for its end, or give this copy another name.");
        }
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static bool IsOfIndex(string path) =>
        File.Exists(path) && Path.GetFileName(path) is var name && (LiveIndex.IsFileName(name) || name is IndexNote.Name or IndexNote.Name + AtomicFile.Suffix);
}
