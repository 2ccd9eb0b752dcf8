using Semblance.Index;
using Semblance.Index.Searching;
using Semblance.Index.Sublinear;
using Xunit;

namespace Semblance.Tests.Index.Sublinear;

public sealed class MultiIndexTests
{
    private static readonly SearchOptions Plain = new();

    public static TheoryData<string, int> KindsAndLengths()
    {
        TheoryData<string, int> cases = [];
        foreach (string kind in CodeSets.Kinds)
        {
            foreach (int bits in new[] { 16, 32, 48, 64, 100, 128, 256, 512 })
            {
                cases.Add(kind, bits);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(KindsAndLengths))]
    public void The_nearest_are_those_of_a_full_sort_for_any_k(string kind, int bits)
    {
        Codes codes = CodeSets.Make(kind, bits, 1_500);
        Codes queries = CodeSets.Queries(codes, 4);
        foreach (MultiIndex index in BothKernels(codes))
        {
            for (int query = 0; query < queries.Count; query++)
            {
                Neighbour[] sorted = Sorted(codes, queries[query]);
                foreach (int k in new[] { 1, 2, 10, 100, 1_499, 1_500, 5_000 })
                {
                    Assert.Equal(sorted.Take(k), Nearest(index, queries[query], k, Plain));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndLengths))]
    public void A_radius_finds_exactly_the_codes_inside_it(string kind, int bits)
    {
        Codes codes = CodeSets.Make(kind, bits, 1_500);
        Codes queries = CodeSets.Queries(codes, 3);
        foreach (MultiIndex index in BothKernels(codes))
        {
            for (int query = 0; query < queries.Count; query++)
            {
                Neighbour[] sorted = Sorted(codes, queries[query]);
                foreach (int radius in new[] { 0, 1, 2, 5, bits / 8, bits / 4, bits / 2, bits, bits + 9 })
                {
                    Assert.Equal(sorted.TakeWhile(item => item.Distance <= radius), Within(index, queries[query], radius, Plain));
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    public void Few_codes_are_no_special_case(int rows)
    {
        foreach (int bits in new[] { 1, 2, 7, 64, 130 })
        {
            Codes codes = CodeSets.Make("uniform", bits, rows);
            MultiIndex index = MultiIndex.Build(codes);
            var query = new ulong[codes.WordsPerCode];

            Assert.Equal(Sorted(codes, query).Take(2), Nearest(index, query, 2, Plain));
            Assert.Equal(Sorted(codes, query), Within(index, query, bits, Plain));
        }
    }

    [Theory]
    [InlineData("clustered", 64)]
    [InlineData("ten", 64)]
    [InlineData("equal", 100)]
    public void Filters_and_ties_at_the_last_distance_are_as_in_a_scan(string kind, int bits)
    {
        Codes codes = CodeSets.Make(kind, bits, 2_000);
        MultiIndex index = MultiIndex.Build(codes);
        var scan = new HammingIndex(codes);
        RowSet odd = RowSet.Of(codes.Count, [.. Enumerable.Range(0, codes.Count).Where(row => row % 2 == 1)]);
        foreach (bool ties in new[] { false, true })
        {
            SearchOptions[] all =
            [
                new() { KeepTies = ties },
                new() { KeepTies = ties, Rows = odd },
                new() { KeepTies = ties, Where = row => row % 3 == 0 },
                new() { KeepTies = ties, Rows = odd, Where = row => row > 1_500 },
                new() { KeepTies = ties, Where = row => false },
            ];
            foreach (SearchOptions options in all)
            {
                Assert.Equal(scan.Nearest(codes[3], 7, options), Nearest(index, codes[3], 7, options));
                Assert.Equal(scan.Nearest(codes[3], 1_100, options), Nearest(index, codes[3], 1_100, options));
                Assert.Equal(scan.Within(codes[3], 9, options), Within(index, codes[3], 9, options));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Fingerprints_of_any_width_and_keys_of_any_length_give_the_same(int fingerprintBytes)
    {
        Codes codes = CodeSets.Make("clustered", 64, fingerprintBytes == 1 ? 250 : 70_000);
        foreach (int[] lengths in new int[][] { [12], [3, 9, 5], [20, 1], [11, 11, 11, 11, 11] })
        {
            foreach (bool vectorised in new[] { true, false })
            {
                MultiIndex built = MultiIndex.Build(codes, MultiIndexLayout.WithLengths(codes, lengths, fingerprintBytes * lengths.Length));
                MultiIndex index = vectorised ? built : built.WithoutVectors();
                for (int query = 0; query < 5; query++)
                {
                    Assert.Equal(Sorted(codes, codes[query * 30]).Take(25), Nearest(index, codes[query * 30], 25, Plain));
                }
            }
        }
    }

    [Theory]
    [InlineData("uniform", 10)]
    [InlineData("clustered", 10)]
    [InlineData("ten", 300)]
    [InlineData("equal", 10)]
    public void It_gives_up_at_every_point_or_is_right(string kind, int k)
    {
        Codes codes = CodeSets.Make(kind, 64, 3_000);
        MultiIndex index = MultiIndex.Build(codes);
        Codes queries = CodeSets.Queries(codes, 3);
        for (int query = 0; query < queries.Count; query++)
        {
            Neighbour[] expected = [.. Sorted(codes, queries[query]).Take(k)];
            Nearest(index, queries[query], k, Plain, ProbeBudget.Unlimited, out ProbeCounts whole);
            var stops = new HashSet<ProbeCounts>();
            for (double budget = 0; budget < whole.Cost * 25; budget = (budget * 1.07) + 20)
            {
                Neighbour[]? found = Nearest(index, queries[query], k, Plain, new ProbeBudget(budget), out ProbeCounts counts);
                stops.Add(counts);
                Assert.Equal(found is null, counts.GaveUp);
                Assert.True(found is null || expected.SequenceEqual(found));
            }

            Assert.Contains(stops, counts => counts.GaveUp);
            Assert.Contains(stops, counts => !counts.GaveUp);
        }
    }

    [Fact]
    public void A_search_that_gives_up_has_spent_a_small_share_of_a_scan()
    {
        Codes codes = CodeSets.Make("uniform", 64, 60_000);
        MultiIndex index = MultiIndex.Build(codes);
        ProbeBudget budget = new(ProbeCost.Scan(codes));

        Assert.Null(Nearest(index, CodeSets.Make("uniform", 64, 1, seed: 99)[0], 10, Plain, budget, out ProbeCounts counts));
        Assert.InRange(counts.Cost, 0, budget.Scan * 0.1);
    }

    [Fact]
    public void A_search_can_be_cancelled()
    {
        Codes codes = CodeSets.Make("uniform", 64, 1_000);
        using CancellationTokenSource source = new();
        MultiIndex index = MultiIndex.Build(codes, cancellation: source.Token);
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => Nearest(index, codes[0], 900, new SearchOptions { Cancellation = source.Token }));
        Assert.Throws<OperationCanceledException>(() => MultiIndex.Build(codes, cancellation: source.Token));
    }

    [Fact]
    public void Building_tells_how_far_it_is()
    {
        List<double> shares = [];
        MultiIndex.Build(CodeSets.Make("uniform", 64, 1_000), progress: shares.Add);

        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);
    }

    [Theory]
    [InlineData(64, 1_000_000, 28)]
    [InlineData(64, 10_000_000, 28)]
    [InlineData(64, 100_000_000, 28)]
    [InlineData(64, 3_000_000, 28)]
    [InlineData(128, 10_000_000, 56)]
    [InlineData(256, 1_000_000, 112)]
    [InlineData(32, 1_000_000, 14)]
    public void Tables_take_at_most_three_and_a_half_bytes_a_byte_of_code(int bits, int count, int bytes)
    {
        MultiIndexLayout layout = MultiIndexLayout.For(CodeSets.Make("uniform", bits, 500), count);

        Assert.InRange((double)layout.Bytes / count, 0.6 * bytes, bytes);
    }

    [Fact]
    public void Bits_that_never_change_belong_to_no_key_while_others_are_left()
    {
        Codes codes = CodeSets.Make("dead", 128, 3_000);
        MultiIndexLayout layout = MultiIndexLayout.WithLengths(codes, [10, 10, 10], 12);

        Assert.All(layout.Tables.SelectMany(table => table.Key.Positions), bit => Assert.Equal(0, bit % 4));
    }

    [Fact]
    public void Bits_that_change_together_are_dealt_to_different_keys()
    {
        Codes codes = CodeSets.Make("correlated", 64, 5_000);
        MultiIndexLayout layout = MultiIndexLayout.WithLengths(codes, [16, 16, 16, 16], 16);

        Assert.All(layout.Tables, table => Assert.Equal(16, table.Key.Positions.Select(bit => bit / 4).Distinct().Count()));
    }

    internal static Neighbour[] Sorted(Codes codes, ReadOnlySpan<ulong> query)
    {
        var all = new Neighbour[codes.Count];
        for (int row = 0; row < codes.Count; row++)
        {
            all[row] = new Neighbour(row, codes.Distance(row, query));
        }

        return [.. all.OrderBy(item => item.Distance).ThenBy(item => item.Row)];
    }

    private static MultiIndex[] BothKernels(Codes codes)
    {
        MultiIndex index = MultiIndex.Build(codes);
        return [index, index.WithoutVectors()];
    }

    private static Neighbour[]? Nearest(MultiIndex index, ReadOnlySpan<ulong> query, int k, SearchOptions options) =>
        Nearest(index, query, k, options, ProbeBudget.Unlimited, out _);

    private static Neighbour[]? Nearest(MultiIndex index, ReadOnlySpan<ulong> query, int k, SearchOptions options, ProbeBudget budget, out ProbeCounts counts) =>
        index.Search(query, Reach.Nearest(k, index.Codes.Bits, options.KeepTies), RowFilter.Of(options, index.Codes.Count), budget, options.Cancellation, out counts);

    private static Neighbour[]? Within(MultiIndex index, ReadOnlySpan<ulong> query, int radius, SearchOptions options) =>
        index.Search(query, Reach.Within(radius, index.Codes.Bits), RowFilter.Of(options, index.Codes.Count), ProbeBudget.Unlimited, options.Cancellation, out _);
}
