using Semblance.Evaluation;

namespace Semblance.Tests.Evaluation;

/// <summary>k-reciprocal re-ranking with whole matrices, as the released program of Zhong et al. goes about it.</summary>
internal static class DenseReciprocal
{
    public static double[,] Distances(RetrievalSides sides, ReciprocalOptions options)
    {
        bool alone = sides.IsLeaveOneOut;
        int queries = alone ? 0 : sides.Queries.Count, all = queries + sides.Gallery.Count;
        double[][] rows = [.. Enumerable.Range(0, all).Select(i => i < queries ? RandomEmbeddings.Row(sides.Queries, i) : RandomEmbeddings.Row(sides.Gallery, i - queries))];
        LabelledEmbeddings set = new(rows.SelectMany(row => row.Select(value => (float)value)).ToArray(), rows[0].Length, LabelledItems.OfClasses("all", new int[all]));
        var distance = new double[all, all];
        int[][] rank = new int[all][];
        for (int i = 0; i < all; i++)
        {
            for (int j = 0; j < all; j++)
            {
                distance[i, j] = 1 - RandomEmbeddings.Cosine(set, i, set, j);
            }

            int item = i;
            rank[i] = [i, .. Enumerable.Range(0, all).Where(j => j != item).OrderBy(j => distance[item, j])];
        }

        double[,] encoded = Average(Encode(distance, rank, options.Neighbours), rank, options.Averaged);
        var final = new double[sides.Queries.Count, sides.Gallery.Count];
        for (int i = 0; i < sides.Queries.Count; i++)
        {
            for (int j = 0; j < sides.Gallery.Count; j++)
            {
                double least = Enumerable.Range(0, all).Sum(k => Math.Min(encoded[i, k], encoded[queries + j, k]));
                double most = Enumerable.Range(0, all).Sum(k => Math.Max(encoded[i, k], encoded[queries + j, k]));
                final[i, j] = ((1 - options.Weight) * (1 - (least / most))) + (options.Weight * distance[i, queries + j]);
            }
        }

        return final;
    }

    private static double[,] Encode(double[,] distance, int[][] rank, int k)
    {
        int all = rank.Length, half = (int)Math.Round(k / 2.0);
        int[] Reciprocal(int item, int count) => [.. rank[item].Take(count + 1).Where(other => rank[other].Take(count + 1).Contains(item))];
        var encoded = new double[all, all];
        for (int i = 0; i < all; i++)
        {
            int[] near = Reciprocal(i, k);
            List<int> wide = [.. near];
            foreach (int candidate in near)
            {
                int[] theirs = Reciprocal(candidate, half);
                if (theirs.Intersect(near).Count() > 2.0 / 3 * theirs.Length)
                {
                    wide.AddRange(theirs);
                }
            }

            int[] members = [.. wide.Distinct()];
            double sum = members.Sum(j => Math.Exp(-distance[i, j]));
            Array.ForEach(members, j => encoded[i, j] = Math.Exp(-distance[i, j]) / sum);
        }

        return encoded;
    }

    private static double[,] Average(double[,] encoded, int[][] rank, int count)
    {
        int all = rank.Length;
        var mean = new double[all, all];
        for (int i = 0; i < all; i++)
        {
            int[] near = [.. rank[i].Take(count)];
            for (int k = 0; k < all; k++)
            {
                mean[i, k] = near.Average(j => encoded[j, k]);
            }
        }

        return mean;
    }
}
