using System.Runtime.InteropServices;
using Semblance.Index.Searching;
using Semblance.Index.Segments;

namespace Semblance.Index.Live;

/// <summary>Searches all parts of a state and puts their results together, in order of (distance, id).</summary>
internal sealed class StateSearch(IndexState state, LiveSearchOptions options)
{
    /// <summary>The k nearest items of every query.</summary>
    public ItemMatch[][] Nearest(Codes queries, int k) =>
        Array.ConvertAll(Search(queries, k, (view, rows) => view.Search.Nearest(queries, k, rows)), ToMatches);

    /// <summary>All items within a radius of every query.</summary>
    public ItemMatch[][] Within(Codes queries, int radius) =>
        Array.ConvertAll(Search(queries, int.MaxValue, (view, rows) => view.Search.Within(queries, radius, rows)), ToMatches);

    /// <summary>The k nearest of the items that are nearest by Hamming distance, by another one.</summary>
    public ScoredMatch[] Reranked(Codes query, int candidates, IRowScore score, int k)
    {
        List<Hit> hits = Search(query, candidates, (view, rows) => view.Search.Nearest(query, candidates, rows))[0];
        return ToScored(InOrder(hits.ConvertAll(hit => hit with { Distance = score.Of(hit.Part.CodeOf(hit.Item)) }), k));
    }

    /// <summary>The k nearest items by another distance.</summary>
    /// <param name="k">How many.</param>
    /// <param name="nearest">The k nearest rows of a part.</param>
    /// <param name="within">All rows of a part within a distance.</param>
    public ScoredMatch[] Nearest(int k, Func<HammingIndex, SearchOptions, ScoredRow[]> nearest, Func<HammingIndex, double, SearchOptions, ScoredRow[]> within)
    {
        List<Hit> hits = [];
        foreach (PartView view in state.Parts())
        {
            Selection selection = new(view, options);
            SearchOptions rows = selection.ForRows();
            ScoredRow[] found = nearest(view.Search, rows);
            if (found.Length == k && selection.NeedsTies)
            {
                found = within(view.Search, found[^1].Distance, rows);
            }

            Expand(view, selection, found, k, hits);
        }

        return ToScored(InOrder(hits, k));
    }

    /// <summary>All items within another distance.</summary>
    public ScoredMatch[] Within(Func<HammingIndex, SearchOptions, ScoredRow[]> within)
    {
        List<Hit> hits = [];
        foreach (PartView view in state.Parts())
        {
            Selection selection = new(view, options);
            Expand(view, selection, within(view.Search, selection.ForRows()), int.MaxValue, hits);
        }

        return ToScored(InOrder(hits, int.MaxValue));
    }

    /// <summary>How a search runs in every segment and in memory.</summary>
    public IReadOnlyList<PartExplanation> Explain(ReadOnlySpan<ulong> query, int k)
    {
        var parts = new List<PartExplanation>();
        foreach (PartView view in state.Parts())
        {
            string name = view.Part is Segment segment ? segment.Entry.FileName : $"{view.Items} items in memory";
            parts.Add(new PartExplanation(name, view.Search.Explain(query, k, new Selection(view, options).ForRows())));
        }

        return parts;
    }

    private static List<Hit> InOrder(List<Hit> hits, int k)
    {
        hits.Sort(Hit.Compare);
        if (hits.Count > k)
        {
            hits.RemoveRange(k, hits.Count - k);
        }

        return hits;
    }

    private static void Add(PartView view, Selection selection, int item, double distance, List<Hit> hits)
    {
        if (selection.Everything || selection.Accepts(item))
        {
            hits.Add(new Hit(view.Part.IdOf(item), distance, view.Part, item));
        }
    }

    /// <summary>The items of rows that were found, the first k of them.</summary>
    private static void Expand(PartView view, Selection selection, IEnumerable<ScoredRow> rows, int k, List<Hit> hits)
    {
        int before = hits.Count;
        foreach ((int row, double distance) in rows)
        {
            Add(view, selection, row, distance, hits);
            if (view.Part is Segment segment)
            {
                (int first, int count) = segment.ExtrasOf(row);
                for (int item = first; item < first + count; item++)
                {
                    Add(view, selection, item, distance, hits);
                }
            }
        }

        if (hits.Count - before > k)
        {
            CollectionsMarshal.AsSpan(hits)[before..].Sort(Hit.Compare);
            hits.RemoveRange(before + k, hits.Count - before - k);
        }
    }

    private List<Hit>[] Search(Codes queries, int k, Func<PartView, SearchOptions, Neighbour[][]> search)
    {
        var hits = new List<Hit>[queries.Count];
        for (int query = 0; query < hits.Length; query++)
        {
            hits[query] = [];
        }

        options.Cancellation.ThrowIfCancellationRequested();
        foreach (PartView view in state.Parts())
        {
            Selection selection = new(view, options);
            Neighbour[][] found = search(view, selection.ForRows());
            for (int query = 0; query < hits.Length; query++)
            {
                Expand(view, selection, found[query].Select(row => new ScoredRow(row.Row, row.Distance)), k, hits[query]);
            }
        }

        return Array.ConvertAll(hits, found => InOrder(found, k));
    }

    private ItemMatch[] ToMatches(List<Hit> hits) =>
        [.. hits.Select(hit => new ItemMatch(hit.Id, (int)hit.Distance) { Item = options.Items ? hit.Part.ItemAt(hit.Item) : null })];

    private ScoredMatch[] ToScored(List<Hit> hits) =>
        [.. hits.Select(hit => new ScoredMatch(hit.Id, hit.Distance) { Item = options.Items ? hit.Part.ItemAt(hit.Item) : null })];
}
