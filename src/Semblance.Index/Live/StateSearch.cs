using System.Runtime.InteropServices;
using Semblance.Index.Segments;

namespace Semblance.Index.Live;

/// <summary>Searches all parts of a state and puts their results together, in order of (distance, id).</summary>
internal sealed class StateSearch(IndexState state, LiveSearchOptions options)
{
    /// <summary>The k nearest items.</summary>
    public ItemMatch[] Nearest(ReadOnlySpan<ulong> query, int k)
    {
        List<Hit> hits = [];
        foreach (PartView view in state.Parts())
        {
            Selection selection = new(view, options);
            Expand(view, selection, view.Search.Nearest(query, k, selection.ForRows()), k, hits);
        }

        return InOrder(hits, k);
    }

    /// <summary>All items within a radius.</summary>
    public ItemMatch[] Within(ReadOnlySpan<ulong> query, int radius)
    {
        List<Hit> hits = [];
        foreach (PartView view in state.Parts())
        {
            Selection selection = new(view, options);
            Expand(view, selection, view.Search.Within(query, radius, selection.ForRows()), int.MaxValue, hits);
        }

        return InOrder(hits, int.MaxValue);
    }

    /// <summary>The k nearest items of every query.</summary>
    public ItemMatch[][] Nearest(Codes queries, int k) => Batch(queries, k, (view, rows) => view.Search.Nearest(queries, k, rows));

    /// <summary>All items within a radius of every query.</summary>
    public ItemMatch[][] Within(Codes queries, int radius) => Batch(queries, int.MaxValue, (view, rows) => view.Search.Within(queries, radius, rows));

    private ItemMatch[][] Batch(Codes queries, int k, Func<PartView, SearchOptions, Neighbour[][]> search)
    {
        var hits = new List<Hit>[queries.Count];
        for (int query = 0; query < hits.Length; query++)
        {
            hits[query] = [];
        }

        foreach (PartView view in state.Parts())
        {
            Selection selection = new(view, options);
            Neighbour[][] found = search(view, selection.ForRows());
            for (int query = 0; query < hits.Length; query++)
            {
                Expand(view, selection, found[query], k, hits[query]);
            }
        }

        return Array.ConvertAll(hits, found => InOrder(found, k));
    }

    /// <summary>The items of rows that were found, the first k of them.</summary>
    private static void Expand(PartView view, Selection selection, Neighbour[] rows, int k, List<Hit> hits)
    {
        int before = hits.Count;
        foreach (Neighbour row in rows)
        {
            Add(view, selection, row.Row, row.Distance, hits);
            if (view.Part is Segment segment)
            {
                (int first, int count) = segment.ExtrasOf(row.Row);
                for (int item = first; item < first + count; item++)
                {
                    Add(view, selection, item, row.Distance, hits);
                }
            }
        }

        if (hits.Count - before > k)
        {
            CollectionsMarshal.AsSpan(hits)[before..].Sort(Hit.Compare);
            hits.RemoveRange(before + k, hits.Count - before - k);
        }
    }

    private static void Add(PartView view, Selection selection, int item, int distance, List<Hit> hits)
    {
        if (selection.Everything || selection.Accepts(item))
        {
            hits.Add(new Hit(view.Part.IdOf(item), distance, view.Part, item));
        }
    }

    private ItemMatch[] InOrder(List<Hit> hits, int k)
    {
        hits.Sort(Hit.Compare);
        var matches = new ItemMatch[Math.Min(k, hits.Count)];
        for (int i = 0; i < matches.Length; i++)
        {
            matches[i] = new ItemMatch(hits[i].Id, hits[i].Distance) { Item = options.Items ? hits[i].Part.ItemAt(hits[i].Item) : null };
        }

        return matches;
    }
}
