using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Semblance.Index.Files;
using Semblance.Index.Storage;

namespace Semblance.Index.Segments;

/// <summary>The file that names the deleted items of a segment.</summary>
/// <remarks>
/// <code>
/// "SMBDELE" 0 | version u32 | items u32 | deleted items u32 | pages u32
/// each page with a deleted item: number u32 | words u32 | words u64     bit i mod 64 of word i / 64 for item i of the page of 32,768
/// CRC-32C of all before it
/// </code>
/// </remarks>
internal static class DeletedFile
{
    private const uint Version = 1;
    private const int HeaderLength = 24;

    private static ReadOnlySpan<byte> Magic => "SMBDELE\0"u8;

    /// <summary>Writes and syncs a file.</summary>
    public static DeletedEntry Write(FileStore store, long number, RowMarks marks)
    {
        byte[] bytes = ToBytes(marks);
        DeletedEntry entry = new(number, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - sizeof(uint))));
        using StoredFile file = store.Create(entry.FileName);
        file.Append(bytes);
        file.Sync();
        return entry;
    }

    /// <summary>Reads the file of an entry of the manifest.</summary>
    /// <exception cref="InvalidDataException">It is not the file that was written.</exception>
    public static RowMarks Read(FileStore store, DeletedEntry entry, int items)
    {
        string path = store.PathOf(entry.FileName);
        byte[] bytes = store.Read(entry.FileName);
        ReadOnlySpan<byte> body = bytes.AsSpan(0, Math.Max(0, bytes.Length - sizeof(uint)));
        if (bytes.Length < HeaderLength + sizeof(uint) || !body.StartsWith(Magic) || Checksum.Of(body) != entry.Checksum
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(body.Length)) != entry.Checksum)
        {
            throw Damage.At(path, 0, "its checksum is not the one of the manifest");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(body[8..]) != Version || BinaryPrimitives.ReadInt32LittleEndian(body[12..]) != items)
        {
            throw Damage.At(path, 8, $"it is not of version {Version} for {items} items");
        }

        RowMarks marks = new(items);
        bool whole = ReadPages(body[HeaderLength..], BinaryPrimitives.ReadInt32LittleEndian(body[20..]), marks);
        return whole && marks.Count == BinaryPrimitives.ReadInt32LittleEndian(body[16..]) ? marks : throw Damage.At(path, HeaderLength, "its pages do not follow the layout");
    }

    private static bool ReadPages(ReadOnlySpan<byte> bytes, int pages, RowMarks marks)
    {
        int last = -1;
        for (int i = 0; i < pages; i++)
        {
            int page = bytes.Length < 8 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(bytes);
            if (page <= last || page > (marks.Rows - 1) / RowMarks.PageRows)
            {
                return false;
            }

            int words = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
            if (words != RowMarks.WordsOf(marks.Rows, page) || (bytes.Length - 8) / sizeof(ulong) < words
                || !marks.AddPage(page, MemoryMarshal.Cast<byte, ulong>(bytes.Slice(8, words * sizeof(ulong))).ToArray()))
            {
                return false;
            }

            bytes = bytes[(8 + (words * sizeof(ulong)))..];
            last = page;
        }

        return bytes.IsEmpty;
    }

    private static byte[] ToBytes(RowMarks marks)
    {
        (int Page, ulong[] Words)[] pages = [.. marks.Pages];
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(marks.Rows);
        writer.Write(marks.Count);
        writer.Write(pages.Length);
        foreach ((int page, ulong[] words) in pages)
        {
            writer.Write(page);
            writer.Write(words.Length);
            writer.Write(MemoryMarshal.AsBytes(words.AsSpan()));
        }

        writer.Flush();
        writer.Write(Checksum.Of(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        writer.Flush();
        return stream.ToArray();
    }
}
