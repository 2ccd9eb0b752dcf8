using Semblance.Index.Segments;

namespace Semblance.Index.Live;

/// <summary>All items of an index as they were at one time. It is counted who reads it; segments that it names stay until the last one is done.</summary>
internal sealed class IndexState
{
    private int _references = 1;

    public IndexState(SegmentView[] segments, MemoryView memory)
    {
        (Segments, Memory) = (segments, memory);
        foreach (SegmentView view in segments)
        {
            view.Segment.Acquire();
        }
    }

    /// <summary>The segments.</summary>
    public IReadOnlyList<SegmentView> Segments { get; }

    /// <summary>The items that are not in a segment.</summary>
    public MemoryView Memory { get; }

    /// <summary>Number of items.</summary>
    public long Count => Segments.Sum(view => (long)view.Segment.Items - view.Deleted.Count) + Memory.Alive;

    /// <summary>Counts one more reader; false where the last one has left already.</summary>
    public bool TryAcquire()
    {
        int references = Volatile.Read(ref _references);
        while (references > 0)
        {
            int found = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (found == references)
            {
                return true;
            }

            references = found;
        }

        return false;
    }

    /// <summary>Counts one reader less.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            foreach (SegmentView view in Segments)
            {
                view.Segment.Release();
            }
        }
    }

    /// <summary>The item of an id, or null.</summary>
    public Item? Find(ItemId id)
    {
        if (Memory.Find(id) is { } item)
        {
            return item;
        }

        foreach (SegmentView view in Segments)
        {
            if (view.Segment.Find(id) is >= 0 and int found && !view.Deleted[found])
            {
                return view.Segment.ItemAt(found);
            }
        }

        return null;
    }

    /// <summary>All items, or those behind an id, in the order of their ids.</summary>
    public IEnumerable<Item> Items(ItemId? after = null)
    {
        var parts = new List<Part>();
        var merge = new IdMerge();
        foreach (PartView view in Parts())
        {
            merge.Add(view.Part, parts.Count, view.Deleted, view.Items, after);
            parts.Add(view.Part);
        }

        foreach ((int source, int item) in merge.Items())
        {
            yield return parts[source].ItemAt(item);
        }
    }

    /// <summary>All parts, segments first.</summary>
    public IEnumerable<PartView> Parts()
    {
        foreach (SegmentView view in Segments)
        {
            yield return new PartView(view.Segment, view.Segment.Items, view.Deleted, view.Segment.Search);
        }

        foreach (MemoryView.Chunk chunk in Memory.Chunks)
        {
            yield return new PartView(chunk.Part, chunk.Count, chunk.Deleted, chunk.Search);
        }
    }
}
