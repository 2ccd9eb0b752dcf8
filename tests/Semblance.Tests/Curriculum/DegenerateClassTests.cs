using Semblance.Curriculum;
using Xunit;

namespace Semblance.Tests.Curriculum;

/// <summary>Classes that cannot be divided, and input that cannot be analysed.</summary>
public sealed class DegenerateClassTests
{
    private static readonly double[] Line = [.. Enumerable.Range(0, 20).Select(i => Math.Pow(i, 1.7))];

    [Theory]
    [InlineData(1, "class 4 has 1 sample")]
    [InlineData(2, "class 4 has 2 samples")]
    [InlineData(3, "different densities")]
    public void A_class_of_up_to_k_samples_cannot_be_divided(int count, string said)
    {
        double[] rows = Line[..count];
        int[] labels = [.. Enumerable.Repeat(4, count)];
        Assert.Contains(said, Assert.Throws<ArgumentException>(() => DensityCurriculum.Fit(rows, 1, labels)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_failing_classes_are_named_together()
    {
        double[] rows = [.. Line, 1, 2, 5, 5, 5, 5];
        int[] labels = [.. Enumerable.Repeat(0, 20), 7, 7, -3, -3, -3, -3];
        string message = Assert.Throws<ArgumentException>(() => DensityCurriculum.Fit(rows, 1, labels)).Message;
        Assert.StartsWith("2 of 3 classes cannot be divided into 3 subsets: class -3 has 4 samples with only 1 different densities; class 7 has 2 samples.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void They_may_be_put_into_the_clean_subset()
    {
        double[] rows = [.. Line, 5, 5, 5, 5];
        int[] labels = [.. Enumerable.Repeat(0, 20), 1, 1, 1, 1];
        DensityAnalysis found = DensityCurriculum.Fit(rows, 1, labels, new DensityOptions { OnDegenerate = OnDegenerate.PutAllInClean });
        Assert.Null(found.Classes[0].Failure);
        Assert.NotNull(found.Classes[1].Failure);
        Assert.Equal([0, 0, 0, 0], found.Subset[20..]);
        Assert.Equal([-1, -1, -1, -1], found.Density[20..]);
        Assert.Equal(0, found.Classes[1].Cutoff);
        Assert.Equal([4, 0, 0], found.Classes[1].Sizes);
        Assert.All(found.Delta[20..], delta => Assert.Equal(0, delta));
    }

    [Fact]
    public void They_may_be_divided_by_rank()
    {
        int[] labels = new int[3];
        DensityAnalysis found = DensityCurriculum.Fit(new double[] { 0, 1, 10 }, 1, labels, new DensityOptions { OnDegenerate = OnDegenerate.UseRankThirds, CutoffShare = 0.7 });
        Assert.Equal([1, 1, 0], found.Density);
        Assert.Equal([0, 1, 2], found.Subset);
        DensityAnalysis equal = DensityCurriculum.Fit(new double[7], 1, new int[7], new DensityOptions { OnDegenerate = OnDegenerate.UseRankThirds });
        Assert.Equal([0, 0, 0, 1, 1, 2, 2], equal.Subset);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_number_that_is_not_finite_is_refused_by_sample(double value)
    {
        double[] rows = [.. Line];
        rows[13] = value;
        Assert.Contains("sample 13", Assert.Throws<ArgumentException>(() => DensityCurriculum.Fit(rows, 1, new int[20])).Message, StringComparison.Ordinal);
        float[] single = [.. rows.Select(one => (float)one)];
        int[] labels = [.. Enumerable.Range(0, 20).Select(i => i % 2)];
        Assert.Contains("sample 13", Assert.Throws<ArgumentException>(() => DensityCurriculum.Fit(single, 1, labels, new DensityOptions { Threads = 2 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Features_beyond_single_precision_are_refused()
    {
        float[] rows = [.. Line.Select(value => (float)value * 1e20f)];
        Assert.Contains("too long", Assert.Throws<ArgumentException>(() => DensityCurriculum.Fit(rows, 1, new int[20])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_that_differ_and_nothing_at_all_are_refused()
    {
        Assert.Contains("20 features and 19 labels", Assert.Throws<ArgumentException>(() => DensityCurriculum.Fit(Line, 1, new int[19])).Message, StringComparison.Ordinal);
        Assert.Contains("no samples", Assert.Throws<ArgumentException>(() => DensityCurriculum.Fit(Array.Empty<float>(), 1, Array.Empty<int>())).Message, StringComparison.Ordinal);
        Assert.Contains("whole rows", Assert.Throws<ArgumentException>(() => DensityCurriculum.Fit(Line, 3, new int[6])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_share_that_names_no_distance_is_refused(double share) => Assert.Throws<ArgumentOutOfRangeException>(() => new DensityOptions { CutoffShare = share });

    [Fact]
    public void A_share_that_falls_on_the_diagonal_gives_cutoff_0()
    {
        DensityAnalysis found = DensityCurriculum.Fit(Line, 1, new int[20], new DensityOptions { CutoffShare = 0.03, OnDegenerate = OnDegenerate.PutAllInClean });
        Assert.Equal(0, found.Classes[0].Cutoff);
        Assert.All(found.Density, density => Assert.Equal(-1, density));
    }
}
