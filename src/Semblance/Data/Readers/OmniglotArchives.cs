using System.IO.Compression;
using Semblance.Data.Stores;

namespace Semblance.Data.Readers;

/// <summary>Omniglot as it is distributed: zip archives with paths <c>set/alphabet/character/file.png</c>.</summary>
/// <remarks>
/// A class is a character of an alphabet, <c>Greek/character01</c>; the split of an image is the set of the first archive that has it. Its smaller
/// archives share whole alphabets: a drawing (alphabet, character and file) that is in several counts once, and must be the same in all.
/// </remarks>
internal static class OmniglotArchives
{
    // A drawing has some hundred bytes; an archive that claims far more is none of Omniglot's.
    private const long MostBytes = 1L << 24;

    public static Dataset Read(string path, string name, Problems problems)
    {
        SortedDictionary<string, Drawing> drawings = new(StringComparer.Ordinal);
        foreach (string archive in Archives(path))
        {
            ReadArchive(archive, drawings, problems);
        }
        problems.ThrowIfAny();
        if (drawings.Count == 0)
        {
            throw new InvalidDataException($"{path} holds no drawings; zip archives of Omniglot are needed, with paths such as images_background/Greek/character01/0394_01.png.");
        }
        string[] classes = [.. drawings.Keys.Select(ClassOf).Distinct(StringComparer.Ordinal)];
        Dictionary<string, int> places = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        DataItem[] items = [.. drawings.Select(entry => new DataItem(entry.Key, [places[ClassOf(entry.Key)]], entry.Value.Set))];
        return new(name, classes, items, Store(path, drawings), multiLabel: false, problems.Sentences);
    }

    /// <summary>Whether a folder has zip archives.</summary>
    public static bool IsFolder(string folder) => Directory.EnumerateFiles(folder, "*.zip").Any();

    private static string[] Archives(string path)
    {
        string[] files = Directory.Exists(path) ? [.. Directory.GetFiles(path, "*.zip").Order(StringComparer.Ordinal)] : [path];
        return files.Length > 0 ? files : throw new InvalidDataException($"{path} has no zip archives. Name a folder with those of Omniglot, such as images_background.zip.");
    }

    private static void ReadArchive(string path, SortedDictionary<string, Drawing> drawings, Problems problems)
    {
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => Listing.IsImage(entry.FullName)))
            {
                Add(path, entry, drawings, problems);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read as a zip archive: {exception.Message} Copy it again.", exception);
        }
    }

    private static void Add(string path, ZipArchiveEntry entry, SortedDictionary<string, Drawing> drawings, Problems problems)
    {
        string[] parts = entry.FullName.Split('/');
        if (parts.Length < 3 || entry.Length > MostBytes)
        {
            problems.Add($"{path} has {entry.FullName}; a drawing of Omniglot lies in alphabet/character/file. Take it out.");
            return;
        }
        string id = string.Join('/', parts[^3..]);
        byte[] bytes = Unpack(entry);
        string set = parts.Length > 3 ? parts[^4] : Path.GetFileNameWithoutExtension(path);
        if (drawings.TryAdd(id, new(set, bytes)) || drawings[id].Bytes.AsSpan().SequenceEqual(bytes))
        {
            return;
        }
        problems.Add($"{path} has {id}, which another archive has with other content. Keep one of the two.");
    }

    private static byte[] Unpack(ZipArchiveEntry entry)
    {
        byte[] bytes = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static MemoryStore Store(string path, SortedDictionary<string, Drawing> drawings)
    {
        byte[] all = new byte[checked((int)drawings.Values.Sum(drawing => (long)drawing.Bytes.Length))];
        List<ArchiveEntry> entries = new(drawings.Count);
        int offset = 0;
        foreach ((string id, Drawing drawing) in drawings)
        {
            drawing.Bytes.CopyTo(all, offset);
            entries.Add(new(id, offset, drawing.Bytes.Length));
            offset += drawing.Bytes.Length;
        }
        return new MemoryStore(path, all, entries);
    }

    private static string ClassOf(string id) => id[..id.LastIndexOf('/')];

    private sealed record Drawing(string Set, byte[] Bytes);
}
