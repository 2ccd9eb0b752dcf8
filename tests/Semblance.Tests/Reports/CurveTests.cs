using Semblance.Reports;
using Xunit;

namespace Semblance.Tests.Reports;

public sealed class CurveTests
{
    [Fact]
    public void A_short_curve_keeps_every_point() => Assert.Equal(Enumerable.Range(0, 500), CurveThinning.Keep([new double[500]]));

    [Fact]
    public void A_long_curve_keeps_its_ends_peaks_and_gaps()
    {
        double[] values = [.. Enumerable.Range(0, 100_000).Select(i => Math.Sin(i / 5000.0))];
        (values[31_337], values[77_777], values[50_001]) = (9, -9, double.NaN);

        int[] kept = CurveThinning.Keep([values]);

        Assert.Superset(new HashSet<int> { 0, 31_337, 50_001, 77_777, 99_999 }, kept.ToHashSet());
        Assert.Equal(kept.Order().Distinct(), kept);
        Assert.InRange(kept.Length, CurveThinning.Buckets, (2 * CurveThinning.Buckets) + 2);
    }

    [Fact]
    public void Curves_drawn_together_keep_each_others_peaks()
    {
        double[] first = new double[10_000];
        double[] second = new double[10_000];
        (first[1234], second[8765]) = (1, 1);

        Assert.Superset(new HashSet<int> { 1234, 8765 }, CurveThinning.Keep([first, second]).ToHashSet());
    }

    [Fact]
    public void No_curve_keeps_no_point() => Assert.Empty(CurveThinning.Keep([]));

    [Fact]
    public void The_running_mean_of_a_constant_is_the_constant() =>
        Assert.All(RunningMean.Of([.. Enumerable.Repeat(3.0, 200)]), mean => Assert.Equal(3, mean, 12));

    [Fact]
    public void The_running_mean_of_a_straight_line_is_that_line()
    {
        double[] values = [.. Enumerable.Range(0, 300).Select(i => 7 - (0.01 * i))];

        Assert.Equal(values, RunningMean.Of(values), (expected, actual) => Math.Abs(expected - actual) < 1e-9);
    }

    [Fact]
    public void The_running_mean_passes_over_gaps()
    {
        double[] values = [double.NaN, .. Enumerable.Repeat(1.0, 500), double.PositiveInfinity, .. Enumerable.Repeat(2.0, 500)];

        double[] means = RunningMean.Of(values);

        Assert.True(double.IsNaN(means[0]));
        Assert.Equal(1, means[480], 9);
        Assert.Equal(1.5, means[501], 9);
        Assert.Equal(2, means[520], 9);
    }
}
