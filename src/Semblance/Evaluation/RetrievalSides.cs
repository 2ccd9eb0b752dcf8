namespace Semblance.Evaluation;

/// <summary>Who asks, what is searched, and which rows a query may not find.</summary>
public sealed class RetrievalSides
{
    private readonly IReadOnlyDictionary<int, int[]> _copies;

    private RetrievalSides(LabelledEmbeddings queries, LabelledEmbeddings gallery, bool leaveOneOut, OverlapRule overlap, IReadOnlyDictionary<int, int[]> copies, string post)
    {
        (Queries, Gallery, IsLeaveOneOut, Overlap, _copies, PostProcessing) = (queries, gallery, leaveOneOut, overlap, copies, post);
    }

    /// <summary>Embeddings that ask.</summary>
    public LabelledEmbeddings Queries { get; }

    /// <summary>Embeddings that are searched.</summary>
    public LabelledEmbeddings Gallery { get; }

    /// <summary>Whether query i is row i of the gallery and does not find itself.</summary>
    public bool IsLeaveOneOut { get; }

    /// <summary>What was done to the embeddings before they are ranked, as protocols say it; empty for nothing.</summary>
    public string PostProcessing { get; }

    internal OverlapRule Overlap { get; }

    /// <summary>Every item asks all others.</summary>
    /// <exception cref="ArgumentException">Fewer than two items.</exception>
    public static RetrievalSides LeaveOneOut(LabelledEmbeddings items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.Count >= 2
            ? new RetrievalSides(items, items, true, OverlapRule.Refuse, new Dictionary<int, int[]>(), "")
            : throw new ArgumentException($"{items.Items.Name} has {items.Count} items; leave-one-out needs at least two.", nameof(items));
    }

    /// <summary>Queries ask a gallery.</summary>
    /// <param name="queries">Embeddings that ask.</param>
    /// <param name="gallery">Embeddings that are searched.</param>
    /// <param name="overlap">What is done about items that are both.</param>
    /// <exception cref="ArgumentException">A side is empty, dimensions differ, or the sides overlap and <paramref name="overlap"/> refuses that.</exception>
    public static RetrievalSides QueryGallery(LabelledEmbeddings queries, LabelledEmbeddings gallery, OverlapRule overlap = OverlapRule.Refuse)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(gallery);
        if (queries.Count == 0 || gallery.Count == 0)
        {
            throw new ArgumentException($"{queries.Items.Name} has {queries.Count} queries, {gallery.Items.Name} has {gallery.Count} items; evaluation needs at least one of each.");
        }

        RequireSameDimension(queries, gallery);
        Dictionary<int, List<int>> copies = new Overlap(queries.Items, overlap).RowsToExclude(gallery.Items);
        return new RetrievalSides(queries, gallery, false, overlap, copies.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray()), "");
    }

    /// <summary>The same items with other embeddings.</summary>
    /// <param name="queries">Embeddings of the queries, row-major.</param>
    /// <param name="gallery">Embeddings of the gallery; the same memory as <paramref name="queries"/> where every item asks all others and nothing sets queries apart.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <param name="post">What was done, such as <c>expand-5</c>; without spaces.</param>
    public RetrievalSides With(ReadOnlyMemory<float> queries, ReadOnlyMemory<float> gallery, int dimension, string post)
    {
        LabelledEmbeddings asking = new(queries, dimension, Queries.Items);
        LabelledEmbeddings searched = IsLeaveOneOut && queries.Equals(gallery) ? asking : new LabelledEmbeddings(gallery, dimension, Gallery.Items);
        return new RetrievalSides(asking, searched, IsLeaveOneOut, Overlap, _copies, PostProcessing.Length == 0 ? post : $"{PostProcessing}+{post}");
    }

    /// <summary>Queries and gallery as one set in which every item asks all others; the queries come first. Where both are the same set it is that one.</summary>
    internal RetrievalSides Together()
    {
        if (IsSymmetric)
        {
            return this;
        }

        int queries = Queries.Count;
        LabelledItems items = new() { Name = $"{Queries.Items.Name} and {Gallery.Items.Name}", Labels = [.. Queries.Items.Labels, .. Gallery.Items.Labels] };
        LabelledEmbeddings all = new((float[])[.. Queries.Rows.Span, .. Gallery.Rows.Span], Gallery.Dimension, items);
        Dictionary<int, int[]> twins = IsLeaveOneOut ? Enumerable.Range(0, all.Count).ToDictionary(item => item, item => (int[])[item, item < queries ? item + queries : item - queries]) : [];
        return new RetrievalSides(all, all, !IsLeaveOneOut, Overlap, twins, PostProcessing);
    }

    /// <summary>Whether both sides are the same embeddings, so that a score of one pair is the score of both its orders.</summary>
    internal bool IsSymmetric => IsLeaveOneOut && ReferenceEquals(Queries, Gallery);

    /// <summary>Rows that a query may not find.</summary>
    internal int[] Excluded(int query) => IsLeaveOneOut ? [query] : _copies.TryGetValue(query, out int[]? rows) ? rows : [];

    /// <summary>Takes the scores of rows that a query may not find out of a run of scores.</summary>
    internal void LeaveOut(int query, int firstRow, Span<float> scores)
    {
        if (IsLeaveOneOut)
        {
            LeaveOut(query - firstRow, scores);
        }
        else if (_copies.Count > 0 && _copies.TryGetValue(query, out int[]? rows))
        {
            foreach (int row in rows)
            {
                LeaveOut(row - firstRow, scores);
            }
        }
    }

    internal Protocol ProtocolBy(Similarity similarity) => new()
    {
        Query = Queries.Items.Name,
        Database = IsLeaveOneOut ? "all-others" : Gallery.Items.Name,
        Relevance = LabelledItems.Relevance(Queries.Items, Gallery.Items) + similarity switch
        {
            Similarity.Cosine => "",
            Similarity.Dot => ",by-dot",
            _ => ",by-distance",
        },
        Ties = TieRule.Optimistic,
        Overlap = Overlap,
        PostProcessing = PostProcessing,
    };

    private static void LeaveOut(int place, Span<float> scores)
    {
        if ((uint)place < (uint)scores.Length)
        {
            scores[place] = float.NegativeInfinity;
        }
    }

    private static void RequireSameDimension(LabelledEmbeddings queries, LabelledEmbeddings gallery)
    {
        if (queries.Dimension != gallery.Dimension)
        {
            throw new ArgumentException($"the queries have {queries.Dimension} dimensions, the gallery has {gallery.Dimension}; both need the same. Embed both with the same model.");
        }
    }
}
