namespace Semblance;

/// <summary>The valid name that a misspelt one was most likely meant to be.</summary>
public static class NearestName
{
    /// <summary>The valid name nearest to a wrong one.</summary>
    /// <param name="wrong">The name that is not valid.</param>
    /// <param name="valid">The valid names; of equally near ones the first is taken.</param>
    /// <returns>The nearest name; null where every one differs in more than half of its letters.</returns>
    /// <remarks>Case, hyphens and underscores do not count: <c>weight_decay</c> is at distance 0 from <c>weight-decay</c>.</remarks>
    public static string? Of(string wrong, IEnumerable<string> valid)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        ArgumentNullException.ThrowIfNull(valid);
        string? nearest = valid.MinBy(name => Distance(wrong, name));
        return nearest is not null && Distance(wrong, nearest) <= Math.Max(wrong.Length, nearest.Length) / 2 ? nearest : null;
    }

    /// <summary>Number of letters to insert, delete, replace or swap with their neighbour to make one name of the other.</summary>
    /// <remarks>Optimal string alignment distance, without regard to case, hyphens and underscores.</remarks>
    public static int Distance(string left, string right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        string a = Letters(left);
        string b = Letters(right);
        int[,] distance = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                distance[i, j] = i == 0 || j == 0 ? i + j : Cheapest(distance, a, b, i, j);
            }
        }
        return distance[a.Length, b.Length];
    }

    private static int Cheapest(int[,] distance, string a, string b, int i, int j)
    {
        int replaced = distance[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        int moved = Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1;
        bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        return Math.Min(Math.Min(replaced, moved), swapped ? distance[i - 2, j - 2] + 1 : int.MaxValue);
    }

    private static string Letters(string name) => string.Concat(name.Where(letter => letter is not ('-' or '_'))).ToUpperInvariant();
}
