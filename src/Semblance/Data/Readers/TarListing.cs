using System.Formats.Tar;
using Semblance.Data.Stores;

namespace Semblance.Data.Readers;

/// <summary>The image files inside an uncompressed tar archive.</summary>
internal static class TarListing
{
    public static Listing Read(string path)
    {
        List<ArchiveEntry> entries = [];
        int others = 0;
        try
        {
            using FileStream file = File.OpenRead(path);
            using TarReader reader = new(file);
            while (reader.GetNextEntry() is TarEntry entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                {
                    continue;
                }
                if (Listing.IsImage(entry.Name) && entry.Length <= int.MaxValue)
                {
                    entries.Add(new(Clean(entry.Name), entry.DataOffset, (int)entry.Length));
                }
                else
                {
                    others++;
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path} is not a whole tar archive: {exception.Message} Copy it again, or pack it again without compression.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {exception.Message}", exception);
        }
        entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        DemandDistinct(path, entries);
        return new(path, [.. entries.Select(entry => entry.Name)], places => new ArchiveStore(path, [.. places.Select(place => entries[place])]), others, []);
    }

    private static string Clean(string name) => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;

    private static void DemandDistinct(string path, List<ArchiveEntry> entries)
    {
        for (int i = 1; i < entries.Count; i++)
        {
            if (entries[i].Name == entries[i - 1].Name)
            {
                throw new InvalidDataException($"{path} holds {entries[i].Name} twice. Pack it again with one of them.");
            }
        }
    }
}
