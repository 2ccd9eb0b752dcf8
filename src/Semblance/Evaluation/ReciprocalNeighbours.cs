namespace Semblance.Evaluation;

/// <summary>How much the neighbourhoods of a query and a row agree: k-reciprocal encoding (Zhong, Zheng, Cao and Li, CVPR 2017).</summary>
/// <remarks>
/// <para>
/// N(i, k) is item i and its k nearest among queries and gallery together; R(i, k) those of them that have i in their N(j, k) as well. R*(i) is R(i, k1) with every R(j, k1/2) of one of its j of which more
/// than two thirds are in R(i, k1). Item i is encoded as weights e^-d(i, j) over R*(i), with sum 1, then averaged over its k2 nearest, itself the first. With the sums of
/// elementwise minima and maxima of two encodings J = 1 - min/max, and the distance is (1 - lambda) J + lambda d, where d = 1 - cosine. (The released program divides squared distances by the largest of a
/// column, for which it holds the whole matrix; here nothing is divided.)
/// </para>
/// <para>
/// Only lists are held: k1 neighbours of each item, and its encoding, about k1 numbers before averaging and k1 times k2 at most after it. Other queries take part, as in the paper: a query's
/// score depends on who else asks. In leave-one-out where queries were set apart from the rows, an item as a query and the same item as a row do not see each other.
/// </para>
/// </remarks>
public sealed class ReciprocalNeighbours
{
    private readonly LabelledEmbeddings _items;
    private readonly int _firstRow;
    private readonly int[][] _nearest;
    private readonly Encoding[] _encodings;
    private readonly double _weight;

    /// <summary>Encodes all queries and rows.</summary>
    /// <param name="sides">Who asks what, by cosine.</param>
    /// <param name="reciprocal">Sizes of the neighbourhoods.</param>
    /// <param name="options">Threads and memory limit.</param>
    public ReciprocalNeighbours(RetrievalSides sides, ReciprocalOptions reciprocal, RetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sides);
        ArgumentNullException.ThrowIfNull(reciprocal);
        options = (options ?? new RetrievalOptions()) with { Similarity = Similarity.Cosine };
        RetrievalSides together = sides.Together();
        _items = together.Gallery;
        _firstRow = sides.IsSymmetric ? 0 : sides.Queries.Count;
        _weight = reciprocal.Weight;
        NearestLists lists = NearestLists.Of(together, reciprocal.Neighbours, options);
        _nearest = [.. Enumerable.Range(0, lists.Queries).Select(item => (int[])[item, .. lists.Rows(item)])];
        Encoding[] own = EncodeAll(item => Encode(item, reciprocal.Neighbours), options);
        _encodings = reciprocal.Averaged == 1 ? own : EncodeAll(item => Average(own, _nearest[item].AsSpan(0, Math.Min(reciprocal.Averaged, _nearest[item].Length))), options);
    }

    /// <summary>The distance of a query from a gallery row, within [0, 2].</summary>
    public double Distance(int query, int row)
    {
        double least = Encoding.SumOfMinima(_encodings[query], _encodings[_firstRow + row]);
        return ((1 - _weight) * (1 - (least / (2 - least)))) + (_weight * (1 - UnitRows.Cosine(_items, query, _items, _firstRow + row)));
    }

    private Encoding[] EncodeAll(Func<int, Encoding> encode, RetrievalOptions options)
    {
        var all = new Encoding[_nearest.Length];
        Parallel.For(0, all.Length, options.Parallel, item => all[item] = encode(item));
        return all;
    }

    private Encoding Encode(int item, int neighbours)
    {
        int[] reciprocal = Reciprocal(item, neighbours);
        SortedSet<int> wide = [.. reciprocal];
        foreach (int other in reciprocal)
        {
            int[] theirs = Reciprocal(other, (int)Math.Round(neighbours / 2.0));
            if (theirs.Count(reciprocal.Contains) > 2.0 / 3 * theirs.Length)
            {
                wide.UnionWith(theirs);
            }
        }

        int[] items = [.. wide];
        double[] weights = Array.ConvertAll(items, other => Math.Exp(UnitRows.Cosine(_items, item, _items, other) - 1));
        double sum = weights.Sum();
        return new Encoding(items, Array.ConvertAll(weights, weight => (float)(weight / sum)));
    }

    /// <summary>R(i, k): the k nearest that have the item among their own k nearest, and the item itself.</summary>
    private int[] Reciprocal(int item, int neighbours) => [.. First(item, neighbours).ToArray().Where(other => First(other, neighbours).Contains(item))];

    private ReadOnlySpan<int> First(int item, int neighbours) => _nearest[item].AsSpan(0, Math.Min(neighbours + 1, _nearest[item].Length));

    private static Encoding Average(Encoding[] own, ReadOnlySpan<int> items)
    {
        SortedDictionary<int, double> sums = [];
        foreach (int item in items)
        {
            for (int k = 0; k < own[item].Items.Length; k++)
            {
                sums[own[item].Items[k]] = sums.GetValueOrDefault(own[item].Items[k]) + own[item].Weights[k];
            }
        }

        int count = items.Length;
        return new Encoding([.. sums.Keys], [.. sums.Values.Select(sum => (float)(sum / count))]);
    }

    /// <summary>Weights of some items, ascending; all others have none.</summary>
    private sealed record Encoding(int[] Items, float[] Weights)
    {
        public static double SumOfMinima(Encoding a, Encoding b)
        {
            double sum = 0;
            for (int i = 0, j = 0; i < a.Items.Length && j < b.Items.Length;)
            {
                if (a.Items[i] == b.Items[j])
                {
                    sum += Math.Min(a.Weights[i++], b.Weights[j++]);
                }
                else
                {
                    (i, j) = a.Items[i] < b.Items[j] ? (i + 1, j) : (i, j + 1);
                }
            }

            return sum;
        }
    }
}
