using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using Semblance.Data.Stores;

namespace Semblance.Data.Readers;

/// <summary>A gzip stream of records: label (1 byte), length (2 bytes, little-endian), image file of that length. Kept in memory.</summary>
internal static class RecordStream
{
    public static (ImageStore Store, DataItem[] Items) Read(string path, string split, Problems problems)
    {
        byte[] bytes = Unpack(path, problems);
        List<ArchiveEntry> entries = [];
        List<DataItem> items = [];
        int at = 0;
        while (at + 3 <= bytes.Length)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 1));
            if (at + 3 + length > bytes.Length)
            {
                break;
            }
            string number = items.Count.ToString("D5", CultureInfo.InvariantCulture);
            entries.Add(new($"record {items.Count}", at + 3, length));
            items.Add(new($"{split}/{number}", [bytes[at]], split));
            at += 3 + length;
        }
        if (at != bytes.Length)
        {
            problems.Add($"{path} ends inside record {items.Count}. Copy the file again.");
            problems.ThrowIfAny();
        }
        return (new MemoryStore(path, bytes, entries), [.. items]);
    }

    private static byte[] Unpack(string path, Problems problems)
    {
        using MemoryStream unpacked = new();
        try
        {
            using FileStream file = File.OpenRead(path);
            using GZipStream gzip = new(file, CompressionMode.Decompress);
            gzip.CopyTo(unpacked);
        }
        catch (InvalidDataException exception)
        {
            problems.Add($"{path} is not a whole gzip file: {exception.Message} Copy the file again.");
            problems.ThrowIfAny();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {exception.Message}", exception);
        }
        return unpacked.ToArray();
    }
}
