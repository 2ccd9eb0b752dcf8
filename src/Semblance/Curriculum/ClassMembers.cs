namespace Semblance.Curriculum;

/// <summary>Which samples are of which class, and what is said where classes cannot be divided.</summary>
internal static class ClassMembers
{
    /// <summary>The places of each class's samples, ascending; classes ascending by label.</summary>
    public static int[][] Of(ReadOnlySpan<int> labels)
    {
        int[] order = new int[labels.Length];
        long[] keys = new long[labels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            order[i] = i;
            keys[i] = ((long)labels[i] << 32) | (uint)i;
        }

        Array.Sort(keys, order);
        var members = new List<int[]>();
        for (int start = 0; start < order.Length;)
        {
            int end = start + 1;
            while (end < order.Length && labels[order[end]] == labels[order[start]])
            {
                end++;
            }

            members.Add(order[start..end]);
            start = end;
        }

        return [.. members];
    }

    /// <summary>Names all classes that could not be divided.</summary>
    /// <param name="divisions">All classes.</param>
    /// <param name="label">The label of a class by its number.</param>
    /// <param name="subsets">Number of subsets.</param>
    /// <exception cref="ArgumentException">There is such a class.</exception>
    public static void RefuseFailures(ClassDivision[] divisions, Func<int, int> label, int subsets)
    {
        string[] failures = [.. Enumerable.Range(0, divisions.Length).Where(number => divisions[number].Failure is not null)
            .Select(number => FormattableString.Invariant($"class {label(number)} has {divisions[number].Failure}"))];
        if (failures.Length == 0)
        {
            return;
        }

        throw new ArgumentException($"{failures.Length} of {divisions.Length} classes cannot be divided into {subsets} subsets: {Listed(failures)}. "
            + "Ask for fewer subsets, leave these classes out, or choose what becomes of them (OnDegenerate).");
    }

    /// <summary>What is said of the first classes, and how many there are besides.</summary>
    public static string Listed(string[] failures)
    {
        const int Shown = 20;
        string rest = failures.Length > Shown ? $"; and {failures.Length - Shown} more" : "";
        return string.Join("; ", failures.Take(Shown)) + rest;
    }
}
