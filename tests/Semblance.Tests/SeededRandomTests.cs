using Xunit;

namespace Semblance.Tests;

public sealed class SeededRandomTests
{
    private static readonly ulong[] s_pinned = [1088210289241320036, 2732943237289795003, 10214378649114548472];

    [Fact]
    public void The_numbers_of_a_seed_never_change()
    {
        // From an independent calculation with unbounded integers.
        SeededRandom random = new(42, 1, 2);
        SeededRandom again = new(42, 1, 2);

        ulong[] numbers = [random.NextBits(), random.NextBits(), random.NextBits()];

        Assert.Equal([again.NextBits(), again.NextBits(), again.NextBits()], numbers);
        Assert.Equal(s_pinned, numbers);
    }

    [Fact]
    public void Streams_of_one_seed_differ()
    {
        HashSet<ulong> first = [];
        for (int seed = 0; seed < 10; seed++)
        {
            for (int stream = 0; stream < 10; stream++)
            {
                for (int substream = 0; substream < 10; substream++)
                {
                    first.Add(new SeededRandom(seed, stream, substream).NextBits());
                }
            }
        }

        Assert.Equal(1000, first.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Every_number_below_the_count_comes_equally_often(int count)
    {
        const int Draws = 20_000;
        SeededRandom random = new(3);
        int[] seen = new int[count];
        for (int draw = 0; draw < Draws; draw++)
        {
            seen[random.Below(count)]++;
        }

        double expected = (double)Draws / count;
        Assert.All(seen, times => Assert.InRange(times, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected))));
    }

    [Fact]
    public void Every_order_of_three_is_equally_likely()
    {
        SeededRandom random = new(4);
        Dictionary<string, int> seen = [];
        for (int draw = 0; draw < 6000; draw++)
        {
            char[] letters = ['a', 'b', 'c'];
            random.Shuffle<char>(letters);
            seen[new string(letters)] = seen.GetValueOrDefault(new string(letters)) + 1;
        }

        Assert.Equal(6, seen.Count);
        Assert.All(seen.Values, times => Assert.InRange(times, 850, 1150));
    }

    [Fact]
    public void Uniform_and_normal_numbers_have_their_mean_and_spread()
    {
        SeededRandom random = new(5);
        double[] uniform = new double[20_000];
        double[] normal = new double[20_000];
        for (int draw = 0; draw < uniform.Length; draw++)
        {
            uniform[draw] = random.Between(-1, 3);
            normal[draw] = random.NextNormal();
        }

        Assert.All(uniform, number => Assert.InRange(number, -1, 3));
        Assert.Equal(1, uniform.Average(), 0.05);
        Assert.Equal(0, normal.Average(), 0.03);
        Assert.Equal(1, normal.Select(number => number * number).Average(), 0.05);
    }
}
