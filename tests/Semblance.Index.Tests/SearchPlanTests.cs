using Semblance.Index;
using Semblance.Index.Kernels;
using Xunit;

namespace Semblance.Tests.Index;

/// <summary>Whatever the plan, the kernel and the threads: the result is that of a full sort.</summary>
public sealed class SearchPlanTests
{
    public static TheoryData<string, SearchPlan> Ways
    {
        get
        {
            TheoryData<string, SearchPlan> ways = [];
            foreach (string kernel in HammingKernels.Available.Keys)
            {
                ways.Add(kernel, SearchPlan.Auto);
                ways.Add(kernel, SearchPlan.Scan);
                ways.Add(kernel, SearchPlan.MultiIndex);
            }

            if (HammingKernels.Available.TryGetValue("avx512", out _))
            {
                ways.Add("avx512", SearchPlan.Planes);
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Random_searches_give_what_a_full_sort_gives(string kernel, SearchPlan plan)
    {
        // The seed is the same for every way: each meets the same 40 searches.
        Random random = new(20);
        for (int round = 0; round < 40; round++)
        {
            int bits = random.Next(3) == 0 ? random.Next(1, 1200) : ((int[])[8, 16, 32, 64, 96, 128, 192, 256, 512])[random.Next(9)];
            int rows = random.Next(3) == 0 ? random.Next(0, 40) : random.Next(500, Math.Max(1_500, 8_000 * 64 / Math.Max(64, bits)));
            Codes codes = RandomCodes.WithCopies(random, rows, bits), queries = RandomCodes.WithCopies(random, random.Next(1, 30), bits);
            SearchOptions options = new() { Plan = plan, Threads = random.Next(4), KeepTies = random.Next(4) == 0 };
            options = options with { Rows = RandomRows(random, rows), Where = random.Next(3) == 0 ? row => row % 3 != 1 : null };
            HammingIndex index = Index(codes, kernel, plan);
            int k = random.Next(4) == 0 ? random.Next(1, rows + 5) : random.Next(1, 30), radius = random.Next(0, (bits / 2) + 3);

            Neighbour[][] nearest = index.Nearest(queries, k, options), within = index.Within(queries, radius, options);

            for (int query = 0; query < queries.Count; query++)
            {
                Neighbour[] all = Sorted(codes, queries[query], options);
                Assert.Equal(Nearest(all, k, options.KeepTies), nearest[query]);
                Assert.Equal(all.TakeWhile(item => item.Distance <= radius), within[query]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Threads_share_out_rows_and_queries_alike(string kernel, SearchPlan plan)
    {
        Random random = new(3);
        Codes codes = RandomCodes.WithCopies(random, 150_000, 64), queries = RandomCodes.WithCopies(random, 40, 64);
        HammingIndex index = Index(codes, kernel, plan);
        Neighbour[][] expected = new HammingIndex(codes, HammingKernels.Choose("plain")).Nearest(queries, 15, new SearchOptions { Threads = 1, Plan = SearchPlan.Scan });
        foreach (int threads in (int[])[0, 1, 2, 3, 5])
        {
            Assert.Equal(expected, index.Nearest(queries, 15, new SearchOptions { Threads = threads, Plan = plan }));
        }

        Assert.Equal(expected[7], index.Nearest(queries[7], 15, new SearchOptions { Threads = 3, Plan = plan }));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Queries_with_equal_codes_enough_get_the_first_of_them(string kernel, SearchPlan plan)
    {
        // Half of the queries have thousands of equal codes, so that nothing can be nearer than what the first rows gave; the others have none.
        Codes codes = new(64, [.. Enumerable.Range(0, 20_000).Select(row => row % 2 == 0 ? 0UL : ulong.MaxValue)]);
        Codes queries = new(64, [.. Enumerable.Range(0, 30).Select(query => query % 2 == 0 ? 0UL : 0xFFFFFFFFUL)]);

        Neighbour[][] found = Index(codes, kernel, plan).Nearest(queries, 10, new SearchOptions { Plan = plan });

        for (int query = 0; query < queries.Count; query++)
        {
            int step = query % 2 == 0 ? 2 : 1;
            Assert.Equal(Enumerable.Range(0, 10).Select(place => new Neighbour(place * step, query % 2 == 0 ? 0 : 32)), found[query]);
        }
    }

    [Fact]
    public void Planes_need_the_kernel_that_has_them()
    {
        HammingIndex index = new(RandomCodes.Make(seed: 1, 10, 64), HammingKernels.Choose("plain"));

        ArgumentException fault = Assert.Throws<ArgumentException>(() => index.Nearest([0], 1, new SearchOptions { Plan = SearchPlan.Planes }));

        Assert.Contains("plain", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SearchOptions { Plan = (SearchPlan)99 });
    }

    private static HammingIndex Index(Codes codes, string kernel, SearchPlan plan) => plan == SearchPlan.MultiIndex
        ? new HammingIndex(MultiIndex.Build(codes), HammingKernels.Choose(kernel))
        : new HammingIndex(codes, HammingKernels.Choose(kernel));

    private static RowSet? RandomRows(Random random, int rows)
    {
        if (random.Next(2) == 0)
        {
            return null;
        }

        RowSet set = new(rows);
        int one = ((int[])[1, 2, 30, 200])[random.Next(4)];
        for (int row = 0; row < rows; row++)
        {
            set[row] = random.Next(one) == 0;
        }

        return set;
    }

    private static Neighbour[] Sorted(Codes codes, ReadOnlySpan<ulong> query, SearchOptions options)
    {
        List<Neighbour> all = [];
        for (int row = 0; row < codes.Count; row++)
        {
            if ((options.Rows?[row] ?? true) && (options.Where?.Invoke(row) ?? true))
            {
                all.Add(new Neighbour(row, codes.Distance(row, query)));
            }
        }

        return [.. all.OrderBy(item => item.Distance).ThenBy(item => item.Row)];
    }

    private static IEnumerable<Neighbour> Nearest(Neighbour[] sorted, int k, bool keepTies) =>
        keepTies && sorted.Length > k ? sorted.TakeWhile(item => item.Distance <= sorted[k - 1].Distance) : sorted.Take(k);
}
