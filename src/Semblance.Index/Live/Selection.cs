using Semblance.Index.Segments;

namespace Semblance.Index.Live;

/// <summary>Which items of one part a search may return.</summary>
/// <remarks>Deleted items are asked for one by one, of those that are near enough; a filter by tags becomes a bitmap where the part knows the items of a tag.</remarks>
internal sealed class Selection
{
    private readonly PartView _view;
    private readonly LiveSearchOptions _options;
    private readonly TaggedItems? _tagged;
    private readonly bool _askTags;

    public Selection(PartView view, LiveSearchOptions options)
    {
        (_view, _options) = (view, options);
        if (options.Filter is { } filter)
        {
            _tagged = (view.Part as Segment)?.Accepted(filter);
            _askTags = _tagged is null;
        }

        Everything = view.Deleted.Count == 0 && options.Filter is null && options.Where is null;
    }

    /// <summary>Whether every item may be returned.</summary>
    public bool Everything { get; }

    /// <summary>The search of the rows of the part.</summary>
    /// <remarks>
    /// Ties at the k-th distance are kept where the order of rows is not that of the items that may be returned: in memory, and where the first holder of a
    /// code may be left out. Elsewhere the k nearest rows hold the k nearest items: a row that is not among them has k before it, each with an item
    /// that is nearer, or as near with a lower id.
    /// </remarks>
    public SearchOptions ForRows() => new()
    {
        Rows = _tagged?.Rows,
        Where = Everything || OnlyTagged ? null : AcceptsRow,
        Threads = _options.Threads,
        Plan = _options.Plan == SearchPlan.MultiIndex && _view.Search.Tables is null ? SearchPlan.Auto : _options.Plan,
        Cancellation = _options.Cancellation,
        KeepTies = NeedsTies,
    };

    /// <summary>Whether rows at the k-th distance must be kept, however many.</summary>
    public bool NeedsTies => !_view.RowsAreItemsInOrder && (_view.Part is not Segment || !Everything);

    /// <summary>Whether an item may be returned.</summary>
    public bool Accepts(int item) =>
        !_view.Deleted[item]
        && (_tagged is null || _tagged.Items[item])
        && (!_askTags || _options.Filter!.Accepts(_view.Part.TagsOf(item)))
        && (_options.Where is null || _options.Where(_view.Part.ItemAt(item)));

    private bool OnlyTagged => _tagged is not null && _view.Deleted.Count == 0 && _options.Where is null;

    private bool AcceptsRow(int row)
    {
        if (Accepts(row))
        {
            return true;
        }

        if (_view.Part is Segment segment)
        {
            (int first, int count) = segment.ExtrasOf(row);
            for (int item = first; item < first + count; item++)
            {
                if (Accepts(item))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
