using System.Numerics;

namespace Semblance.Curriculum;

/// <summary>The densities of one class and where its samples lie around its centre.</summary>
/// <param name="Cutoff">d_c; null where kernels take its place.</param>
/// <param name="Density">One a sample.</param>
/// <param name="Delta">The distance to the nearest denser sample; to the farthest of all where none is denser.</param>
/// <param name="NearestDenser">That sample's place in the class; -1 where none is denser.</param>
/// <param name="Centre">The place of the densest sample, the first of equals.</param>
/// <param name="CentreDistance">The distance of each sample to it.</param>
internal sealed record DensityPeaks(double? Cutoff, double[] Density, double[] Delta, int[] NearestDenser, int Centre, double[] CentreDistance)
{
    /// <summary>The place of the largest number, the first of equals.</summary>
    public static int Largest(ReadOnlySpan<double> values)
    {
        int largest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            largest = values[i] > values[largest] ? i : largest;
        }

        return largest;
    }

    /// <summary>For each number, how many different numbers are smaller.</summary>
    public static T[] Ranks<T>(double[] values)
        where T : unmanaged, INumber<T>
    {
        int[] order = [.. Enumerable.Range(0, values.Length)];
        double[] sorted = [.. values];
        Array.Sort(sorted, order);
        var ranks = new T[values.Length];
        int rank = 0;
        for (int i = 0; i < order.Length; i++)
        {
            rank += i > 0 && sorted[i] != sorted[i - 1] ? 1 : 0;
            ranks[order[i]] = T.CreateTruncating(rank);
        }

        return ranks;
    }
}

