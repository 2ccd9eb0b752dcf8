using Semblance.Evaluation;

namespace Semblance.Tests.Evaluation;

/// <summary>The metrics by their definitions, over explicit orders; slow and obvious.</summary>
internal static class RankingOracle
{
    /// <summary>The metrics of one order of grades.</summary>
    public static (double Ap, double Precision, double Ndcg, double Acg, double Wap) Of(int[] grades, int cutoff, ApDenominator denominator)
    {
        int n = Math.Min(cutoff, grades.Length);
        int relevant = grades.Count(grade => grade > 0);
        (double precisions, double gains, double dcg, double ideal, int hits, int sum) = (0, 0, 0, 0, 0, 0);
        int[] best = [.. grades.OrderDescending()];
        for (int i = 1; i <= n; i++)
        {
            int grade = grades[i - 1];
            hits += grade > 0 ? 1 : 0;
            sum += grade;
            precisions += grade > 0 ? (double)hits / i : 0;
            gains += grade > 0 ? (double)sum / i : 0;
            dcg += (Math.Pow(2, grade) - 1) / Math.Log2(i + 1);
            ideal += (Math.Pow(2, best[i - 1]) - 1) / Math.Log2(i + 1);
        }

        double divisor = denominator switch
        {
            ApDenominator.RelevantInTop => hits,
            ApDenominator.RelevantUpToCutoff => Math.Min(relevant, n),
            _ => relevant,
        };
        return (hits == 0 ? 0 : precisions / divisor, n == 0 ? 0 : (double)hits / n, ideal == 0 ? 0 : dcg / ideal, n == 0 ? 0 : (double)sum / n, hits == 0 ? 0 : gains / hits);
    }

    /// <summary>Every order that ties allow, each once per arrangement of the items.</summary>
    public static IEnumerable<int[]> Orders(int[] distances, int[] grades)
    {
        IEnumerable<int[]> orders = [[]];
        foreach (IGrouping<int, int> bucket in Enumerable.Range(0, distances.Length).GroupBy(item => distances[item]).OrderBy(group => group.Key))
        {
            int[][] arranged = [.. Permutations([.. bucket])];
            orders = orders.SelectMany(before => arranged.Select(after => (int[])[.. before, .. after]));
        }

        return orders.Select(order => order.Select(item => grades[item]).ToArray());
    }

    /// <summary>The order by distance, inside a distance by a key.</summary>
    public static int[] Order(int[] distances, int[] grades, Func<int, int> key) =>
        [.. Enumerable.Range(0, distances.Length).OrderBy(item => distances[item]).ThenBy(key).ThenBy(item => item).Select(item => grades[item])];

    public static IEnumerable<int[]> Permutations(int[] items)
    {
        if (items.Length <= 1)
        {
            yield return items;
            yield break;
        }

        for (int i = 0; i < items.Length; i++)
        {
            foreach (int[] rest in Permutations([.. items[..i], .. items[(i + 1)..]]))
            {
                yield return [items[i], .. rest];
            }
        }
    }
}
