using System.Numerics;

namespace Semblance.Curriculum;

/// <summary>Divides every class into subsets from clean to noisy by the density of its samples in feature space.</summary>
/// <remarks>
/// CurriculumNet (Guo et al., ECCV 2018). Within a class, D are the Euclidean distances of the features; the cut-off d_c is the entry of rank floor(n n t) among all n n of them, zeros
/// of the diagonal and both triangles included; the density of a sample is #{ j : D(i, j) &lt; d_c } - 1. Delta is the distance to the nearest strictly denser sample, or to the
/// farthest of all where none is denser; the centre is the densest sample, the first of equals. The gaussian method divides D by its largest entry and sums exp(-D^2 / 2) / sqrt(2 pi).
/// Subsets come from exact k-means in one dimension: on the densities (public code), the densest cluster being subset 0, or on the distance to the centre (paper), the nearest being 0.
/// Classes do not influence each other, except through a number of subsets that is taken from the data. Results do not depend on threads or memory.
/// </remarks>
public static class DensityCurriculum
{
    /// <summary>Classes above this size are taken one at a time by all threads, smaller ones several at once.</summary>
    private const int LargeClass = 4096;

    /// <summary>Analyses features in memory.</summary>
    /// <param name="features">Rows one after the other.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <param name="labels">The class of each sample; any integers.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="stopping">Ends it early.</param>
    /// <exception cref="ArgumentException">Nothing to analyse, counts that differ, a number that is not finite, or a class that cannot be divided where that is to be an error.</exception>
    public static DensityAnalysis Fit(ReadOnlyMemory<float> features, int dimension, ReadOnlyMemory<int> labels, DensityOptions? options = null, CancellationToken stopping = default) =>
        Fit(FeatureRows.InMemory(features, dimension), labels, options, null, stopping);

    /// <summary>Analyses features of double precision in memory.</summary>
    /// <inheritdoc cref="Fit(ReadOnlyMemory{float}, int, ReadOnlyMemory{int}, DensityOptions?, CancellationToken)"/>
    public static DensityAnalysis Fit(ReadOnlyMemory<double> features, int dimension, ReadOnlyMemory<int> labels, DensityOptions? options = null, CancellationToken stopping = default) =>
        Fit(FeatureRows.InMemory(features, dimension), labels, options, null, stopping);

    /// <summary>Analyses features wherever they are, holding those of one class for each thread.</summary>
    /// <param name="features">The features.</param>
    /// <param name="labels">The class of each sample; any integers.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="progress">Told the samples of each class that is done; null for silence.</param>
    /// <param name="stopping">Ends it early.</param>
    /// <exception cref="ArgumentException">Nothing to analyse, counts that differ, a number that is not finite, or a class that cannot be divided where that is to be an error.</exception>
    public static DensityAnalysis Fit<T>(
        FeatureRows<T> features, ReadOnlyMemory<int> labels, DensityOptions? options = null, Action<int>? progress = null, CancellationToken stopping = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Count != labels.Length)
        {
            throw new ArgumentException($"There are {features.Count} features and {labels.Length} labels; every sample needs one of each.", nameof(labels));
        }

        if (labels.Length == 0)
        {
            throw new ArgumentException("There are no samples to analyse.", nameof(labels));
        }

        return new DensityRun<T>(features, labels, options ?? new DensityOptions(), progress, stopping).Analyse(LargeClass);
    }
}

