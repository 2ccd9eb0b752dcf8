using System.Numerics;
using Semblance.Index.Kernels;

namespace Semblance.Index.Sublinear;

/// <summary>Which parts of its buckets a ring needs.</summary>
/// <remarks>
/// A part holds the codes of a bucket with the same parities, bit i of its number being that of the ones in the i-th other key. A distance is even or odd as the ones of
/// both codes together are, so in every such key the distances of all codes of a part from the query are all even or all odd. See <see cref="MultiIndexSearch"/>.
/// </remarks>
internal static class BucketParts
{
    /// <summary>The most parities.</summary>
    public const int MostParities = 3;

    private static readonly PartRun[,,] Runs = MakeRuns();
    private static readonly double[,] Shares = MakeShares();

    /// <summary>The least run that has all parts whose number differs from one in at most so many bits.</summary>
    /// <remarks>Going to a bucket a second time costs more than reading the parts between.</remarks>
    /// <param name="parities">Number of parities.</param>
    /// <param name="part">Number of a part.</param>
    /// <param name="differences">How many bits may differ, 0 or more.</param>
    public static PartRun Near(int parities, int part, int differences) => Runs[parities, part, Math.Min(differences, parities)];

    /// <summary>The share of a bucket that such a run is on average.</summary>
    public static double Share(int parities, int differences) => Shares[parities, Math.Min(differences, parities)];

    private static PartRun[,,] MakeRuns()
    {
        var runs = new PartRun[MostParities + 1, 1 << MostParities, MostParities + 1];
        for (int parities = 0; parities <= MostParities; parities++)
        {
            for (int part = 0; part < 1 << parities; part++)
            {
                for (int differences = 0; differences <= parities; differences++)
                {
                    int[] near = [.. Enumerable.Range(0, 1 << parities).Where(other => BitOperations.PopCount((uint)(other ^ part)) <= differences)];
                    runs[parities, part, differences] = new PartRun(near[0], near[^1] + 1);
                }
            }
        }

        return runs;
    }

    private static double[,] MakeShares()
    {
        var shares = new double[MostParities + 1, MostParities + 1];
        for (int parities = 0; parities <= MostParities; parities++)
        {
            for (int differences = 0; differences <= parities; differences++)
            {
                int read = Enumerable.Range(0, 1 << parities).Sum(part => Runs[parities, part, differences].End - Runs[parities, part, differences].First);
                shares[parities, differences] = (double)read / (1 << (2 * parities));
            }
        }

        return shares;
    }
}
