using System.Buffers.Binary;
using System.Text;
using Npgsql;
using Semblance.Index;

namespace Semblance.Serving.Postgres;

/// <summary>Items in the binary form of COPY: columns id, code, tags and payload.</summary>
/// <remarks>Format: PostgreSQL 15 documentation, COPY, "Binary Format"; of a bit string the number of bits and its bytes, of an array its dimensions, whether it has nulls, the type of its elements, and each.</remarks>
internal sealed class CopyRows(int bits)
{
    private const int TextType = 25;
    private const int PartBytes = 1 << 20;
    private static readonly byte[] Signature = [.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0];
    private byte[] _buffer = new byte[PartBytes + 4096];
    private int _length;

    /// <summary>Sends items; they count when the transaction is committed.</summary>
    /// <param name="connection">Within a transaction.</param>
    /// <param name="copy">COPY ... FROM STDIN (FORMAT binary).</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="items">The items.</param>
    /// <param name="progress">Hears of the number sent.</param>
    /// <param name="cancellation">Ends it; nothing is kept.</param>
    /// <returns>How many were sent.</returns>
    public static async Task<long> WriteAsync(NpgsqlConnection connection, string copy, int bits, IAsyncEnumerable<Item> items, Action<long>? progress, CancellationToken cancellation)
    {
        CopyRows rows = new(bits);
        NpgsqlRawCopyStream stream = await connection.BeginRawBinaryCopyAsync(copy, cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                return await rows.SendAsync(stream, items, progress, cancellation).ConfigureAwait(false);
            }
            catch
            {
                await AbandonAsync(stream).ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Says that the rest does not come; merely disposing of the stream would say that all was sent.</summary>
    private static async Task AbandonAsync(NpgsqlRawCopyStream stream)
    {
        try
        {
            await stream.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is ObjectDisposedException or NpgsqlException)
        {
            // The connection is gone, and what was sent with it.
        }
    }

    private async Task<long> SendAsync(Stream stream, IAsyncEnumerable<Item> items, Action<long>? progress, CancellationToken cancellation)
    {
        long sent = 0;
        Bytes(Signature);
        Number(0);
        Number(0);
        await foreach (Item item in items.WithCancellation(cancellation).ConfigureAwait(false))
        {
            Add(item);
            sent++;
            if (_length >= PartBytes)
            {
                await stream.WriteAsync(_buffer.AsMemory(0, _length), cancellation).ConfigureAwait(false);
                _length = 0;
                progress?.Invoke(sent);
            }
        }
        Short(-1);
        await stream.WriteAsync(_buffer.AsMemory(0, _length), cancellation).ConfigureAwait(false);
        progress?.Invoke(sent);
        return sent;
    }

    private void Add(Item item)
    {
        Short(4);
        Id(item.Id);
        int bytes = Codes.BytesFor(bits);
        Number(sizeof(int) + bytes);
        Number(bits);
        BitStrings.Write(item.Code.Span, Room(bytes));
        Tags(item.Tags);
        if (item.Payload is { } payload)
        {
            Text(payload);
        }
        else
        {
            Number(-1);
        }
    }

    private void Id(ItemId id)
    {
        if (id.Kind == IdKind.Text)
        {
            Text(id.Text);
            return;
        }
        Number(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(Room(sizeof(long)), id.Number);
    }

    private void Tags(IReadOnlyList<string> tags)
    {
        if (tags.Count == 0)
        {
            Number(-1);
            return;
        }
        int start = _length;
        Number(0);
        Number(1);
        Number(0);
        Number(TextType);
        Number(tags.Count);
        Number(1);
        for (int i = 0; i < tags.Count; i++)
        {
            Text(tags[i]);
        }
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(start), _length - start - sizeof(int));
    }

    private void Text(string text)
    {
        int bytes = Encoding.UTF8.GetByteCount(text);
        Number(bytes);
        Encoding.UTF8.GetBytes(text, Room(bytes));
    }

    private void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Room(bytes.Length));

    private void Number(int number) => BinaryPrimitives.WriteInt32BigEndian(Room(sizeof(int)), number);

    private void Short(short number) => BinaryPrimitives.WriteInt16BigEndian(Room(sizeof(short)), number);

    private Span<byte> Room(int bytes)
    {
        if (_length + bytes > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _length + bytes));
        }
        _length += bytes;
        return _buffer.AsSpan(_length - bytes, bytes);
    }
}
