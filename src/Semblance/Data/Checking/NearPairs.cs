namespace Semblance.Data.Checking;

/// <summary>Finds the pairs of prints within a few bits of each other without comparing all with all.</summary>
/// <remarks>
/// The 128 signs are cut into 8 parts of 16. Two prints that differ in at most 7 signs agree in at least one part (pigeonhole), so only
/// prints in the same bucket of some part are compared. Exact: no pair is missed. Cost: n log n, and the pairs inside buckets.
/// </remarks>
internal static class NearPairs
{
    public const int MostDistance = Parts - 1;
    private const int Parts = 8;

    public static List<(int First, int Second, int Distance)> Find(ImagePrint?[] prints, int distance, ParallelOptions parallel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(distance, MostDistance);
        int[] present = [.. Enumerable.Range(0, prints.Length).Where(index => prints[index] is not null)];
        List<(int First, int Second, int Distance)> pairs = [];
        Parallel.For(0, Parts, parallel, part =>
        {
            List<(int First, int Second, int Distance)> found = FindInPart(prints!, present, part, distance);
            lock (pairs)
            {
                pairs.AddRange(found);
            }
        });
        pairs.Sort();
        return pairs;
    }

    private static List<(int First, int Second, int Distance)> FindInPart(ImagePrint[] prints, int[] present, int part, int distance)
    {
        int[] order = [.. present];
        ushort[] keys = [.. present.Select(index => Key(prints[index], part))];
        Array.Sort(keys, order);
        List<(int First, int Second, int Distance)> found = [];
        for (int start = 0; start < order.Length;)
        {
            int end = start + 1;
            while (end < order.Length && keys[end] == keys[start])
            {
                end++;
            }
            Compare(prints, order.AsSpan(start, end - start), part, distance, found);
            start = end;
        }
        return found;
    }

    private static void Compare(ImagePrint[] prints, ReadOnlySpan<int> bucket, int part, int most, List<(int First, int Second, int Distance)> found)
    {
        for (int i = 0; i < bucket.Length; i++)
        {
            ImagePrint print = prints[bucket[i]];
            for (int j = i + 1; j < bucket.Length; j++)
            {
                ImagePrint other = prints[bucket[j]];
                int distance = print.Distance(other);
                if (distance <= most && !MetBefore(print, other, part) && print.LooksLike(other))
                {
                    found.Add((Math.Min(bucket[i], bucket[j]), Math.Max(bucket[i], bucket[j]), distance));
                }
            }
        }
    }

    // A pair is reported by the first part in which it agrees.
    private static bool MetBefore(ImagePrint a, ImagePrint b, int part)
    {
        for (int before = 0; before < part; before++)
        {
            if (Key(a, before) == Key(b, before))
            {
                return true;
            }
        }
        return false;
    }

    private static ushort Key(ImagePrint print, int part) => (ushort)((part < 4 ? print.Across : print.Down) >> (16 * (part % 4)));
}
