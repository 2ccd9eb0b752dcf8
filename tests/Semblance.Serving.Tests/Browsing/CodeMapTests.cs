using Semblance.Index;
using Semblance.Serving.Browsing;
using Semblance.Tests.Index;
using Xunit;

namespace Semblance.Tests.Serving.Browsing;

public sealed class CodeMapTests
{
    [Fact]
    public void Two_planted_directions_are_found_with_their_share_of_the_variance()
    {
        // Bits 0-31 follow one coin, bits 32-47 another, the rest do not vary: variances 32 and 16 along two axes, nothing else.
        SeededRandom random = new(5);
        ulong[] words = [.. Enumerable.Range(0, 400).Select(_ => (random.Below(2) == 1 ? 0xFFFF_FFFFUL : 0) | (random.Below(2) == 1 ? 0xFFFF_0000_0000UL : 0))];

        CodeMap map = CodeMap.Of(new Codes(64, words));

        Assert.InRange(map.Explained, 0.999999, 1);
        Assert.Equal(64, map.Bits);
        Assert.Equal(4, words.Index().Select(row => (Math.Round(map.Places[row.Index * 2], 4), Math.Round(map.Places[(row.Index * 2) + 1], 4))).Distinct().Count());
        Assert.Equal(1, map.Places.Max(Math.Abs));
        Assert.All(words.Index(), row => Assert.Equal((row.Item & 1) == (words[0] & 1), Math.Sign(map.Places[row.Index * 2]) == Math.Sign(map.Places[0])));
    }

    [Fact]
    public void No_other_plane_shows_more_of_the_variance()
    {
        Codes codes = RandomCodes.Make(8, 300, 20);
        double[][] rows = [.. Enumerable.Range(0, codes.Count).Select(row => Enumerable.Range(0, 20).Select(bit => codes.Bit(row, bit) ? 1.0 : -1).ToArray())];
        double[] means = [.. Enumerable.Range(0, 20).Select(bit => rows.Average(row => row[bit]))];
        double total = rows.Sum(row => row.Zip(means, (value, mean) => (value - mean) * (value - mean)).Sum());

        CodeMap map = CodeMap.Of(codes);

        SeededRandom random = new(2);
        for (int trial = 0; trial < 200; trial++)
        {
            double[] direction = [.. Enumerable.Range(0, 20).Select(_ => random.NextNormal())];
            double length = direction.Sum(value => value * value);
            double shown = rows.Sum(row => Math.Pow(row.Zip(means, (value, mean) => value - mean).Zip(direction, (value, along) => value * along).Sum(), 2)) / length;
            Assert.True(shown / total < map.Explained, $"One direction shows {shown / total} of the variance, the map {map.Explained}.");
        }
        Assert.Equal(map.Places, CodeMap.Of(codes).Places);
    }

    [Fact]
    public void Equal_codes_no_codes_and_long_codes_have_a_map_too()
    {
        Assert.Equal(new float[6], CodeMap.Of(new Codes(8, [3, 3, 3])).Places);
        Assert.Empty(CodeMap.Of(new Codes(8, [])).Places);
        CodeMap longer = CodeMap.Of(RandomCodes.Make(1, 20, 3000));
        Assert.Equal(CodeMap.MostBits, longer.Bits);
        Assert.All(longer.Places, place => Assert.InRange(place, -1, 1));
    }

    [Fact]
    public void A_map_that_nobody_waits_for_ends() =>
        Assert.Throws<OperationCanceledException>(() => CodeMap.Of(RandomCodes.Make(1, 50, 64), new CancellationToken(true)));
}
