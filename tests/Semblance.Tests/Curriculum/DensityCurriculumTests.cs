using Semblance.Curriculum;
using Xunit;

namespace Semblance.Tests.Curriculum;

/// <summary>Densities, deltas and subsets against the whole matrix of distances, and what must not change them.</summary>
public sealed class DensityCurriculumTests
{
    private const int Dimension = 5;

    [Theory]
    [InlineData(7, 0.6)]
    [InlineData(191, 0.6)]
    [InlineData(192, 0.5)]
    [InlineData(193, 0.7)]
    [InlineData(601, 0.6)]
    [InlineData(601, 0.02)]
    public void A_class_agrees_with_the_whole_matrix(int count, double share)
    {
        double[] rows = Clouds.Rows(count, Dimension, count);
        var oracle = new DensityOracle(rows, Dimension, share);
        DensityAnalysis found = DensityCurriculum.Fit(rows, Dimension, new int[count], new DensityOptions { CutoffShare = share, Subsets = 2 });
        ClassDensity one = Assert.Single(found.Classes);
        Assert.Equal(oracle.Cutoff, one.Cutoff!.Value, 1e-12);
        Assert.Equal(oracle.Density, found.Density);
        Assert.Equal(oracle.Nearest, found.NearestDenser);
        AssertNear(oracle.Delta, found.Delta, 1e-12);
        Assert.Equal(oracle.Density.AsSpan().IndexOf(oracle.Density.Max()), one.Centre);
        AssertNear(oracle.Distances[one.Centre], found.CentreDistance, 1e-12);
        Assert.Equal(oracle.Below, (int)found.Density.Sum() + count);
        Assert.True(oracle.Below <= (int)((double)(count * count) * share));
    }

    [Fact]
    public void Single_precision_agrees_with_double()
    {
        (double[] rows, int[] labels) = Clouds.Classes([700, 150], 33, 3);
        float[] single = Clouds.Floats(rows);
        DensityAnalysis fast = DensityCurriculum.Fit(single, 33, labels), full = DensityCurriculum.Fit(single.Select(value => (double)value).ToArray(), 33, labels);
        AssertNear(full.Density, fast.Density, 1);
        AssertNear(full.Delta, fast.Delta, 1e-3);
        Assert.True(full.Subset.Zip(fast.Subset).Count(pair => pair.First != pair.Second) <= 2);
        AssertNear([.. full.Classes.Select(one => one.Cutoff!.Value)], [.. fast.Classes.Select(one => one.Cutoff!.Value)], 1e-4);
    }

    [Theory]
    [InlineData(DensityMethod.Count)]
    [InlineData(DensityMethod.Gaussian)]
    public void Neither_threads_nor_memory_change_a_bit(DensityMethod method)
    {
        (double[] rows, int[] labels) = Clouds.Classes([800, 130, 90], 17, 4);
        float[] features = Clouds.Floats(rows);
        DensityAnalysis Fit(int threads, long memory, int largeClass) => new DensityRun<float>(
            FeatureRows.InMemory<float>(features, 17), labels, new DensityOptions { Method = method, Threads = threads, MemoryBudget = memory }, null, default).Analyse(largeClass);
        DensityAnalysis expected = Fit(1, 1L << 30, 4096);
        foreach ((int threads, long memory, int largeClass) in new[] { (1, 0L, 4096), (3, 0L, 100), (4, 1L << 30, 100), (2, 1L << 30, 4096) })
        {
            DensityAnalysis found = Fit(threads, memory, largeClass);
            Assert.Equal(expected.Density, found.Density);
            Assert.Equal(expected.Delta, found.Delta);
            Assert.Equal(expected.NearestDenser, found.NearestDenser);
            Assert.Equal(expected.CentreDistance, found.CentreDistance);
            Assert.Equal(expected.Subset, found.Subset);
            Assert.Equal(expected.Classes.Select(one => (one.Cutoff, one.Sse)), found.Classes.Select(one => (one.Cutoff, one.Sse)));
        }
    }

