using System.Numerics;
using Semblance.Index;

namespace Semblance.Serving.Browsing;

/// <summary>A cluster of codes.</summary>
/// <param name="Medoid">Row of the code in the middle: the nearest to the majority of every bit.</param>
/// <param name="Radius">Distance of the farthest member from it.</param>
/// <param name="Members">Rows by (distance from the medoid, row).</param>
internal sealed record CodeCluster(int Medoid, int Radius, IReadOnlyList<int> Members)
{
    private const int Rounds = 25;

    /// <summary>Clusters codes by k-majority: each belongs to the nearest centre, and a centre is the majority of its members in every bit.</summary>
    /// <remarks>Source: Grana, Borghesani, Manfredi and Cucchiara, 2013. Centres begin as in k-means++ with a fixed seed; ties go to the lower row, so that the same codes give the same clusters.</remarks>
    /// <param name="codes">The codes.</param>
    /// <param name="count">The most clusters; equal codes are in one, so there may be fewer.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The largest first, equally large ones by medoid.</returns>
    public static IReadOnlyList<CodeCluster> Find(Codes codes, int count, CancellationToken cancellation = default)
    {
        if (codes.Count == 0)
        {
            return [];
        }
        ulong[][] centres = Seeds(codes, count, cancellation);
        int[] nearest = new int[codes.Count];
        for (int round = 0; round < Rounds && Assign(codes, centres, nearest); round++)
        {
            cancellation.ThrowIfCancellationRequested();
            centres = Majorities(codes, centres, nearest);
        }
        return [.. nearest.Select((centre, row) => (Centre: centre, Row: row)).GroupBy(pair => pair.Centre, pair => pair.Row)
            .Select(group => Around(codes, centres[group.Key], [.. group]))
            .OrderByDescending(cluster => cluster.Members.Count).ThenBy(cluster => cluster.Medoid)];
    }

    private static ulong[][] Seeds(Codes codes, int count, CancellationToken cancellation)
    {
        SeededRandom random = new(1);
        List<ulong[]> centres = [codes[random.Below(codes.Count)].ToArray()];
        int[] nearest = [.. Enumerable.Range(0, codes.Count).Select(row => codes.Distance(row, centres[0]))];
        while (centres.Count < count)
        {
            cancellation.ThrowIfCancellationRequested();
            double target = random.NextDouble() * nearest.Sum(distance => (double)distance * distance);
            int chosen = Array.FindIndex(nearest, distance => distance > 0 && (target -= (double)distance * distance) <= 0);
            if (chosen < 0)
            {
                break;
            }
            ulong[] centre = codes[chosen].ToArray();
            centres.Add(centre);
            for (int row = 0; row < nearest.Length; row++)
            {
                nearest[row] = Math.Min(nearest[row], codes.Distance(row, centre));
            }
        }
        return [.. centres];
    }

    /// <summary>Gives every code to its nearest centre; false where nothing changes after the first time.</summary>
    private static bool Assign(Codes codes, ulong[][] centres, int[] nearest)
    {
        bool changed = false;
        for (int row = 0; row < nearest.Length; row++)
        {
            int best = 0, distance = int.MaxValue;
            for (int centre = 0; centre < centres.Length; centre++)
            {
                int away = codes.Distance(row, centres[centre]);
                (best, distance) = away < distance ? (centre, away) : (best, distance);
            }
            changed |= nearest[row] != best;
            nearest[row] = best;
        }
        return changed;
    }

    private static ulong[][] Majorities(Codes codes, ulong[][] centres, int[] nearest)
    {
        int[][] ones = [.. centres.Select(_ => new int[codes.Bits])];
        int[] sizes = new int[centres.Length];
        for (int row = 0; row < nearest.Length; row++)
        {
            sizes[nearest[row]]++;
            CountOnes(codes[row], ones[nearest[row]]);
        }
        return [.. centres.Select((old, centre) => sizes[centre] == 0 ? old : Majority(ones[centre], sizes[centre], old.Length))];
    }

    private static void CountOnes(ReadOnlySpan<ulong> code, int[] ones)
    {
        for (int word = 0; word < code.Length; word++)
        {
            for (ulong left = code[word]; left != 0; left &= left - 1)
            {
                ones[(word << 6) + BitOperations.TrailingZeroCount(left)]++;
            }
        }
    }

    private static ulong[] Majority(int[] ones, int size, int words)
    {
        ulong[] code = new ulong[words];
        for (int bit = 0; bit < ones.Length; bit++)
        {
            code[bit >> 6] |= (2 * ones[bit] > size ? 1UL : 0) << (bit & 63);
        }
        return code;
    }

    private static CodeCluster Around(Codes codes, ulong[] centre, int[] rows)
    {
        int medoid = rows.MinBy(row => (codes.Distance(row, centre), row));
        ulong[] middle = codes[medoid].ToArray();
        int[] members = [.. rows.OrderBy(row => row != medoid).ThenBy(row => codes.Distance(row, middle)).ThenBy(row => row)];
        return new CodeCluster(medoid, codes.Distance(members[^1], middle), members);
    }
}
