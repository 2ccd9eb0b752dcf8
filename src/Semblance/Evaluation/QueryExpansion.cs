namespace Semblance.Evaluation;

/// <summary>Settings of <see cref="QueryExpansion"/>.</summary>
public sealed record QueryExpansionOptions
{
    /// <summary>k, the nearest rows that join a query; 1 or more. Where the gallery has fewer, all of them.</summary>
    public int Count
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Count));
            field = value;
        }
    } = 5;

    /// <summary>alpha, the power of the cosine that weighs a row; 0 weighs all alike, which is average query expansion.</summary>
    public double Alpha { get; init => field = Require.NotNegative(value); } = 3;

    /// <summary>The settings in a protocol.</summary>
    internal string Name => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"expand-{Count}-alpha-{Alpha:R}");
}

/// <summary>Replaces a query by a mean of itself and its nearest rows, and so asks with what they have in common.</summary>
/// <remarks>
/// q' = q/|q| + sum over the k nearest of max(0, s)^alpha x/|x|, over its length, where s is the cosine of q and x. Average query expansion (alpha = 0): Chum, Philbin, Sivic, Isard and
/// Zisserman, ICCV 2007; weighted: Radenović, Tolias and Chum, TPAMI 2019, section 3. The gallery stays as it is. A query never joins itself, nor do its copies that are left out of
/// its ranking. A query of length 0 stays 0.
/// </remarks>
public static class QueryExpansion
{
    /// <summary>Expands all queries.</summary>
    /// <param name="sides">Who asks what, by cosine.</param>
    /// <param name="expansion">How many rows join, and their weights.</param>
    /// <param name="options">Threads and memory limit.</param>
    /// <returns>The same sides with other queries; in leave-one-out an item's embedding as a query then differs from that as a row.</returns>
    public static RetrievalSides Expand(RetrievalSides sides, QueryExpansionOptions expansion, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sides);
        ArgumentNullException.ThrowIfNull(expansion);
        options = (options ?? new RetrievalOptions()) with { Similarity = Similarity.Cosine };
        NearestLists nearest = NearestLists.Of(sides, expansion.Count, options);
        int dimension = sides.Queries.Dimension;
        var expanded = new float[sides.Queries.Rows.Length];
        Parallel.For(0, nearest.Queries, options.Parallel, query => Expand(sides, nearest, query, expansion.Alpha, expanded.AsSpan(query * dimension, dimension)));
        return sides.With(expanded, sides.Gallery.Rows, dimension, expansion.Name);
    }

    private static void Expand(RetrievalSides sides, NearestLists nearest, int query, double alpha, Span<float> target)
    {
        var sum = new double[target.Length];
        if (!AddUnit(sum, UnitRows.Row(sides.Queries, query), 1))
        {
            return;
        }

        ReadOnlySpan<int> rows = nearest.Rows(query);
        ReadOnlySpan<float> cosines = nearest.Scores(query);
        for (int i = 0; i < rows.Length; i++)
        {
            AddUnit(sum, UnitRows.Row(sides.Gallery, rows[i]), alpha == 0 ? 1 : Math.Pow(Math.Max(0, cosines[i]), alpha));
        }

        double length = Math.Sqrt(sum.Sum(value => value * value));
        for (int k = 0; k < target.Length; k++)
        {
            target[k] = length > 0 ? (float)(sum[k] / length) : 0;
        }
    }

    /// <summary>Adds a row of length 1; false where it has no direction.</summary>
    private static bool AddUnit(double[] sum, ReadOnlySpan<float> row, double weight)
    {
        double squared = UnitRows.SquaredLength(row);
        double scale = squared > 0 ? weight / Math.Sqrt(squared) : 0;
        for (int k = 0; k < sum.Length; k++)
        {
            sum[k] += scale * row[k];
        }

        return squared > 0;
    }
}