    [Theory]
    [InlineData(600, 0.6)]
    [InlineData(600, 0.01)]
    [InlineData(40, 0.97)]
    public void The_guessed_cutoff_is_the_one_that_passes_find(int count, double share)
    {
        float[] rows = Clouds.Floats(Clouds.Rows(count, Dimension, 8));
        PeakFinder<float> finder = Finder(rows, Dimension);
        (double cutoff, double[] density) = finder.CountBelowCutoff(share);
        (double passed, double[] counted) = finder.CountBelowCutoff(share, guess: false);
        Assert.Equal(passed, cutoff);
        Assert.Equal(counted, density);
    }

    [Fact]
    public void Passes_in_double_precision_find_the_same_cutoff()
    {
        double[] rows = Clouds.Rows(300, Dimension, 12);
        var tiles = new DoubleTiles(rows, Dimension, new TileStore<double>(0));
        (double cutoff, double[] density) = new PeakFinder<double>(tiles, (_, _) => 0, 2, default).CountBelowCutoff(0.6, guess: false);
        var oracle = new DensityOracle(rows, Dimension, 0.6);
        Assert.Equal(oracle.Cutoff, cutoff, 1e-12);
        Assert.Equal(oracle.Density, density);
    }

    [Fact]
    public void A_wrong_guess_falls_back_to_passes()
    {
        float[] rows = Clouds.Floats(Clouds.Rows(700, Dimension, 9));
        PeakFinder<float> misled = new(new SingleTiles([.. rows], Dimension, new TileStore<float>(0)), (_, _) => 1e9f, 2, default);
        (double cutoff, double[] density) = Finder(rows, Dimension).CountBelowCutoff(0.6);
        (double found, double[] counted) = misled.CountBelowCutoff(0.6);
        Assert.Equal(cutoff, found);
        Assert.Equal(density, counted);
    }

    [Fact]
    public void Many_equal_distances_fall_back_to_passes_with_bounded_memory()
    {
        // Corners of a cube: seven different distances among 1.1 million pairs.
        float[] rows = [.. Enumerable.Range(0, 1500 * 6).Select(i => (float)new SeededRandom(5, i).Below(2))];
        (double cutoff, double[] density) = Finder(rows, 6).CountBelowCutoff(0.6);
        var oracle = new DensityOracle([.. rows.Select(value => (double)value)], 6, 0.6);
        Assert.Equal(oracle.Cutoff, cutoff, 1e-6);
        Assert.Equal(oracle.Density.Distinct().Count(), density.Distinct().Count());
    }

    [Fact]
    public void Equal_rows_have_distance_zero_and_distances_are_symmetric()
    {
        float[] once = Clouds.Floats(Clouds.Rows(200, 40, 6)).Select(value => value + 1000).ToArray();
        float[] rows = [.. once, .. once];
        var tiles = new SingleTiles([.. rows], 40, new TileStore<float>(0));
        float[][] distances = [.. Enumerable.Range(0, 400).Select(i => Row(tiles, i))];
        for (int i = 0; i < 400; i++)
        {
            Assert.Equal(0, distances[i][i]);
            Assert.Equal(0, distances[i][(i + 200) % 400]);
            Assert.Equal(Enumerable.Range(0, 400).Select(j => distances[j][i]), distances[i]);
        }
    }

    [Fact]
    public void Moving_turning_and_scaling_leave_the_densities()
    {
        double[] rows = Clouds.Rows(150, 2, 21);
        (double sin, double cos) = Math.SinCos(0.7);
        double[] changed = [.. Enumerable.Range(0, 150).SelectMany(i => new[]
        {
            40 + (3.5 * ((cos * rows[2 * i]) - (sin * rows[(2 * i) + 1]))),
            -7 + (3.5 * ((sin * rows[2 * i]) + (cos * rows[(2 * i) + 1]))),
        })];
        DensityAnalysis expected = DensityCurriculum.Fit(rows, 2, new int[150]), found = DensityCurriculum.Fit(changed, 2, new int[150]);
        Assert.Equal(expected.Density, found.Density);
        Assert.Equal(expected.Subset, found.Subset);
    }

