using System.Runtime.InteropServices;
using Semblance.Index.Storage;

namespace Semblance.Index.Segments;

/// <summary>Writes the items of some parts into one new segment.</summary>
/// <remarks>
/// Three steps: the items in the order of their ids; which of them have a code that an item before them has; the columns, in the order that results.
/// It needs 12 to 16 bytes of memory an item beside the tags.
/// </remarks>
/// <param name="bits">Bits of a code.</param>
/// <param name="ids">What the ids are.</param>
/// <param name="tables">Whether tables of substrings are built where they can pay.</param>
internal sealed class SegmentBuilder(int bits, IdKind ids, bool tables = false)
{
    private const int Batch = 4096;

    private readonly List<Part> _parts = [];
    private readonly List<RowMarks?> _deleted = [];
    private readonly List<int> _bases = [];
    private int _total;
    private int[] _items = [];
    private int[] _extraRows = [];
    private int[] _extrasById = [];
    private int _rows;

    /// <summary>Adds the items of a part, without its deleted ones.</summary>
    public void Add(Part part, RowMarks? deleted)
    {
        _parts.Add(part);
        _deleted.Add(deleted is { Count: > 0 } ? deleted : null);
        _bases.Add(_total);
        _total = checked(_total + part.Items);
    }

    /// <summary>Writes the segment and syncs it.</summary>
    /// <returns>Its entry for the manifest, or null where there is no item.</returns>
    public SegmentEntry? Write(FileStore store, long number, CancellationToken cancellation = default)
    {
        int[] order = InIdOrder();
        if (order.Length == 0)
        {
            return null;
        }

        FindEqualCodes(order, cancellation);
        cancellation.ThrowIfCancellationRequested();
        using var writer = new SegmentWriter(store, FileNames.Segment(number));
        WriteCodes(writer, cancellation);
        cancellation.ThrowIfCancellationRequested();
        WriteIds(writer);
        WriteExtras(writer);
        WriteTags(writer);
        cancellation.ThrowIfCancellationRequested();
        WritePayloads(writer);
        WriteTables(writer, cancellation);
        (long length, uint checksum) = writer.Complete(bits, ids, _items.Length, _rows);
        return new SegmentEntry(number, length, checksum, null);
    }

    private int[] InIdOrder()
    {
        var merge = new IdMerge();
        int alive = 0;
        for (int i = 0; i < _parts.Count; i++)
        {
            merge.Add(_parts[i], i, _deleted[i], _parts[i].Items);
            alive += _parts[i].Items - (_deleted[i]?.Count ?? 0);
        }

        var order = new int[alive];
        int next = 0;
        foreach ((int source, int item) in merge.Items())
        {
            order[next++] = _bases[source] + item;
        }

        return order;
    }

    private void FindEqualCodes(int[] order, CancellationToken cancellation)
    {
        int words = Codes.WordsFor(bits);
        var table = new CodeTable(order.Length);
        var holders = new CodesOf(this, order);
        var extras = new List<(int Row, int Item)>();
        var codes = new ulong[Batch * words];
        for (int start = 0; start < order.Length; start += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            int end = Math.Min(start + Batch, order.Length);
            CopyCodes(order.AsSpan(start, end - start), codes);
            for (int i = start; i < end; i++)
            {
                int item = order[i];
                int row = table.FindOrAdd(codes.AsSpan((i - start) * words, words), _rows, holders);
                if (row == _rows)
                {
                    // Rows are given in the order of ids, so the place is never ahead of what is still to be read. It is written first:
                    // the table asks for the codes of rows that it has kept.
                    order[_rows++] = item;
                }
                else
                {
                    extras.Add((row, item));
                }
            }
        }

        PlaceExtras(order, extras);
    }

    private void PlaceExtras(int[] order, List<(int Row, int Item)> extras)
    {
        // Extras came in the order of ids; a stable sort by row leaves them in that order within a row.
        var byRow = new long[extras.Count];
        for (int i = 0; i < byRow.Length; i++)
        {
            byRow[i] = ((long)extras[i].Row << 32) | (uint)i;
        }

        Array.Sort(byRow);
        _extraRows = new int[byRow.Length];
        _extrasById = new int[byRow.Length];
        for (int place = 0; place < byRow.Length; place++)
        {
            int extra = (int)(byRow[place] & uint.MaxValue);
            _extraRows[place] = extras[extra].Row;
            _extrasById[extra] = place;
            order[_rows + place] = extras[extra].Item;
        }

        _items = order;
    }

    private void WriteCodes(SegmentWriter writer, CancellationToken cancellation)
    {
        int words = Codes.WordsFor(bits);
        var codes = new ulong[Batch * words];
        writer.BeginColumn(SegmentLayout.Codes);
        for (int start = 0; start < _rows; start += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(Batch, _rows - start);
            CopyCodes(_items.AsSpan(start, count), codes);
            writer.Write<ulong>(codes.AsSpan(0, count * words));
        }

        writer.EndColumn();
    }

