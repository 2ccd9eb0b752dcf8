using Semblance.Curriculum;
using Xunit;

namespace Semblance.Tests.Curriculum;

/// <summary>Densities by reference samples.</summary>
public sealed class SampledDensityTests
{
    [Fact]
    public void It_agrees_with_the_definition()
    {
        double[] rows = Clouds.Rows(250, 4, 31);
        int[] samples = [.. Enumerable.Range(0, 250)], references = [.. Enumerable.Range(0, 60).Select(i => i * 4)];
        double[][] distances = new DensityOracle(rows, 4, 0.6).Distances;
        double cutoff = new DensityOracle(Clouds.Taken(rows, 4, references), 4, 0.6).Cutoff;
        SampledDensity found = SampledDensity.Of(FeatureRows.InMemory<double>(rows, 4), samples, references, 0.6);
        Assert.Equal(cutoff, found.Cutoff, 1e-12);
        Assert.Equal(samples.Select(i => references.Count(j => j != i && distances[i][j] < found.Cutoff) + 0.0), found.Count);
        Assert.Equal(samples.Select(i => found.Count[i] / (references.Contains(i) ? 59 : 60)), found.Fraction);
    }

    [Fact]
    public void With_every_sample_a_reference_it_is_the_exact_density()
    {
        float[] rows = Clouds.Floats(Clouds.Rows(400, 6, 32));
        int[] all = [.. Enumerable.Range(0, 400)];
        SampledDensity found = SampledDensity.Of(FeatureRows.InMemory<float>(rows, 6), all, all, 0.6);
        Assert.Equal(DensityCurriculum.Fit(rows, 6, new int[400]).Density, found.Count);
    }

    [Fact]
    public void A_class_above_the_threshold_is_sampled_and_others_are_not()
    {
        (double[] rows, int[] labels) = Clouds.Classes([900, 100], 6, 33);
        float[] features = Clouds.Floats(rows);
        var options = new DensityOptions { SampleAbove = 500, References = 256, Seed = 3 };
        DensityAnalysis sampled = DensityCurriculum.Fit(features, 6, labels, options), exact = DensityCurriculum.Fit(features, 6, labels);
        Assert.Equal([false, true], sampled.Classes.Select(one => one.IsSampled));
        int[] large = [.. Enumerable.Range(0, 1000).Where(i => labels[i] == 100)], small = [.. Enumerable.Range(0, 1000).Where(i => labels[i] != 100)];
        Assert.Equal(small.Select(i => exact.Density[i]), small.Select(i => sampled.Density[i]));
        Assert.All(large, i => Assert.InRange(sampled.Density[i], 0, 1));
        Assert.InRange(large.Count(i => exact.Subset[i] == sampled.Subset[i]), 750, 900);
        Assert.All(large.Where(i => sampled.NearestDenser[i] >= 0), i => Assert.True(sampled.Density[sampled.NearestDenser[i]] > sampled.Density[i]));
        Assert.Equal(sampled.Density, DensityCurriculum.Fit(features, 6, labels, options with { Threads = 1 }).Density);
        Assert.NotEqual(sampled.Density, DensityCurriculum.Fit(features, 6, labels, options with { Seed = 4 }).Density);
    }

    [Theory]
    [InlineData(6, 200)]
    [InlineData(300, 40)]
    public void A_sampled_class_is_reduced_to_the_components_of_its_references(int dimension, int references)
    {
        // Beside three coordinates that vary much, the others vary hardly.
        var random = new SeededRandom(5);
        float[] rows = [.. Enumerable.Range(0, 600 * dimension).Select(i => (float)(random.NextNormal() * (i % dimension < 3 ? 5 : 0.01)))];
        float[] kept = [.. Enumerable.Range(0, 600 * dimension).Where(i => i % dimension < 3).Select(i => rows[i])];
        var options = new DensityOptions { SampleAbove = 500, References = references, Reduce = true, MaxComponents = 3 };
        DensityAnalysis reduced = DensityCurriculum.Fit(rows, dimension, new int[600], options), three = DensityCurriculum.Fit(kept, 3, new int[600], options with { Reduce = false });
        DensityAnalysis whole = DensityCurriculum.Fit(rows, dimension, new int[600], options with { Reduce = false });
        Assert.All(reduced.Density.Zip(three.Density), pair => Assert.Equal(pair.Second, pair.First, 0.08));
        Assert.NotEqual(whole.CentreDistance, reduced.CentreDistance);
        Assert.Equal(reduced.CentreDistance, DensityCurriculum.Fit(rows, dimension, new int[600], options with { Threads = 1 }).CentreDistance);
    }

    [Fact]
    public void Wrong_references_are_refused()
    {
        FeatureRows<double> rows = FeatureRows.InMemory<double>(Clouds.Rows(10, 2, 1), 2);
        int[] samples = [.. Enumerable.Range(0, 10)];
        Assert.Throws<ArgumentException>(() => SampledDensity.Of(rows, samples, new[] { 3 }, 0.6));
        Assert.Throws<ArgumentException>(() => SampledDensity.Of(rows, samples, new[] { 3, 3 }, 0.6));
        Assert.Throws<ArgumentException>(() => SampledDensity.Of(rows, samples, new[] { 3, 10 }, 0.6));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampledDensity.Of(rows, samples, samples, 1));
    }
}