/// <summary>One analysis: measures the classes, then divides them.</summary>
internal sealed class DensityRun<T>(FeatureRows<T> features, ReadOnlyMemory<int> labels, DensityOptions options, Action<int>? progress, CancellationToken stopping)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[][] _members = ClassMembers.Of(labels.Span);
    private readonly int _threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;

    public DensityAnalysis Analyse(int largeClass)
    {
        DensityPeaks[] peaks = Measure(largeClass);
        int subsets = options.Subsets ?? SubsetCount.FromData(peaks.Select(Clustered), options.MaxSubsets);
        ClassDivision[] divisions = [.. peaks.Select(peak => ClassDivision.Of(peak, options.Variant, options.OnDegenerate, subsets))];
        if (options.OnDegenerate == OnDegenerate.Throw)
        {
            ClassMembers.RefuseFailures(divisions, number => labels.Span[_members[number][0]], subsets);
        }

        return Gather(peaks, divisions, subsets);
    }

    private double[] Clustered(DensityPeaks peak) => options.Variant == DensityVariant.Code ? peak.Density : peak.CentreDistance;

    private DensityPeaks[] Measure(int largeClass)
    {
        var peaks = new DensityPeaks[_members.Length];
        int[] bySize = [.. Enumerable.Range(0, _members.Length).OrderByDescending(number => _members[number].Length)];
        int large = bySize.TakeWhile(number => _members[number].Length > largeClass).Count();
        var whole = new TileStore<T>(options.MemoryBudget);
        foreach (int number in bySize.AsSpan(0, large))
        {
            peaks[number] = MeasureClass(number, _threads, whole);
        }

        int[] small = bySize[large..];
        int workers = Math.Clamp(small.Length, 1, _threads);
        Workers.For(small.Length, workers, () => new TileStore<T>(options.MemoryBudget / workers), (place, store) => peaks[small[place]] = MeasureClass(small[place], 1, store), stopping);
        return peaks;
    }

    private DensityPeaks MeasureClass(int number, int threads, TileStore<T> store)
    {
        int[] members = _members[number];
        DensityPeaks peaks = IsSampled(members.Length)
            ? MeasureSampled(members, threads)
            : MeasureAll(members, threads, store);
        progress?.Invoke(members.Length);
        return peaks;
    }

    private bool IsSampled(int count) => options.SampleAbove > 0 && count > options.SampleAbove && options.References < count && options.Method == DensityMethod.Count;

    /// <summary>Components are those of the reference samples; all rows of such a class are never held at once.</summary>
    private DensityPeaks MeasureSampled(int[] members, int threads)
    {
        int[] references = References(members.Length, labels.Span[members[0]]);
        FeatureRows<T> seen = options.Reduce ? ReducedRows<T>.Of(features, [.. references.Select(place => members[place])], options.MaxComponents) : features;
        return SampledDensity.Peaks(seen, members, references, options.CutoffShare, threads, stopping);
    }

    private DensityPeaks MeasureAll(int[] members, int threads, TileStore<T> store)
    {
        if ((long)members.Length * features.Dimension > Array.MaxLength)
        {
            throw new ArgumentException(
                $"The class {labels.Span[members[0]]} has {members.Length} samples of {features.Dimension} numbers, more than can be held at once. Set SampleAbove, so that it is measured against reference samples.");
        }

        int dimension = features.Dimension;
        var rows = new T[members.Length * dimension];
        features.ReadFinite(members, rows);
        if (options.Reduce)
        {
            (rows, dimension) = PrincipalComponents.Project(rows, dimension, options.MaxComponents);
        }

        var finder = new PeakFinder<T>(
            ClassFeatures.Tiles(rows, dimension, store),
            (a, b) => ClassFeatures.Distance<T>(rows.AsSpan(a * dimension, dimension), rows.AsSpan(b * dimension, dimension)),
            threads,
            stopping);
        return options.Method == DensityMethod.Count ? finder.Count(options.CutoffShare) : finder.Gaussian();
    }

    /// <summary>The reference samples of a class: so many places, ascending, drawn by the seed and the label.</summary>
    private int[] References(int count, int label)
    {
        int[] places = [.. Enumerable.Range(0, count)];
        new SeededRandom(options.Seed, label).Shuffle(places.AsSpan());
        int[] chosen = places[..options.References];
        Array.Sort(chosen);
        return chosen;
    }

    private DensityAnalysis Gather(DensityPeaks[] peaks, ClassDivision[] divisions, int subsets)
    {
        int count = labels.Length;
        var analysis = new DensityAnalysis(new double[count], new double[count], new int[count], new double[count], new int[count], subsets, [.. peaks.Select((peak, number) => Summary(number, peak, divisions[number], subsets))]);
        for (int number = 0; number < peaks.Length; number++)
        {
            int[] members = _members[number];
            DensityPeaks peak = peaks[number];
            for (int place = 0; place < members.Length; place++)
            {
                int sample = members[place], denser = peak.NearestDenser[place];
                analysis.Density[sample] = peak.Density[place];
                analysis.Delta[sample] = peak.Delta[place];
                analysis.NearestDenser[sample] = denser < 0 ? -1 : members[denser];
                analysis.CentreDistance[sample] = peak.CentreDistance[place];
                analysis.Subset[sample] = divisions[number].Subset[place];
            }
        }

        return analysis;
    }

    private ClassDensity Summary(int number, DensityPeaks peak, ClassDivision division, int subsets)
    {
        var sizes = new int[subsets];
        var sums = new double[subsets];
        for (int place = 0; place < division.Subset.Length; place++)
        {
            sizes[division.Subset[place]]++;
            sums[division.Subset[place]] += peak.Density[place];
        }

        int[] members = _members[number];
        return new ClassDensity(
            labels.Span[members[0]], members.Length, peak.Cutoff, members[peak.Centre], peak.Delta[peak.Centre], division.Bounds, sizes, [.. sums.Select((sum, subset) => sum / sizes[subset])],
            division.Sse, IsSampled(members.Length), division.Failure);
    }
}