    /// <summary>Copies the codes of some items, one after another.</summary>
    private void CopyCodes(ReadOnlySpan<int> places, Span<ulong> destination)
    {
        int words = Codes.WordsFor(bits);
        Part? current = null;
        ReadOnlySpan<ulong> all = default;
        for (int i = 0; i < places.Length; i++)
        {
            Part part = PartOf(places[i], out int item);
            if (part != current)
            {
                current = part;
                all = part.Codes.Words;
            }

            int row = part.RowOf(item);
            if (words == 1)
            {
                destination[i] = all[row];
            }
            else
            {
                all.Slice(row * words, words).CopyTo(destination[(i * words)..]);
            }
        }
    }

    private void WriteIds(SegmentWriter writer)
    {
        if (ids == IdKind.Text)
        {
            var buffer = new byte[ItemId.MaxTextBytes];
            WriteRuns(writer, SegmentLayout.TextOffsets, SegmentLayout.Texts, (part, item) => part.TextOf(item, buffer));
            return;
        }

        Span<long> batch = new long[Batch];
        writer.BeginColumn(SegmentLayout.Numbers);
        for (int start = 0; start < _items.Length; start += Batch)
        {
            int count = Math.Min(Batch, _items.Length - start);
            for (int i = 0; i < count; i++)
            {
                Part part = PartOf(_items[start + i], out int item);
                batch[i] = part.NumberOf(item);
            }

            writer.Write<long>(batch[..count]);
        }

        writer.EndColumn();
    }

    private void WriteExtras(SegmentWriter writer)
    {
        if (_extraRows.Length > 0)
        {
            writer.Column<int>(SegmentLayout.ExtraRows, _extraRows);
            writer.Column<int>(SegmentLayout.ExtrasById, _extrasById);
        }
    }

    private void WritePayloads(SegmentWriter writer)
    {
        if (_parts.Exists(part => part.HasPayloads))
        {
            WriteRuns(writer, SegmentLayout.PayloadOffsets, SegmentLayout.Payloads, (part, item) => part.PayloadOf(item));
        }
    }

    private void WriteTags(SegmentWriter writer)
    {
        if (!_parts.Exists(part => part.HasTags))
        {
            return;
        }

        var names = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var tagsOf = new string[_items.Length][];
        for (int i = 0; i < _items.Length; i++)
        {
            tagsOf[i] = PartOf(_items[i], out int item).TagsOf(item);
            foreach (string tag in tagsOf[i])
            {
                names[tag] = 0;
            }
        }

        if (names.Count > 0)
        {
            new TagWriter(writer, [.. names.Keys], tagsOf).Write();
        }
    }

    private void WriteTables(SegmentWriter writer, CancellationToken cancellation)
    {
        if (!tables || !MultiIndex.Pays(bits, _rows))
        {
            return;
        }

        var words = new ulong[(long)_rows * Codes.WordsFor(bits)];
        CopyCodes(_items.AsSpan(0, _rows), words);
        foreach ((string name, ReadOnlyMemory<byte> bytes) in MultiIndex.MakeColumns(new Codes(bits, new Column<ulong>(words)), null, cancellation))
        {
            writer.Column(name, bytes.Span);
        }
    }

    private void WriteRuns(SegmentWriter writer, string offsetColumn, string valueColumn, RunOf runOf)
    {
        var offsets = new uint[_items.Length + 1];
        long end = 0;
        writer.BeginColumn(valueColumn);
        for (int i = 0; i < _items.Length; i++)
        {
            ReadOnlySpan<byte> run = runOf(PartOf(_items[i], out int item), item);
            writer.Write(run);
            end += run.Length;
            if (end > Array.MaxLength)
            {
                throw new InvalidOperationException($"the column '{valueColumn}' would take more than {Array.MaxLength} bytes; a segment cannot hold it. Import fewer items at a time, or keep large payloads elsewhere.");
            }

            offsets[i + 1] = (uint)end;
        }

        writer.EndColumn();
        writer.Column<uint>(offsetColumn, offsets);
    }

    private ReadOnlySpan<ulong> CodeOf(int place) => PartOf(place, out int item).CodeOf(item);

    private Part PartOf(int place, out int item)
    {
        int part = _parts.Count - 1;
        while (_bases[part] > place)
        {
            part--;
        }

        item = place - _bases[part];
        return _parts[part];
    }

    private delegate ReadOnlySpan<byte> RunOf(Part part, int item);

    private readonly struct CodesOf(SegmentBuilder builder, int[] holders) : ICodesOfRows
    {
        public ReadOnlySpan<ulong> CodeOf(int row) => builder.CodeOf(holders[row]);
    }
}
