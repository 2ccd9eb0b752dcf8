using Semblance.Index;
using Semblance.Index.Kernels;
using Xunit;

namespace Semblance.Tests.Index;

public sealed class HammingIndexTests
{
    [Theory]
    [InlineData(12, 3_000, 10)]
    [InlineData(64, 20_000, 10)]
    [InlineData(64, 20_000, 900)]
    [InlineData(100, 9_000, 50)]
    [InlineData(4, 9_000, 700)]
    [InlineData(64, 5, 10)]
    public void The_nearest_are_those_of_a_full_sort_by_distance_and_row(int bits, int rows, int k)
    {
        Codes codes = RandomCodes.Make(seed: rows, rows, bits);
        Codes queries = RandomCodes.Make(seed: 5, 8, bits);

        foreach (HammingKernel kernel in HammingKernels.Available.Values)
        {
            var index = new HammingIndex(codes, kernel);
            for (int query = 0; query < queries.Count; query++)
            {
                Assert.Equal(Sorted(codes, queries[query]).Take(k), index.Nearest(queries[query], k));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(99)]
    public void A_radius_finds_exactly_the_codes_inside_it(int radius)
    {
        Codes codes = RandomCodes.Make(seed: 2, 9_000, 12);
        var index = new HammingIndex(codes);

        Neighbour[] found = index.Within(codes[17], radius);

        Assert.Equal(Sorted(codes, codes[17]).TakeWhile(item => item.Distance <= radius), found);
    }

    [Fact]
    public void Equal_codes_come_in_the_order_of_their_rows()
    {
        var index = new HammingIndex(new Codes(16, new ulong[5_000]));

        Neighbour[] nearest = index.Nearest([0], 600);

        Assert.Equal(Enumerable.Range(0, 600).Select(row => new Neighbour(row, 0)), nearest);
    }

    [Fact]
    public void A_batch_gives_the_same_for_any_number_of_threads()
    {
        var index = new HammingIndex(RandomCodes.Make(seed: 3, 10_000, 32));
        Codes queries = RandomCodes.Make(seed: 4, 33, 32);

        Neighbour[][] one = index.Nearest(queries, 20, new SearchOptions { Threads = 1 });
        Neighbour[][] many = index.Nearest(queries, 20, new SearchOptions { Threads = 7 });
        Neighbour[][] within = index.Within(queries, 8, new SearchOptions { Threads = 7 });

        Assert.Equal(33, one.Length);
        for (int query = 0; query < one.Length; query++)
        {
            Assert.Equal(one[query], many[query]);
            Assert.Equal(index.Nearest(queries[query], 20), many[query]);
            Assert.Equal(index.Within(queries[query], 8), within[query]);
        }
    }

    [Fact]
    public void An_empty_index_finds_nothing()
    {
        var index = new HammingIndex(new Codes(64, []));

        Assert.Empty(index.Nearest([0], 3));
        Assert.Empty(index.Within([0], 3));
        Assert.All(index.Nearest(new Codes(64, new ulong[40]), 3), Assert.Empty);
        Assert.Empty(new HammingIndex(new Codes(64, new ulong[40])).Nearest(new Codes(64, []), 3));
    }

    [Fact]
    public void Wrong_questions_are_refused()
    {
        var index = new HammingIndex(RandomCodes.Make(seed: 6, 10, 64));

        Assert.Contains("2 words", Assert.Throws<ArgumentException>(() => index.Nearest([0, 0], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("above its 12 bits", Assert.Throws<ArgumentException>(() => new HammingIndex(RandomCodes.Make(seed: 6, 10, 12)).Nearest([1UL << 12], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("over 9 rows", Assert.Throws<ArgumentException>(() => index.Nearest([0], 1, new SearchOptions { Rows = new RowSet(9) })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Nearest([0], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Within([0], -1));
        Assert.Throws<ArgumentException>(() => index.Nearest(RandomCodes.Make(1, 1, 63), 1));
    }

    private static List<Neighbour> Sorted(Codes codes, ReadOnlySpan<ulong> query)
    {
        var all = new List<Neighbour>();
        for (int row = 0; row < codes.Count; row++)
        {
            all.Add(new Neighbour(row, codes.Distance(row, query)));
        }

        return [.. all.OrderBy(item => item.Distance).ThenBy(item => item.Row)];
    }
}
