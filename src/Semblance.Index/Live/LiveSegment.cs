using Semblance.Index.Segments;
using Semblance.Index.Storage;

namespace Semblance.Index.Live;

/// <summary>A segment with the deletions that the writer adds to.</summary>
internal sealed class LiveSegment(Segment segment, RowMarks deleted, DeletedEntry? saved)
{
    private SegmentView? _view;

    /// <summary>The segment.</summary>
    public Segment Segment => segment;

    /// <summary>Its deleted items.</summary>
    public RowMarks Deleted => deleted;

    /// <summary>The file that names the deleted items, as of the manifest.</summary>
    public DeletedEntry? Saved => saved;

    /// <summary>Whether items were deleted that the file does not name.</summary>
    public bool Unsaved { get; private set; }

    /// <summary>Items that are not deleted.</summary>
    public int Alive => segment.Items - deleted.Count;

    /// <summary>Deletes an item; false if it was deleted already.</summary>
    public bool Delete(int item)
    {
        if (!deleted.Add(item))
        {
            return false;
        }

        Unsaved = true;
        _view = null;
        return true;
    }

    /// <summary>The segment as it is now.</summary>
    public SegmentView View() => _view ??= new SegmentView(segment, deleted.View());

    /// <summary>The same segment with deletions of its own.</summary>
    public LiveSegment Fork() => new(segment, deleted.View(), saved) { Unsaved = Unsaved };

    /// <summary>The same segment and deletions after they were saved.</summary>
    public LiveSegment SavedAs(DeletedEntry? entry) => new(segment, deleted, entry) { _view = _view };
}
