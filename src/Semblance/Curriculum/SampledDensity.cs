using System.Numerics;

namespace Semblance.Curriculum;

/// <summary>Densities of a large class by its distances to reference samples only: O(n m) instead of O(n n).</summary>
/// <param name="Cutoff">The entry of rank floor(m m t) among the m m distances of the references.</param>
/// <param name="Count">For each sample the references nearer than the cut-off, itself not counted.</param>
/// <param name="Fraction">The count divided by the references that it could have had: m - 1 for a reference, m for others.</param>
/// <remarks>Our own design, for classes whose exact densities would take too long.</remarks>
public sealed record SampledDensity(double Cutoff, double[] Count, double[] Fraction)
{
    private const int BlockRows = 192;

    /// <summary>The densities of some samples, such as those of a class.</summary>
    /// <param name="features">Where the features are.</param>
    /// <param name="samples">Which samples.</param>
    /// <param name="references">Places among <paramref name="samples"/>, ascending, at least two.</param>
    /// <param name="cutoffShare">t, above 0 and below 1.</param>
    /// <param name="threads">Threads to use; 0 for one a processor.</param>
    /// <param name="stopping">Ends it early.</param>
    /// <exception cref="ArgumentException">The references are not ascending places, or a feature is not finite.</exception>
    public static SampledDensity Of<T>(FeatureRows<T> features, ReadOnlyMemory<int> samples, ReadOnlyMemory<int> references, double cutoffShare, int threads = 0, CancellationToken stopping = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(features);
        Check(samples.Length, references.Span, cutoffShare);
        return new ReferenceDistances<T>(features, samples, references, threads, stopping).Densities(cutoffShare);
    }

    /// <summary>The densities with delta and centre; the nearest denser sample is looked for among the references.</summary>
    internal static DensityPeaks Peaks<T>(FeatureRows<T> features, ReadOnlyMemory<int> samples, ReadOnlyMemory<int> references, double cutoffShare, int threads, CancellationToken stopping)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(samples.Length, references.Span, cutoffShare);
        var distances = new ReferenceDistances<T>(features, samples, references, threads, stopping);
        SampledDensity found = distances.Densities(cutoffShare);
        return distances.Peaks(found);
    }

    private static void Check(int count, ReadOnlySpan<int> references, double cutoffShare)
    {
        if (!(cutoffShare is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(cutoffShare), cutoffShare, "The share must be above 0 and below 1.");
        }

        if (references.Length < 2)
        {
            throw new ArgumentException($"{references.Length} reference samples; at least 2 are needed.", nameof(references));
        }

        for (int i = 0; i < references.Length; i++)
        {
            if (references[i] < 0 || references[i] >= count || (i > 0 && references[i] <= references[i - 1]))
            {
                throw new ArgumentException($"Reference {i} is {references[i]}; references must be ascending places below {count}.", nameof(references));
            }
        }
    }

    /// <summary>Distances of all samples to the references, a block of samples at a time.</summary>
    private sealed class ReferenceDistances<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly FeatureRows<T> _features;
        private readonly ReadOnlyMemory<int> _samples;
        private readonly int[] _references;
        private readonly T[] _rows;
        private readonly DistanceTiles<T> _tiles;
        private readonly int _threads;
        private readonly CancellationToken _stopping;

        public ReferenceDistances(FeatureRows<T> features, ReadOnlyMemory<int> samples, ReadOnlyMemory<int> references, int threads, CancellationToken stopping)
        {
            _features = features;
            _samples = samples;
            _references = references.ToArray();
            _threads = threads == 0 ? Environment.ProcessorCount : threads;
            _stopping = stopping;
            int[] chosen = [.. _references.Select(place => samples.Span[place])];
            _rows = new T[chosen.Length * features.Dimension];
            features.ReadFinite(chosen, _rows);
            _tiles = ClassFeatures.Tiles(_rows, features.Dimension, new TileStore<T>(0));
        }

        public SampledDensity Densities(double cutoffShare)
        {
            int dimension = _features.Dimension;
            var finder = new PeakFinder<T>(_tiles, (a, b) => ClassFeatures.Distance<T>(_rows.AsSpan(a * dimension, dimension), _rows.AsSpan(b * dimension, dimension)), _threads, _stopping);
            double cutoff = finder.CountBelowCutoff(cutoffShare).Cutoff;
            T bound = T.CreateTruncating(cutoff);
            var counts = new double[_samples.Length];
            ForEachSample((sample, distances) => counts[sample] = Below(distances, bound));
            var fractions = new double[counts.Length];
            foreach (int reference in _references)
            {
                counts[reference]--;
            }

            for (int i = 0; i < counts.Length; i++)
            {
                fractions[i] = counts[i] / _references.Length;
            }

            foreach (int reference in _references)
            {
                fractions[reference] = counts[reference] / (_references.Length - 1);
            }

            return new SampledDensity(cutoff, counts, fractions);
        }

        public DensityPeaks Peaks(SampledDensity found)
        {
            double[] density = found.Fraction;
            var delta = new double[density.Length];
            var nearest = new int[density.Length];
            ForEachSample((sample, distances) => (delta[sample], nearest[sample]) = NearestDenser(sample, distances, density));
            int centre = DensityPeaks.Largest(density);
            var row = new T[_features.Dimension];
            _features.ReadFinite([_samples.Span[centre]], row);
            DistanceTiles<T> only = ClassFeatures.Tiles(row, _features.Dimension, new TileStore<T>(0));
            var fromCentre = new double[density.Length];
            ForEachSample(only, (sample, distances) => fromCentre[sample] = double.CreateTruncating(distances[0]));
            return new DensityPeaks(found.Cutoff, density, delta, nearest, centre, fromCentre);
        }

        private (double Delta, int Nearest) NearestDenser(int sample, ReadOnlySpan<T> distances, double[] density)
        {
            (T delta, int nearest) = (T.PositiveInfinity, -1);
            T farthest = T.Zero;
            for (int i = 0; i < distances.Length; i++)
            {
                farthest = T.Max(farthest, distances[i]);
                if (density[_references[i]] > density[sample] && distances[i] < delta)
                {
                    (delta, nearest) = (distances[i], _references[i]);
                }
            }

            return (double.CreateTruncating(nearest < 0 ? farthest : delta), nearest);
        }

        private static int Below(ReadOnlySpan<T> distances, T bound)
        {
            int below = 0;
            foreach (T distance in distances)
            {
                below += distance < bound ? 1 : 0;
            }

            return below;
        }

        private void ForEachSample(Action<int, ReadOnlySpan<T>> take) => ForEachSample(_tiles, take);

        private void ForEachSample(DistanceTiles<T> tiles, Action<int, ReadOnlySpan<T>> take)
        {
            int blocks = (_samples.Length + BlockRows - 1) / BlockRows, dimension = _features.Dimension;
            Workers.For(blocks, _threads, () => (Rows: new T[BlockRows * dimension], Distances: new T[BlockRows * tiles.Width]), (block, scratch) =>
            {
                int first = block * BlockRows, size = Math.Min(BlockRows, _samples.Length - first);
                Span<T> rows = scratch.Rows.AsSpan(0, size * dimension);
                _features.ReadFinite(_samples.Span.Slice(first, size), rows);
                tiles.Of(rows, scratch.Distances);
                for (int i = 0; i < size; i++)
                {
                    take(first + i, scratch.Distances.AsSpan(i * tiles.Width, tiles.Count));
                }
            }, _stopping);
        }
    }
}
