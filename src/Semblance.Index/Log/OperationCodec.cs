using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Semblance.Index.Log;

/// <summary>Changes as bytes of a log record, and back.</summary>
/// <remarks>
/// <code>
/// change   kind u8 (1 put, 2 delete) | id
/// id       number i64, or length u16 | UTF-8
/// put adds words of the code u64 ... | tags u16 | each: length u16 | UTF-8 | payload length u32 | UTF-8 JSON (length 0: none)
/// </code>
/// </remarks>
internal sealed class OperationCodec(int bits, IdKind ids)
{
    private const byte Put = 1;
    private const byte Remove = 2;

    /// <summary>The bytes of some changes.</summary>
    public byte[] Encode(ReadOnlySpan<Operation> operations)
    {
        using var stream = new MemoryStream(operations.Length * (24 + (Codes.WordsFor(bits) * sizeof(ulong))));
        using var writer = new BinaryWriter(stream);
        foreach (Operation operation in operations)
        {
            Encode(writer, operation);
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>The changes of a record.</summary>
    /// <exception cref="FormatException">The bytes are not changes of such codes and ids.</exception>
    public IEnumerable<Operation> Decode(ReadOnlyMemory<byte> body)
    {
        for (int at = 0; at < body.Length;)
        {
            Cursor cursor = new(body.Span[at..]);
            Operation operation = Decode(ref cursor);
            at = body.Length - cursor.Left;
            yield return operation;
        }
    }

    private void Encode(BinaryWriter writer, Operation operation)
    {
        writer.Write(operation.Item is null ? Remove : Put);
        if (ids == IdKind.Number)
        {
            writer.Write(operation.Id.Number);
        }
        else
        {
            WriteText(writer, operation.Id.Text);
        }

        if (operation.Item is not { } item)
        {
            return;
        }

        writer.Write(MemoryMarshal.AsBytes(item.Words.AsSpan()));
        writer.Write((ushort)item.TagArray.Length);
        foreach (string tag in item.TagArray)
        {
            WriteText(writer, tag);
        }

        writer.Write(item.Json?.Length ?? 0);
        writer.Write(item.Json ?? []);
    }

    private Operation Decode(ref Cursor cursor)
    {
        byte kind = cursor.Take(1)[0];
        ItemId id = ids == IdKind.Number ? BinaryPrimitives.ReadInt64LittleEndian(cursor.Take(sizeof(long))) : new ItemId(cursor.TakeText());
        if (kind == Remove)
        {
            return new Operation(id, null);
        }

        if (kind != Put)
        {
            throw new FormatException($"a change of kind {kind} is not known");
        }

        ulong[] words = MemoryMarshal.Cast<byte, ulong>(cursor.Take(Codes.WordsFor(bits) * sizeof(ulong))).ToArray();
        var tags = new string[BinaryPrimitives.ReadUInt16LittleEndian(cursor.Take(sizeof(ushort)))];
        for (int i = 0; i < tags.Length; i++)
        {
            tags[i] = cursor.TakeText();
        }

        ReadOnlySpan<byte> json = cursor.Take(BinaryPrimitives.ReadInt32LittleEndian(cursor.Take(sizeof(int))));
        return new Operation(id, new Item(id, words, tags, json.IsEmpty ? null : json.ToArray()));
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        byte[] bytes = ItemId.StrictUtf8.GetBytes(text);
        writer.Write((ushort)bytes.Length);
        writer.Write(bytes);
    }

    private ref struct Cursor(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _bytes = bytes;

        public readonly int Left => _bytes.Length;

        public ReadOnlySpan<byte> Take(int count)
        {
            if ((uint)count > (uint)_bytes.Length)
            {
                throw new FormatException($"{count} bytes are needed and {_bytes.Length} are left");
            }

            ReadOnlySpan<byte> taken = _bytes[..count];
            _bytes = _bytes[count..];
            return taken;
        }

        public string TakeText() => Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)))));
    }
}
