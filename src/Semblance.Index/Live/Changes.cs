using Semblance.Index.Log;
using Semblance.Index.Segments;

namespace Semblance.Index.Live;

/// <summary>Applies changes to segments and memory. An id has at most one item that is not deleted.</summary>
internal sealed class Changes(IReadOnlyList<LiveSegment> segments, MemoryRows memory)
{
    /// <summary>Where an id stands in the segments.</summary>
    /// <exception cref="InvalidDataException">A segment is damaged where it was looked for.</exception>
    public Place Locate(ItemId id)
    {
        memory.Find(id, out bool known);
        if (known)
        {
            return default;
        }

        foreach (LiveSegment segment in segments)
        {
            if (segment.Segment.Find(id) is >= 0 and int item && !segment.Deleted[item])
            {
                return new Place(segment, item);
            }
        }

        return default;
    }

    /// <summary>Applies a change; it touches no file.</summary>
    /// <returns>Whether there was an item of that id.</returns>
    public bool Apply(Operation operation, Place place)
    {
        int item = memory.Find(operation.Id, out bool known);
        if (item >= 0)
        {
            memory.Delete(item);
        }

        bool found = item >= 0 || (!known && place.Segment?.Delete(place.Item) == true);
        if (operation.Item is not null)
        {
            memory.Add(operation.Item);
        }

        return found;
    }
}
