using Semblance.Index;
using Semblance.Serving.Http;
using Semblance.Serving.Postgres;

namespace Semblance.Cli.Verbs.Indexes;

/// <summary>Opens index directories for the verbs.</summary>
internal static class IndexFolder
{
    /// <summary>Whether a path is the directory of an index.</summary>
    /// <exception cref="ArgumentException">It is the URL of a database.</exception>
    public static bool Is(string path) => PostgresUrl.Is(path)
        ? throw new ArgumentException("this is a database, and the verb works on the directory of an index. 'semblance index pull' brings an index out of a database; 'semblance serve' searches it where it is.")
        : LiveIndex.Exists(path);

    /// <summary>Opens one to read.</summary>
    public static LiveIndex Read(string path) => LiveIndex.OpenRead(Require(path));

    /// <summary>Opens one to write.</summary>
    /// <exception cref="InvalidDataException">It is none, damaged, or open for writing elsewhere.</exception>
    public static LiveIndex Write(string path)
    {
        try
        {
            return LiveIndex.Open(Require(path));
        }
        catch (IOException fault) when (fault.Message.Contains("another writer", StringComparison.Ordinal))
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }

    /// <summary>An id as the index has them.</summary>
    /// <exception cref="ArgumentException">The index has numbers and it is none.</exception>
    public static ItemId IdOf(LiveIndex index, string text) => ItemText.Id(index.Ids, text);

    /// <summary>All codes of an index and their ids, in the order of the ids.</summary>
    public static (Codes Codes, IReadOnlyList<ItemId> Ids) AllOf(string path)
    {
        using LiveIndex index = Read(path);
        using Snapshot snapshot = index.Snapshot();
        int wordsEach = Codes.WordsFor(index.Bits);
        long count = snapshot.Count;
        if (count > Array.MaxLength / wordsEach)
        {
            throw new InvalidDataException($"{path} holds {count} items, more than fit into memory at once. Export parts of it.");
        }
        ulong[] words = new ulong[count * wordsEach];
        List<ItemId> ids = new((int)count);
        foreach (Item item in snapshot.Items())
        {
            item.Code.Span.CopyTo(words.AsSpan(ids.Count * wordsEach));
            ids.Add(item.Id);
        }
        return (new Codes(index.Bits, words), ids);
    }

    private static string Require(string path) => Is(path) ? path
        : throw new InvalidDataException($"{path} {(File.Exists(path) ? "is a file" : Directory.Exists(path) ? "is a folder without an index" : "is not there")}. Give the directory of an index; 'semblance index import' makes one.");
}
