using System.Collections.Concurrent;

namespace Semblance.Index.Segments;

/// <summary>The items that are not in a segment yet. One thread changes them; views are read by any number.</summary>
/// <param name="bits">Bits of a code.</param>
/// <param name="ids">What the ids are.</param>
/// <param name="expected">Items that are expected; more fit.</param>
internal sealed class MemoryRows(int bits, IdKind ids, int expected)
{
    private const int MaxChunkWords = 1 << 16;

    private readonly int _capacity = Math.Clamp(MaxChunkWords / Codes.WordsFor(bits), 64, Math.Max(64, expected));
    private readonly ConcurrentDictionary<ItemId, int> _latest = new(1, 1024);
    private readonly List<RowMarks> _deleted = [];
    private readonly List<MemoryView.Chunk> _views = [];
    private volatile MemoryChunk[] _chunks = [];
    private int _firstChanged;

    /// <summary>Items that were added, deleted ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Items that are deleted.</summary>
    public int Deleted { get; private set; }

    /// <summary>The item that has an id now, or -1.</summary>
    /// <param name="id">The id.</param>
    /// <param name="known">Whether the id was added at some time: then no segment has it.</param>
    public int Find(ItemId id, out bool known)
    {
        known = _latest.TryGetValue(id, out int item);
        return known && !IsDeleted(item) ? item : -1;
    }

    /// <summary>Adds an item whose id no other one has now.</summary>
    public void Add(Item item)
    {
        if (Count == _chunks.Length * _capacity)
        {
            _chunks = [.. _chunks, new MemoryChunk(bits, ids, _capacity)];
            _deleted.Add(new RowMarks(_capacity));
        }

        _chunks[^1].Add(item, _latest.TryGetValue(item.Id, out int previous) ? previous : -1);
        _latest[item.Id] = Count;
        Touch(_chunks.Length - 1);
        Count++;
    }

    /// <summary>Deletes an item.</summary>
    public void Delete(int item)
    {
        _deleted[item / _capacity].Add(item % _capacity);
        Touch(item / _capacity);
        Deleted++;
    }

    /// <summary>The items as they are now.</summary>
    public MemoryView View()
    {
        MemoryChunk[] chunks = _chunks;
        for (int i = Math.Min(_firstChanged, _views.Count); i < chunks.Length; i++)
        {
            int count = chunks[i].Items;
            if (i < _views.Count && _views[i].Count == count && _views[i].Deleted.Count == _deleted[i].Count)
            {
                continue;
            }

            MemoryView.Chunk view = new(chunks[i], count, _deleted[i].View());
            if (i < _views.Count)
            {
                _views[i] = view;
            }
            else
            {
                _views.Add(view);
            }
        }

        _firstChanged = int.MaxValue;
        return new MemoryView(this, [.. _views], _capacity, Count, Deleted);
    }

    /// <summary>The item that had an id in a view, or -1.</summary>
    public int Find(ItemId id, MemoryView view)
    {
        if (!_latest.TryGetValue(id, out int item))
        {
            return -1;
        }

        while (item >= 0 && (item >= view.Count || view.IsDeleted(item)))
        {
            item = _chunks[item / _capacity].PreviousOf(item % _capacity);
        }

        return item;
    }

    private bool IsDeleted(int item) => _deleted[item / _capacity][item % _capacity];

    private void Touch(int chunk) => _firstChanged = Math.Min(_firstChanged, chunk);
}
