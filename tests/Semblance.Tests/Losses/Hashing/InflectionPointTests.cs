using Semblance.Losses.Hashing;
using Xunit;

namespace Semblance.Tests.Losses.Hashing;

public sealed class InflectionPointTests
{
    [Theory]
    [InlineData(8, 2, 1, 8)]
    [InlineData(12, 100, 7, 4)]
    [InlineData(16, 10, 4, 8)]
    [InlineData(48, 1000, 10, 20)]
    [InlineData(64, 10, 4, 33)]
    [InlineData(64, 16, 4, 33)]
    [InlineData(64, 17, 5, 32)]
    [InlineData(256, 1024, 10, 124)]
    [InlineData(24, 1_048_576, 20, 2)]
    public void Tabulated_codes_come_out(int bits, int classes, int dimension, int distance)
    {
        InflectionPoint point = InflectionPoint.For(bits, classes);

        Assert.Equal(new InflectionPoint(bits, classes, dimension, distance, Approximate: false), point);
        Assert.Equal(1 - (2.0 * distance / bits), point.Zeta, 1e-15);
    }

    [Fact]
    public void No_code_beats_the_Griesmer_bound_and_more_classes_never_lie_farther_apart()
    {
        for (int bits = 1; bits <= 256; bits++)
        {
            int before = bits;
            for (int dimension = 1; dimension <= Math.Min(bits, 20); dimension++)
            {
                int distance = InflectionPoint.For(bits, 1 << dimension).MinimumDistance;
                int bound = InflectionPoint.Griesmer(bits, dimension);
                Assert.InRange(distance, InflectionPoint.GilbertVarshamov(bits, dimension), bound);
                Assert.True(dimension > 4 || distance == bound, $"[{bits}, {dimension}]: {distance}, bound {bound}");
                Assert.True(distance <= before);
                before = distance;
            }
        }
    }

    [Fact]
    public void Longer_codes_join_tabulated_ones_at_the_best_split()
    {
        InflectionPoint point = InflectionPoint.For(512, 10);

        Assert.True(point.Approximate);
        Assert.InRange(point.MinimumDistance, 2 * InflectionPoint.For(256, 10).MinimumDistance, InflectionPoint.Griesmer(512, 4));
        Assert.Equal(300, InflectionPoint.For(300, 2).MinimumDistance);
        Assert.True(InflectionPoint.For(257, 1000).MinimumDistance >= InflectionPoint.For(256, 1000).MinimumDistance - 1);
    }

    [Fact]
    public void Very_many_classes_take_the_Gilbert_Varshamov_bound()
    {
        InflectionPoint point = InflectionPoint.For(64, 3_000_000);

        Assert.True(point.Approximate);
        Assert.Equal(22, point.Dimension);
        Assert.Equal(InflectionPoint.GilbertVarshamov(64, 22), point.MinimumDistance);
        Assert.InRange(point.MinimumDistance, 10, 21);
        Assert.Equal(1, InflectionPoint.For(31, int.MaxValue).MinimumDistance);
    }

    [Fact]
    public void Every_length_up_to_1024_has_a_point_within_its_bounds_for_any_number_of_classes()
    {
        foreach (int bits in new[] { 8, 12, 16, 64, 255, 256, 257, 300, 384, 511, 512, 513, 768, 1000, 1023, 1024 })
        {
            int before = bits;
            for (int dimension = 1; dimension <= Math.Min(bits, 30); dimension++)
            {
                InflectionPoint point = InflectionPoint.For(bits, 1 << dimension);
                Assert.InRange(point.MinimumDistance, InflectionPoint.GilbertVarshamov(bits, dimension), InflectionPoint.Griesmer(bits, dimension));
                Assert.True(point.MinimumDistance <= before, $"[{bits}, {dimension}]");
                Assert.Equal(bits > 256 || dimension > 20, point.Approximate);
                before = point.MinimumDistance;
            }
        }
    }

    [Theory]
    [InlineData(8, 1000, "8 bits cannot hold 1000 classes")]
    [InlineData(16, 1, "at least 2")]
    [InlineData(16, 0, "at least 2")]
    public void What_has_no_inflection_point_is_refused(int bits, int classes, string words) =>
        Assert.Contains(words, Assert.Throws<ArgumentOutOfRangeException>(() => InflectionPoint.For(bits, classes)).Message, StringComparison.Ordinal);
}