/// <summary>Measures the density of every sample of one class from its distances.</summary>
/// <param name="tiles">The distances.</param>
/// <param name="distanceOf">The distance of two samples, near enough to guess the cut-off from some.</param>
/// <param name="threads">Threads to use.</param>
/// <param name="stopping">Ends it early.</param>
internal sealed class PeakFinder<T>(DistanceTiles<T> tiles, Func<int, int, T> distanceOf, int threads, CancellationToken stopping)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const long FewPairs = 1 << 20;
    private const int LeastProbes = 4096, MostProbes = 1 << 20;
    private const int PairsPerProbe = 128;
    private const double Deviations = 5;

    private readonly int _count = tiles.Count;

    private long Pairs => _count * (_count - 1L) / 2;

    /// <summary>The densities by counting, delta and the centre.</summary>
    public DensityPeaks Count(double cutoffShare)
    {
        (double cutoff, double[] density) = CountBelowCutoff(cutoffShare);
        return Finish(cutoff, density, 1);
    }

    /// <summary>The densities by kernels, delta and the centre; distances are divided by the largest.</summary>
    public DensityPeaks Gaussian()
    {
        T largest = Show(() => new LargestVisitor<T>()).Max(visitor => visitor.Largest);
        T scale = largest > T.Zero ? largest : T.One;
        var sums = new long[_count];
        Array.Fill(sums, KernelSumVisitor<T>.Self);
        foreach (KernelSumVisitor<T> visitor in Show(() => new KernelSumVisitor<T>(_count, scale)))
        {
            Add(sums, visitor.Sums);
        }

        return Finish(null, [.. sums.Select(KernelSumVisitor<T>.ToDensity)], double.CreateTruncating(scale));
    }

    /// <summary>The cut-off and the counts, from as few passes over the distances as possible.</summary>
    /// <remarks>
    /// Some pairs, drawn at random, say between which two distances the cut-off all but surely lies. One pass counts what is below the lower and keeps what is between: cut-off and
    /// counts follow without another. Where the guess was wrong, or too much lies between, the cut-off is found by <see cref="RadixRank{T}"/> and one more pass counts.
    /// </remarks>
    internal (double Cutoff, double[] Density) CountBelowCutoff(double cutoffShare, bool guess = true)
    {
        long rank = Rank(_count, cutoffShare);
        if (rank < _count)
        {
            // One of the n zeros of the diagonal: nothing is below.
            return (0, [.. Enumerable.Repeat(-1.0, _count)]);
        }

        // The n zeros come first, then every pair twice.
        long pair = (rank - _count) / 2;
        return (guess ? Guess(pair) : null) ?? ByPasses(pair);
    }

    /// <summary>floor(n n t).</summary>
    internal static long Rank(int count, double cutoffShare) => (long)((double)((long)count * count) * cutoffShare);

    private (double Cutoff, double[] Density)? Guess(long pair)
    {
        (T low, T high) = Bounds(pair);
        long most = Math.Max(FewPairs, Pairs / 64);
        CountVisitor<T>[] visitors = Show(() => new CountVisitor<T>(_count, low, high, most));
        int[] counts = Sum(visitors);
        NearCutoff<T>[] between = [.. visitors.SelectMany(visitor => visitor.Between)];
        long below = counts.Sum(count => (long)count) / 2;
        if (visitors.Any(visitor => visitor.Overflown) || pair < below || pair >= below + between.Length)
        {
            return null;
        }

        T cutoff = Select(between, pair - below);
        foreach (NearCutoff<T> near in between)
        {
            if (near.Distance < cutoff)
            {
                counts[near.First]++;
                counts[near.Second]++;
            }
        }

        return Densities(cutoff, counts);
    }

    private (double Cutoff, double[] Density) ByPasses(long pair)
    {
        var rank = new RadixRank<T>(pair);
        while (!rank.IsFound)
        {
            long[] counters = RadixRank<T>.Counters();
            foreach (RadixVisitor<T> visitor in Show(() => new RadixVisitor<T>(rank)))
            {
                Add(counters, visitor.Counters);
            }

            rank.Narrow(counters);
        }

        T cutoff = rank.Found;
        return Densities(cutoff, Sum(Show(() => new CountVisitor<T>(_count, cutoff, T.NegativeOne, 0))));
    }

    /// <summary>Two distances that have the pair of a rank between them, by a sample of pairs: five standard deviations of the sample's share to either side.</summary>
    private (T Low, T High) Bounds(long pair)
    {
        if (Pairs <= FewPairs / 8)
        {
            return (T.Zero, T.PositiveInfinity);
        }

        var random = new SeededRandom(0, _count);
        var probes = new T[(int)Math.Clamp(Pairs / PairsPerProbe, LeastProbes, MostProbes)];
        for (int i = 0; i < probes.Length; i++)
        {
            int first = random.Below(_count), second = random.Below(_count - 1);
            probes[i] = distanceOf(first, second < first ? second : second + 1);
        }

        Array.Sort(probes);
        double share = (double)pair / Pairs, off = (Deviations * Math.Sqrt(share * (1 - share) * probes.Length)) + 2;
        int low = (int)Math.Floor((share * probes.Length) - off), high = (int)Math.Ceiling((share * probes.Length) + off);
        return (low < 0 ? T.Zero : probes[low], high >= probes.Length ? T.PositiveInfinity : probes[high]);
    }

    private static T Select(NearCutoff<T>[] between, long rank)
    {
        var radix = new RadixRank<T>(rank);
        while (!radix.IsFound)
        {
            long[] counters = RadixRank<T>.Counters();
            foreach (NearCutoff<T> near in between)
            {
                radix.Count(near.Distance, counters);
            }

            radix.Narrow(counters);
        }

        return radix.Found;
    }

    /// <summary>A cut-off of 0 leaves not even the sample itself below it.</summary>
    private static (double Cutoff, double[] Density) Densities(T cutoff, int[] counts) => cutoff > T.Zero
        ? (double.CreateTruncating(cutoff), [.. counts.Select(count => (double)count)])
        : (0, [.. counts.Select(_ => -1.0)]);

    private DensityPeaks Finish(double? cutoff, double[] density, double scale)
    {
        T[] ranks = DensityPeaks.Ranks<T>(density);
        NearestDenserVisitor<T>[] found = Show(() => new NearestDenserVisitor<T>(ranks));
        foreach (NearestDenserVisitor<T> other in found.Skip(1))
        {
            found[0].Merge(other);
        }

        int[] nearest = found[0].Sample;
        double[] delta = [.. nearest.Select((sample, i) => double.CreateTruncating(sample < 0 ? found[0].Farthest[i] : found[0].Distance[i]) / scale)];
        int centre = DensityPeaks.Largest(density);
        var row = new T[_count];
        tiles.Row(centre, row);
        return new DensityPeaks(cutoff, density, delta, nearest, centre, [.. row.Select(distance => double.CreateTruncating(distance) / scale)]);
    }

    private TVisitor[] Show<TVisitor>(Func<TVisitor> make)
        where TVisitor : ITileVisitor<T>
    {
        int workers = (int)Math.Clamp(tiles.Tiles, 1, threads);
        TVisitor[] visitors = [.. Enumerable.Range(0, workers).Select(_ => make())];
        tiles.Show(visitors, stopping);
        return visitors;
    }

    private static int[] Sum(CountVisitor<T>[] visitors)
    {
        int[] counts = visitors[0].Below;
        foreach (CountVisitor<T> visitor in visitors.Skip(1))
        {
            for (int i = 0; i < counts.Length; i++)
            {
                counts[i] += visitor.Below[i];
            }
        }

        return counts;
    }

    private static void Add(long[] sums, long[] others)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += others[i];
        }
    }
}
