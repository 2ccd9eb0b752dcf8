using Semblance.Evaluation;
using Xunit;

namespace Semblance.Tests.Evaluation;

public sealed class HarmonicTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 63)]
    [InlineData(0, 64)]
    [InlineData(0, 65)]
    [InlineData(5, 100_000)]
    [InlineData(63, 33)]
    [InlineData(64, 33)]
    [InlineData(1_000, 20)]
    [InlineData(54_000, 3_000)]
    [InlineData(10_000_000, 40)]
    [InlineData(10_000_000, 100_000)]
    public void The_closed_form_is_the_sum(long t, long m)
    {
        decimal sum = 0;
        for (long k = t + m; k > t; k--)
        {
            sum += 1m / k;
        }

        Assert.Equal(1, Harmonic.Difference(t, m) / (double)sum, 1e-14);
    }

    [Theory]
    [InlineData(0, 0, 40, 10)]
    [InlineData(7, 3, 33, 33)]
    [InlineData(500, 20, 2_000, 1)]
    [InlineData(50_000, 4_000, 3_000, 700)]
    [InlineData(9_000_000, 5, 100, 60)]
    public void The_contribution_of_a_bucket_is_the_direct_sum(long t, long c, long m, long b)
    {
        double p = (double)b / m;
        double follow = (b - 1.0) / (m - 1.0);
        decimal sum = 0;
        for (long k = 1; k <= m; k++)
        {
            sum += (c + 1 + ((k - 1) * (decimal)(b - 1) / (m - 1))) / (t + k) * b / m;
        }

        Assert.Equal(1, Harmonic.TiedSum(t, c, m, p, follow) / (double)sum, 1e-10);
    }

    [Theory]
    [InlineData(10, 4, 6)]
    [InlineData(1000, 400, 30)]
    [InlineData(3000, 2999, 2998)]
    [InlineData(50_000, 5_000, 4_000)]
    [InlineData(12, 0, 5)]
    [InlineData(12, 12, 5)]
    public void The_mean_number_of_marked_items_in_a_sample_is_known(long items, long marked, long sample)
    {
        double share = (double)marked / items;
        double mean = Hypergeometric.Mean(items, marked, sample, k => k);
        double variance = Hypergeometric.Mean(items, marked, sample, k => (k - mean) * (k - mean));

        Assert.Equal(sample * share, mean, 1e-9);
        Assert.Equal(sample * share * (1 - share) * (items - sample) / (items - 1.0), variance, 1e-7);
    }
}