    [Fact]
    public void Another_order_of_the_samples_reorders_the_densities()
    {
        double[] rows = Clouds.Rows(230, Dimension, 22);
        int[] order = [.. Enumerable.Range(0, 230).Select(i => i * 7 % 230)];
        DensityAnalysis expected = DensityCurriculum.Fit(rows, Dimension, new int[230]), found = DensityCurriculum.Fit(Clouds.Taken(rows, Dimension, order), Dimension, new int[230]);
        Assert.Equal(order.Select(i => expected.Density[i]), found.Density);
        Assert.Equal(order.Select(i => expected.Subset[i]), found.Subset);
    }

    [Fact]
    public void A_class_is_the_same_alone()
    {
        (double[] rows, int[] labels) = Clouds.Classes([60, 200, 45], Dimension, 23);
        DensityAnalysis all = DensityCurriculum.Fit(rows, Dimension, labels);
        Assert.Equal(labels.Distinct().Order(), all.Classes.Select(one => one.Label));
        foreach (ClassDensity one in all.Classes)
        {
            int[] members = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == one.Label)];
            DensityAnalysis alone = DensityCurriculum.Fit(Clouds.Taken(rows, Dimension, members), Dimension, new int[members.Length]);
            Assert.Equal(members.Select(i => all.Density[i]), alone.Density);
            Assert.Equal(members.Select(i => all.Subset[i]), alone.Subset);
            Assert.Equal(members.Select(i => all.NearestDenser[i]), alone.NearestDenser.Select(place => place < 0 ? -1 : members[place]));
            Assert.Equal(one.Centre, members[alone.Classes[0].Centre]);
        }
    }

    [Fact]
    public void A_copy_of_every_sample_keeps_the_cutoff_and_doubles_the_densities()
    {
        float[] rows = Clouds.Floats(Clouds.Rows(120, Dimension, 24));
        DensityAnalysis once = DensityCurriculum.Fit(rows, Dimension, new int[120]), twice = DensityCurriculum.Fit((float[])[.. rows, .. rows], Dimension, new int[240]);
        Assert.Equal(once.Classes[0].Cutoff!.Value, twice.Classes[0].Cutoff!.Value, 1e-5);
        Assert.Equal(once.Density.Concat(once.Density).Select(density => (2 * density) + 1), twice.Density);
    }

    [Fact]
    public void The_gaussian_method_sums_kernels_of_scaled_distances()
    {
        double[] rows = Clouds.Rows(260, Dimension, 25);
        var oracle = new DensityOracle(rows, Dimension, 0.6);
        double largest = oracle.Distances.Max(row => row.Max());
        double[] expected = [.. oracle.Distances.Select(row => row.Sum(distance => Math.Exp(-Math.Pow(distance / largest, 2) / 2) / Math.Sqrt(2 * Math.PI)))];
        DensityAnalysis found = DensityCurriculum.Fit(rows, Dimension, new int[260], new DensityOptions { Method = DensityMethod.Gaussian });
        AssertNear(expected, found.Density, 1e-9);
        Assert.Null(found.Classes[0].Cutoff);
        Assert.Equal(1, found.Delta.Max(), 0.5);
        DensityAnalysis single = DensityCurriculum.Fit(Clouds.Floats(rows), Dimension, new int[260], new DensityOptions { Method = DensityMethod.Gaussian });
        AssertNear(expected, single.Density, 1e-3);
    }

    [Fact]
    public void The_variant_of_the_paper_orders_by_distance_to_the_centre()
    {
        double[] rows = Clouds.Rows(300, Dimension, 26);
        DensityAnalysis found = DensityCurriculum.Fit(rows, Dimension, new int[300], new DensityOptions { Variant = DensityVariant.Paper });
        for (int subset = 0; subset < 2; subset++)
        {
            Assert.True(Of(found, subset, found.CentreDistance).Max() < Of(found, subset + 1, found.CentreDistance).Min());
        }

        Assert.Equal(0, found.Classes[0].Bounds[0]);
        Assert.Equal(Enumerable.Range(0, 3).Select(subset => found.Subset.Count(of => of == subset)), found.Classes[0].Sizes);
    }

    [Fact]
    public void The_densest_cluster_is_subset_0_and_bounds_are_its_smallest_densities()
    {
        double[] rows = Clouds.Rows(300, Dimension, 27);
        DensityAnalysis found = DensityCurriculum.Fit(rows, Dimension, new int[300], new DensityOptions { Subsets = 4 });
        Assert.Equal(found.Classes[0].Bounds, Enumerable.Range(0, 4).Select(rank => Of(found, 3 - rank, found.Density).Min()));
        AssertNear([.. Enumerable.Range(0, 4).Select(subset => Of(found, subset, found.Density).Average())], found.Classes[0].MeanDensities, 1e-9);
    }

    [Fact]
    public void Principal_components_of_all_dimensions_turn_and_keep_the_densities()
    {
        double[] rows = Clouds.Rows(150, 12, 28);
        DensityAnalysis expected = DensityCurriculum.Fit(rows, 12, new int[150]), turned = DensityCurriculum.Fit(rows, 12, new int[150], new DensityOptions { Reduce = true });
        Assert.Equal(expected.Density, turned.Density);
        AssertNear(expected.Delta, turned.Delta, 1e-9);
    }

    [Fact]
    public void Fewer_samples_than_dimensions_keep_n_minus_1_components_and_all_distances()
    {
        double[] rows = Clouds.Rows(12, 40, 29);
        (double[] reduced, int dimension) = PrincipalComponents.Project(rows, 40, 256);
        Assert.Equal(11, dimension);
        AssertNear([.. new DensityOracle(rows, 40, 0.6).Distances.SelectMany(row => row)], [.. new DensityOracle(reduced, 11, 0.6).Distances.SelectMany(row => row)], 1e-9);
    }

    [Fact]
    public void Few_components_keep_the_directions_of_largest_variance()
    {
        // Second coordinate varies most, then the third; the first hardly.
        var random = new SeededRandom(1);
        double[] rows = [.. Enumerable.Range(0, 200).SelectMany(_ => new[] { 0.01 * random.NextNormal(), 9 * random.NextNormal(), random.NextNormal() })];
        (double[] reduced, int dimension) = PrincipalComponents.Project(rows, 3, 2);
        Assert.Equal(2, dimension);
        double mean = Enumerable.Range(0, 200).Average(i => rows[(3 * i) + 1]);
        Assert.All(Enumerable.Range(0, 200), i => Assert.Equal(rows[(3 * i) + 1] - mean, reduced[2 * i], 0.5));
    }

    [Fact]
    public void A_cancelled_analysis_stops()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => DensityCurriculum.Fit(Clouds.Rows(400, 3, 1), 3, new int[400], null, new CancellationToken(true)));
    }

    private static PeakFinder<float> Finder(float[] rows, int dimension) => new(
        new SingleTiles([.. rows], dimension, new TileStore<float>(1 << 24)),
        (a, b) => ClassFeatures.Distance<float>(rows.AsSpan(a * dimension, dimension), rows.AsSpan(b * dimension, dimension)), 2, default);

    private static float[] Row(SingleTiles tiles, int sample)
    {
        var row = new float[tiles.Count];
        tiles.Row(sample, row);
        return row;
    }

    private static double[] Of(DensityAnalysis found, int subset, double[] values) => [.. values.Where((_, i) => found.Subset[i] == subset)];

    private static void AssertNear(double[] expected, double[] found, double tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
