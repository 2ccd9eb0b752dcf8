using Semblance.Index.Searching;

namespace Semblance.Index;

/// <content>Searches by other distances than the number of differing bits, and re-ranking.</content>
public sealed partial class HammingIndex
{
    /// <summary>The k nearest codes by the sum of the weights of the differing bits.</summary>
    /// <param name="query">Words of the query code, unused bits zero.</param>
    /// <param name="weights">A weight for each bit, finite and 0 or more.</param>
    /// <param name="k">How many; all codes where it is larger than their number.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    /// <returns>Rows by (distance, row).</returns>
    /// <exception cref="ArgumentException">Query or weights have another length, a weight is negative, infinite or NaN, or k is below 1.</exception>
    public ScoredRow[] NearestWeighted(ReadOnlySpan<ulong> query, ReadOnlySpan<double> weights, int k, SearchOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return ScoreScan.Run(Codes, Weighted(query, weights), k, double.MaxValue, options ?? new SearchOptions());
    }

    /// <summary>Every code within a radius by the sum of the weights of the differing bits.</summary>
    /// <param name="query">Words of the query code, unused bits zero.</param>
    /// <param name="weights">A weight for each bit, finite and 0 or more.</param>
    /// <param name="radius">The largest distance that is returned.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    /// <returns>Rows by (distance, row).</returns>
    /// <exception cref="ArgumentException">Query or weights have another length, a weight is negative, infinite or NaN, or the radius is negative or NaN.</exception>
    public ScoredRow[] WithinWeighted(ReadOnlySpan<ulong> query, ReadOnlySpan<double> weights, double radius, SearchOptions? options = null) =>
        ScoreScan.Run(Codes, Weighted(query, weights), int.MaxValue, Radius(radius), options ?? new SearchOptions());

    /// <summary>The k nearest codes by Jaccard distance: 1 - |a and b| / |a or b|, which is 0 where both are empty.</summary>
    /// <param name="query">Words of the query code, unused bits zero.</param>
    /// <param name="k">How many; all codes where it is larger than their number.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    /// <returns>Rows by (distance, row).</returns>
    /// <exception cref="ArgumentException">The query has another length, or k is below 1.</exception>
    public ScoredRow[] NearestJaccard(ReadOnlySpan<ulong> query, int k, SearchOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return ScoreScan.Run(Codes, new JaccardScore(Query(query).Words.ToArray()), k, double.MaxValue, options ?? new SearchOptions());
    }

    /// <summary>Every code within a Jaccard distance.</summary>
    /// <param name="query">Words of the query code, unused bits zero.</param>
    /// <param name="radius">The largest distance that is returned, 0 to 1.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    /// <returns>Rows by (distance, row).</returns>
    /// <exception cref="ArgumentException">The query has another length, or the radius is negative or NaN.</exception>
    public ScoredRow[] WithinJaccard(ReadOnlySpan<ulong> query, double radius, SearchOptions? options = null) =>
        ScoreScan.Run(Codes, new JaccardScore(Query(query).Words.ToArray()), int.MaxValue, Radius(radius), options ?? new SearchOptions());

    /// <summary>The nearest codes to an embedding that is not rounded to bits: candidates by Hamming distance, ranked by how strongly the embedding speaks for its bits.</summary>
    /// <remarks>
    /// The signs of the embedding are the query code (0 and above: one), and a differing bit costs |x|: the weighted Hamming distance. With as many
    /// candidates as there are codes the result is that of <see cref="NearestWeighted"/>.
    /// </remarks>
    /// <param name="embedding">The query's real outputs, one a bit.</param>
    /// <param name="k">How many.</param>
    /// <param name="candidates">How many codes are ranked anew, <paramref name="k"/> or more.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    /// <returns>Rows by (distance, row).</returns>
    /// <exception cref="ArgumentException">The embedding has another length, or an output is infinite or NaN; k is below 1 or above the candidates.</exception>
    public ScoredRow[] NearestAsymmetric(ReadOnlySpan<float> embedding, int k, int candidates, SearchOptions? options = null)
    {
        RequireCandidates(k, candidates);
        RequireEmbedding(embedding, Codes.Bits, "the embedding of the query");
        double[] weights = new double[embedding.Length];
        for (int bit = 0; bit < weights.Length; bit++)
        {
            weights[bit] = Math.Abs((double)embedding[bit]);
        }

        ReadOnlySpan<ulong> query = Codes.FromSigns(embedding, Codes.Bits)[0];
        WeightedScore score = new(query, weights);
        return Ranked(Nearest(query, candidates, options), row => score.Of(Codes[row]), k);
    }

