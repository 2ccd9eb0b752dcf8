using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index;

public sealed class ScoredSearchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(520)]
    public void Weighted_distances_are_sums_over_differing_bits(int bits)
    {
        Random random = new(bits);
        Codes codes = RandomCodes.WithCopies(random, 40_000 / Codes.WordsFor(bits), bits), query = RandomCodes.WithCopies(random, 1, bits);
        // Whole numbers add up exactly in any order, so that the oracle may add bit by bit.
        double[] weights = [.. Enumerable.Range(0, bits).Select(_ => (double)random.Next(0, 50))];
        ScoredRow[] sorted = Sorted(codes, row => Enumerable.Range(0, bits).Where(bit => codes.Bit(row, bit) != query.Bit(0, bit)).Sum(bit => weights[bit]));

        AssertSearches(codes, sorted, (index, k, options) => index.NearestWeighted(query[0], weights, k, options), (index, radius, options) => index.WithinWeighted(query[0], weights, radius, options));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(200)]
    public void Jaccard_distances_are_those_of_sets(int bits)
    {
        Random random = new(bits);
        Codes codes = Codes.Concatenate([RandomCodes.WithCopies(random, 20_000, bits), new Codes(bits, new ulong[2 * Codes.WordsFor(bits)])]), query = RandomCodes.WithCopies(random, 1, bits);
        foreach (Codes wanted in (Codes[])[query, new Codes(bits, new ulong[query.WordsPerCode])])
        {
            ScoredRow[] sorted = Sorted(codes, row =>
            {
                double both = Enumerable.Range(0, bits).Count(bit => codes.Bit(row, bit) && wanted.Bit(0, bit)), either = Enumerable.Range(0, bits).Count(bit => codes.Bit(row, bit) || wanted.Bit(0, bit));
                return either == 0 ? 0 : 1 - (both / either);
            });

            AssertSearches(codes, sorted, (index, k, options) => index.NearestJaccard(wanted[0], k, options), (index, radius, options) => index.WithinJaccard(wanted[0], radius, options));
        }
    }

    [Fact]
    public void Sums_are_the_same_for_every_number_of_threads()
    {
        Random random = new(5);
        Codes codes = RandomCodes.WithCopies(random, 100_000, 128);
        double[] weights = [.. Enumerable.Range(0, 128).Select(_ => random.NextDouble())];
        HammingIndex index = new(codes);
        ScoredRow[] one = index.NearestWeighted(codes[9], weights, 5_000, new SearchOptions { Threads = 1 });

        Assert.Equal(one, index.NearestWeighted(codes[9], weights, 5_000, new SearchOptions { Threads = 3 }));
        Assert.Equal(one.OrderBy(item => item.Distance).ThenBy(item => item.Row), one);
    }

    [Fact]
    public void The_asymmetric_distance_of_all_candidates_is_the_weighted_one()
    {
        const int Bits = 70;
        Codes codes = RandomCodes.Make(seed: 8, 3_000, Bits);
        float[] embedding = RandomCodes.Outputs(seed: 9, 1, Bits);
        HammingIndex index = new(codes);
        double[] weights = [.. embedding.Select(value => Math.Abs((double)value))];

        Assert.Equal(index.NearestWeighted(Codes.FromSigns(embedding, Bits)[0], weights, 25), index.NearestAsymmetric(embedding, 25, codes.Count));
        ScoredRow[] few = index.NearestAsymmetric(embedding, 5, 40);
        HashSet<int> candidates = [.. index.Nearest(Codes.FromSigns(embedding, Bits)[0], 40).Select(item => item.Row)];
        Assert.Equal(5, few.Length);
        Assert.All(few, item => Assert.Contains(item.Row, candidates));
    }

    [Fact]
    public void The_cosine_ranks_the_candidates_anew()
    {
        const int Bits = 32, Width = 7;
        Codes codes = RandomCodes.Make(seed: 10, 500, Bits);
        float[] rows = RandomCodes.Outputs(seed: 11, 500, Width), query = RandomCodes.Outputs(seed: 12, 1, Width);
        Array.Clear(rows, 0, Width);
        HammingIndex index = new(codes);

        ScoredRow[] found = index.NearestByCosine(codes[0], query, row => rows.AsMemory(row * Width, Width), 20, 60);

        ScoredRow[] expected = [.. index.Nearest(codes[0], 60).Select(item => new ScoredRow(item.Row, 1 - Cosine(query, rows[(item.Row * Width)..((item.Row + 1) * Width)]))).OrderBy(item => item.Distance).ThenBy(item => item.Row).Take(20)];
        Assert.Equal(expected.Select(item => item.Row), found.Select(item => item.Row));
        Assert.All(found.Zip(expected), pair => Assert.Equal(pair.Second.Distance, pair.First.Distance, 12));
    }

    [Fact]
    public void Wrong_questions_are_refused()
    {
        HammingIndex index = new(RandomCodes.Make(seed: 6, 10, 3));

        Assert.Contains("2 weights", Assert.Throws<ArgumentException>(() => index.NearestWeighted([0], [1, 1], 1)).Message, StringComparison.Ordinal);
        foreach (double wrong in (double[])[double.NaN, -1, double.PositiveInfinity])
        {
            Assert.Contains("bit 1", Assert.Throws<ArgumentException>(() => index.WithinWeighted([0], [1, wrong, 1], 1)).Message, StringComparison.Ordinal);
        }

        Assert.Contains("too large", Assert.Throws<ArgumentException>(() => index.NearestWeighted([0], [1e308, 1e308, 1], 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => index.NearestJaccard([0, 0], 1));
        Assert.Throws<ArgumentException>(() => index.NearestJaccard([8], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.NearestJaccard([0], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.WithinJaccard([0], -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.WithinJaccard([0], double.NaN));
        Assert.Contains("value 2", Assert.Throws<ArgumentException>(() => index.NearestAsymmetric([1, 1, float.NaN], 1, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => index.NearestAsymmetric([1, 1], 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.NearestAsymmetric([1, 1, 1], 3, 2));
        Assert.Contains("row 0 has 1 values", Assert.Throws<ArgumentException>(() => index.NearestByCosine([0], [1, 1], row => new float[row == 0 ? 1 : 2], 1, 10)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => index.NearestJaccard([0], 1, new SearchOptions { Rows = new RowSet(9) }));
        Assert.Empty(new HammingIndex(new Codes(64, [])).NearestJaccard([0], 3));
    }

    private static void AssertSearches(Codes codes, ScoredRow[] sorted, Func<HammingIndex, int, SearchOptions, ScoredRow[]> nearest, Func<HammingIndex, double, SearchOptions, ScoredRow[]> within)
    {
        HammingIndex index = new(codes);
        RowSet thirds = new(codes.Count);
        for (int row = 0; row < codes.Count; row += 3)
        {
            thirds[row] = true;
        }

        double radius = sorted[sorted.Length / 50].Distance;
        foreach (int threads in (int[])[1, 3])
        {
            SearchOptions all = new() { Threads = threads }, some = all with { Rows = thirds, Where = row => row % 2 == 0 };
            foreach (int k in (int[])[1, 10, 700, codes.Count + 1])
            {
                Assert.Equal(sorted.Take(k), nearest(index, k, all));
                Assert.Equal(sorted.Where(item => item.Row % 6 == 0).Take(k), nearest(index, k, some));
            }

            Assert.Equal(sorted.TakeWhile(item => item.Distance <= radius), within(index, radius, all));
            Assert.Equal(sorted.Where(item => item.Row % 6 == 0).TakeWhile(item => item.Distance <= radius), within(index, radius, some));
            Assert.Equal(sorted, within(index, double.PositiveInfinity, all));
        }
    }

    private static ScoredRow[] Sorted(Codes codes, Func<int, double> distance) =>
        [.. Enumerable.Range(0, codes.Count).Select(row => new ScoredRow(row, distance(row))).OrderBy(item => item.Distance).ThenBy(item => item.Row)];

    private static double Cosine(float[] a, float[] b)
    {
        double lengths = Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));
        return lengths == 0 ? 0 : a.Zip(b, (x, y) => (double)x * y).Sum() / lengths;
    }
}
