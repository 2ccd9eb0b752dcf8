using System.Buffers.Binary;
using System.Text;

namespace Semblance.Index.Files;

/// <summary>The bytes of a file of codes or embeddings.</summary>
/// <remarks>
/// Everything is little-endian; every part ends with the CRC-32C of its bytes.
/// <code>
/// header  "SMBROWS" 0 | version u32 | kind u32 | width u32 | metadata length u32 | metadata (UTF-8 JSON, or nothing) | CRC u32
/// block   "BLCK" | rows u32 | items length u32 | items | rows | CRC u32          (any number of blocks)
/// item    id length u16 | id (UTF-8) | content hash u64 | labels u16 | label i32 ...
/// end     "ENDR" | rows u64 | blocks u32 | CRC u32
/// </code>
/// A file without its end was not finished: its whole blocks are good, and a writer goes on behind them.
/// </remarks>
internal static class RowFileLayout
{
    public const uint Version = 1;
    public const int FixedHeader = 24;
    public const int FixedBlock = 12;
    public const int EndLength = 20;
    public const int CrcLength = 4;
    public const int MaxMetadata = 64 << 20;
    public const uint BlockTag = 0x4B434C42;
    public const uint EndTag = 0x52444E45;

    public static ReadOnlySpan<byte> Magic => "SMBROWS\0"u8;

    public static byte[] Header(RowFormat format, string metadata)
    {
        byte[] text = Encoding.UTF8.GetBytes(metadata);
        var bytes = new byte[FixedHeader + text.Length + CrcLength];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), (uint)format.Kind);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), (uint)format.Width);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), (uint)text.Length);
        text.CopyTo(bytes, FixedHeader);
        return Seal(bytes);
    }

    public static byte[] Block(RowBlock block)
    {
        byte[] items = Items(block.Items);
        var bytes = new byte[FixedBlock + items.Length + block.Bytes.Length + CrcLength];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, BlockTag);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)block.Items.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), (uint)items.Length);
        items.CopyTo(bytes, FixedBlock);
        block.Bytes.CopyTo(bytes, FixedBlock + items.Length);
        return Seal(bytes);
    }

    public static byte[] End(long rows, int blocks)
    {
        var bytes = new byte[EndLength];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, EndTag);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(4), (ulong)rows);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), (uint)blocks);
        return Seal(bytes);
    }

    public static bool IsSealed(ReadOnlySpan<byte> bytes) =>
        Checksum.Of(bytes[..^CrcLength]) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[^CrcLength..]);

    /// <summary>Reads the items of a block whose checksum is right; null where the bytes do not follow the layout.</summary>
    public static List<RowItem>? ReadItems(ReadOnlySpan<byte> bytes, int count)
    {
        var items = new List<RowItem>(count);
        for (int i = 0; i < count; i++)
        {
            if (ReadItem(ref bytes) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return bytes.IsEmpty ? items : null;
    }

    private static RowItem? ReadItem(ref ReadOnlySpan<byte> bytes)
    {
        const int Fixed = 12;
        int idLength = bytes.Length < Fixed ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (bytes.Length < Fixed + idLength)
        {
            return null;
        }

        string id = Encoding.UTF8.GetString(bytes.Slice(2, idLength));
        ulong hash = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(2 + idLength)..]);
        var labels = new int[BinaryPrimitives.ReadUInt16LittleEndian(bytes[(10 + idLength)..])];
        bytes = bytes[(Fixed + idLength)..];
        if (bytes.Length < labels.Length * sizeof(int))
        {
            return null;
        }

        for (int i = 0; i < labels.Length; i++, bytes = bytes[sizeof(int)..])
        {
            labels[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        }

        return new RowItem(id, labels, hash);
    }

    private static byte[] Items(IReadOnlyList<RowItem> items)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (RowItem item in items)
        {
            byte[] id = Encoding.UTF8.GetBytes(item.Id);
            if (id.Length > ushort.MaxValue || item.Labels.Count > ushort.MaxValue)
            {
                throw new ArgumentException($"item '{item.Id[..Math.Min(item.Id.Length, 80)]}' has an id of {id.Length} bytes and {item.Labels.Count} labels; a file holds up to {ushort.MaxValue} of each. Shorten the id.");
            }

            writer.Write((ushort)id.Length);
            writer.Write(id);
            writer.Write(item.ContentHash);
            writer.Write((ushort)item.Labels.Count);
            foreach (int label in item.Labels)
            {
                writer.Write(label);
            }
        }

        writer.Flush();
        return stream.ToArray();
    }

    private static byte[] Seal(byte[] bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - CrcLength), Checksum.Of(bytes.AsSpan(0, bytes.Length - CrcLength)));
        return bytes;
    }
}