    /// <summary>The nearest codes ranked anew by the cosine of embeddings that the caller keeps.</summary>
    /// <param name="query">Words of the query code, unused bits zero.</param>
    /// <param name="embedding">The query's embedding.</param>
    /// <param name="embeddingOf">Gives the embedding of a row; called once for each candidate, on this thread.</param>
    /// <param name="k">How many.</param>
    /// <param name="candidates">How many codes are ranked anew, <paramref name="k"/> or more.</param>
    /// <param name="options">Which rows may be returned, and how the search runs.</param>
    /// <returns>Rows by (1 - cosine, row); beside an embedding of zeros the cosine counts as 0.</returns>
    /// <exception cref="ArgumentException">The query or an embedding has another length, or a value is infinite or NaN; k is below 1 or above the candidates.</exception>
    public ScoredRow[] NearestByCosine(ReadOnlySpan<ulong> query, ReadOnlySpan<float> embedding, Func<int, ReadOnlyMemory<float>> embeddingOf, int k, int candidates, SearchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(embeddingOf);
        RequireCandidates(k, candidates);
        RequireEmbedding(embedding, embedding.Length, "the embedding of the query");
        float[] own = embedding.ToArray();
        return Ranked(Nearest(query, candidates, options), row => 1 - Cosine(own, embeddingOf(row).Span, row), k);
    }

    private static ScoredRow[] Ranked(Neighbour[] candidates, Func<int, double> distance, int k) =>
        [.. candidates.Select(item => new ScoredRow(item.Row, distance(item.Row))).OrderBy(item => item.Distance).ThenBy(item => item.Row).Take(k)];

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int row)
    {
        RequireEmbedding(b, a.Length, $"the embedding of row {row}");
        double product = 0, squaresA = 0, squaresB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            product += (double)a[i] * b[i];
            squaresA += (double)a[i] * a[i];
            squaresB += (double)b[i] * b[i];
        }

        return squaresA == 0 || squaresB == 0 ? 0 : product / Math.Sqrt(squaresA * squaresB);
    }

    private WeightedScore Weighted(ReadOnlySpan<ulong> query, ReadOnlySpan<double> weights)
    {
        Codes code = Query(query);
        if (weights.Length != Codes.Bits)
        {
            throw new ArgumentException($"{weights.Length} weights were given; codes of {Codes.Bits} bits need {Codes.Bits}. Give one a bit.", nameof(weights));
        }

        double sum = 0;
        for (int bit = 0; bit < weights.Length; sum += weights[bit++])
        {
            if (!(double.IsFinite(weights[bit]) && weights[bit] >= 0))
            {
                throw new ArgumentException($"the weight of bit {bit} is {weights[bit]}; a weight must be finite and 0 or more.", nameof(weights));
            }
        }

        if (double.IsInfinity(sum))
        {
            throw new ArgumentException("the weights are too large to be added up. Divide them by their largest.", nameof(weights));
        }

        return new WeightedScore(code.Words, weights);
    }

    private static double Radius(double radius) =>
        radius >= 0 ? Math.Min(radius, double.MaxValue) : throw new ArgumentOutOfRangeException(nameof(radius), radius, "A radius must be 0 or more.");

    private static void RequireCandidates(int k, int candidates)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(candidates, k);
    }

    private static void RequireEmbedding(ReadOnlySpan<float> embedding, int length, string whose)
    {
        if (embedding.Length != length)
        {
            throw new ArgumentException($"{whose} has {embedding.Length} values; {length} are needed.", nameof(embedding));
        }

        for (int i = 0; i < embedding.Length; i++)
        {
            if (!float.IsFinite(embedding[i]))
            {
                throw new ArgumentException($"value {i} of {whose} is {embedding[i]}; it must be finite. Look for a diverged model or a broken image.", nameof(embedding));
            }
        }
    }
}
