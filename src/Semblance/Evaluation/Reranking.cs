using System.Globalization;

namespace Semblance.Evaluation;

/// <summary>Evaluates rankings whose first rows are put in a better order; the rows behind them stay where they were.</summary>
/// <remarks>No two rows of such a ranking tie, so that every number of the scores is under the order by index.</remarks>
public static class Reranking
{
    /// <summary>The rows nearest by Hamming distance of the signs, put in order of their exact cosine: a search that reads a bit for each number first, and whole embeddings of few rows.</summary>
    /// <param name="sides">Who asks what; a sign is 1 where a number is at least 0.</param>
    /// <param name="top">Rows of each query that are put in order; above 0. Where the gallery has fewer, all of them.</param>
    /// <param name="options">What to measure.</param>
    public static RetrievalScores ByCosine(RetrievalSides sides, int top, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sides);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        // The product of rows of -1 and 1 is bits - 2 * distance, exactly.
        options = (options ?? new RetrievalOptions()) with { Similarity = Similarity.Dot };
        RetrievalSides signs = Signs(sides);
        NearestLists first = NearestLists.Of(signs, top, options);
        Protocol protocol = ProtocolOf(sides, string.Create(CultureInfo.InvariantCulture, $"hamming-top-{top}-by-cosine"));
        return Run(signs, first, (query, rows) => Order(rows, row => -UnitRows.Cosine(sides.Queries, query, sides.Gallery, row)), options, protocol);
    }

    /// <summary>The rows nearest by cosine, put in order of how much their neighbourhoods agree with the query's (<see cref="ReciprocalNeighbours"/>).</summary>
    /// <param name="sides">Who asks what, by cosine.</param>
    /// <param name="reciprocal">Sizes of the neighbourhoods.</param>
    /// <param name="options">What to measure.</param>
    public static RetrievalScores ByReciprocalNeighbours(RetrievalSides sides, ReciprocalOptions reciprocal, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sides);
        ArgumentNullException.ThrowIfNull(reciprocal);
        options = (options ?? new RetrievalOptions()) with { Similarity = Similarity.Cosine };
        NearestLists first = NearestLists.Of(sides, reciprocal.Top, options);
        ReciprocalNeighbours neighbours = new(sides, reciprocal, options);
        return Run(sides, first, (query, rows) => Order(rows, row => neighbours.Distance(query, row)), options, ProtocolOf(sides, reciprocal.Name));
    }

    private static Protocol ProtocolOf(RetrievalSides sides, string post)
    {
        Protocol protocol = sides.ProtocolBy(Similarity.Cosine);
        return protocol with { Ties = TieRule.StableIndexOrder, PostProcessing = protocol.PostProcessing.Length == 0 ? post : $"{protocol.PostProcessing}+{post}" };
    }

    private static RetrievalScores Run(RetrievalSides sides, NearestLists first, Action<int, int[]> reorder, RetrievalOptions options, Protocol protocol)
    {
        RetrievalTotals totals = new(options.RecallAt);
        QueryRetrieval Finish(int query, PositiveRanks ranks)
        {
            int[] order = first.Rows(query).ToArray();
            reorder(query, order);
            return QueryRetrieval.OfOrder(NewRanks(ranks, order), options.RecallAt);
        }

        RetrievalEvaluation.Rank(sides, options, QueryRetrieval.Bytes(options.RecallAt.Count), Finish, totals.Add);
        return totals.ToScores(protocol);
    }

    /// <summary>The ranks of the positives, ascending, after the first rows of the ranking have changed places.</summary>
    private static int[] NewRanks(PositiveRanks positives, int[] order)
    {
        (int[] rows, int[] ranks) = positives.Ranked();
        for (int i = 0; i < ranks.Length; i++)
        {
            ranks[i] = ranks[i] <= order.Length ? Array.IndexOf(order, rows[i]) + 1 : ranks[i];
        }

        Array.Sort(ranks);
        return ranks;
    }

    /// <summary>Puts rows in ascending order of a distance; equal ones stay in their order.</summary>
    private static void Order(int[] rows, Func<int, double> distance)
    {
        (double Distance, int Place)[] keys = [.. rows.Select((row, place) => (distance(row), place))];
        int[] before = [.. rows];
        Array.Sort(keys);
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = before[keys[i].Place];
        }
    }

    private static RetrievalSides Signs(RetrievalSides sides)
    {
        float[] queries = SignsOf(sides.Queries.Rows.Span);
        return sides.With(queries, sides.IsSymmetric ? queries : SignsOf(sides.Gallery.Rows.Span), sides.Queries.Dimension, "signs");
    }

    private static float[] SignsOf(ReadOnlySpan<float> rows)
    {
        var signs = new float[rows.Length];
        for (int i = 0; i < signs.Length; i++)
        {
            signs[i] = rows[i] >= 0 ? 1 : -1;
        }

        return signs;
    }
}
