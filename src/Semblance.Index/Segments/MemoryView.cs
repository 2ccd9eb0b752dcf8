namespace Semblance.Index.Segments;

/// <summary>The items in memory as they were at one time.</summary>
internal sealed class MemoryView(MemoryRows rows, MemoryView.Chunk[] chunks, int capacity, int count, int deleted)
{
    /// <summary>The chunks.</summary>
    public IReadOnlyList<Chunk> Chunks => chunks;

    /// <summary>Items that had been added.</summary>
    public int Count => count;

    /// <summary>Items that were not deleted.</summary>
    public int Alive => count - deleted;

    /// <summary>Whether an item was deleted.</summary>
    public bool IsDeleted(int item) => chunks[item / capacity].Deleted[item % capacity];

    /// <summary>The item that an id had.</summary>
    public Item? Find(ItemId id) =>
        rows.Find(id, this) is >= 0 and int item ? chunks[item / capacity].Part.ItemAt(item % capacity) : null;

    /// <summary>The first items of a chunk.</summary>
    internal sealed class Chunk(MemoryChunk part, int count, RowMarks deleted)
    {
        public MemoryChunk Part => part;

        public int Count => count;

        public RowMarks Deleted => deleted;

        // Made when it is first searched: most views of a busy index never are.
        public HammingIndex Search => field ??= new HammingIndex(part.First(count));
    }
}
