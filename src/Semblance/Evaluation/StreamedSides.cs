using Semblance.Evaluation.Kernels;

namespace Semblance.Evaluation;

/// <summary>Passes queries and gallery by in parts, as a plan says.</summary>
internal sealed class StreamedSides(RetrievalSides sides, Similarity similarity, StreamPlan plan, int threads)
{
    private RowPanels? _gallery;

    /// <summary>The first query of each group, and how many.</summary>
    public IEnumerable<(int First, int Count)> Groups() => Parts(sides.Queries.Count, plan.Queries);

    /// <summary>A group's embeddings.</summary>
    public RowPanels Queries(int first, int count) => plan.Halved ? Gallery(0, count) : Pack(sides.Queries, first, count);

    /// <summary>Runs over the gallery; where it is held as a whole it is copied once.</summary>
    public IEnumerable<(int First, RowPanels Rows)> Rows()
    {
        foreach ((int first, int count) in Parts(sides.Gallery.Count, plan.Rows))
        {
            yield return (first, Gallery(first, count));
        }
    }

    /// <summary>Tells every score of a group of queries.</summary>
    public void Pass(RowPanels queries, int firstQuery, MeetScores meet)
    {
        foreach ((int firstRow, RowPanels rows) in Rows())
        {
            ScoreStream.Run(sides, queries, firstQuery, rows, firstRow, threads, meet);
        }
    }

    private RowPanels Gallery(int first, int count) => count == sides.Gallery.Count ? _gallery ??= Pack(sides.Gallery, 0, count) : Pack(sides.Gallery, first, count);

    private RowPanels Pack(LabelledEmbeddings set, int first, int count) =>
        new(set.Rows.Span.Slice(first * set.Dimension, count * set.Dimension), set.Dimension, similarity, set.Items.Name, first);

    private static IEnumerable<(int First, int Count)> Parts(int count, int atOnce)
    {
        for (int first = 0; first < count; first += atOnce)
        {
            yield return (first, Math.Min(atOnce, count - first));
        }
    }
}
