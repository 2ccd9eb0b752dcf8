using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index;

public sealed class NearDuplicatesTests
{
    public static TheoryData<int, int, int, int> Cases => new()
    {
        { 8, 0, 1, 0 }, { 8, 0, 0, 3 }, { 8, 300, 0, 2 }, { 8, 300, 0, 0 }, { 12, 500, 5, 1 }, { 64, 1_500, 40, 6 }, { 64, 200, 200, 20 }, { 100, 700, 30, 5 }, { 4, 90, 0, 4 }, { 64, 300, 10, 64 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pairs_are_those_of_the_double_loop_over_first_rows(int bits, int rows, int copies, int radius)
    {
        Codes codes = Clumped(bits, rows, copies);

        Assert.Equal(DoubleLoop(codes, radius), NearDuplicates.Pairs(codes, radius));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Groups_are_those_of_all_pairs(int bits, int rows, int copies, int radius)
    {
        Codes codes = Clumped(bits, rows, copies);

        NearDuplicateGroups groups = NearDuplicates.Groups(codes, radius);

        int[] slow = SlowGroups(codes, radius);
        Assert.Equal(slow, groups.FirstRows);
        Assert.Equal(Enumerable.Range(0, codes.Count).GroupBy(row => slow[row]).Where(group => group.Count() > 1).Select(group => group.ToArray()), groups.Groups);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_collection_that_grew_in_steps_has_the_groups_of_the_whole(int bits, int rows, int copies, int radius)
    {
        Codes codes = Clumped(bits, rows, copies);
        NearDuplicateGroups groups = new(radius, []);
        foreach (int end in (int[])[codes.Count / 3, codes.Count / 3, codes.Count * 9 / 10, codes.Count])
        {
            groups = NearDuplicates.Extend(groups, codes.Slice(0, end));
        }

        Assert.Equal(SlowGroups(codes, radius), groups.FirstRows);
    }

    /// <summary>So many codes that tables are built for them.</summary>
    [Fact]
    public void Many_codes_give_the_pairs_of_a_scan()
    {
        Codes codes = RandomCodes.Make(7, 60_000, 24);
        Assert.True(MultiIndex.Pays(24, 50_000));

        NearPair[] pairs = [.. NearDuplicates.Pairs(codes, 2)];

        DistinctCodes distinct = new(codes);
        Neighbour[][] near = new HammingIndex(distinct.Codes).Within(distinct.Codes, 2);
        IEnumerable<NearPair> different = near.SelectMany((list, second) => list.Where(other => other.Row < second).Select(other => new NearPair(distinct.FirstRows[other.Row], distinct.FirstRows[second], other.Distance)));
        IEnumerable<NearPair> equal = Enumerable.Range(0, codes.Count).Where(row => distinct.FirstRows[distinct.Of[row]] != row).Select(row => new NearPair(distinct.FirstRows[distinct.Of[row]], row, 0));
        Assert.Equal(different.Concat(equal).OrderBy(pair => pair.Second).ThenBy(pair => pair.First), pairs);
    }

    [Fact]
    public void Old_codes_are_not_compared_again()
    {
        Codes codes = RandomCodes.Make(1, 1_000, 64);
        NearDuplicateGroups none = new(64, [.. Enumerable.Range(0, 990)]);
        List<(int Done, int All)> told = [];

        NearDuplicates.Extend(none, codes, new NearDuplicateOptions { Progress = (done, all) => told.Add((done, all)) });

        Assert.Equal([(10, 10)], told);
    }

    [Fact]
    public void A_million_equal_codes_are_one_group_at_once()
    {
        Codes codes = new(64, new ulong[1_000_000]);

        Assert.Equal(1_000_000, Assert.Single(NearDuplicates.Groups(codes, 8).Groups).Count);
        Assert.Equal(999_999, NearDuplicates.Pairs(codes, 8).Count());
    }

    [Fact]
    public void The_order_of_the_codes_does_not_change_who_is_together()
    {
        Codes codes = Clumped(64, 400, 50);
        int[] order = [.. Enumerable.Range(0, codes.Count).OrderBy(row => row * 7919 % 449)];

        HashSet<string> straight = Names(NearDuplicates.Groups(codes, 6), row => row);
        HashSet<string> shuffled = Names(NearDuplicates.Groups(codes.Rows(order), 6), row => order[row]);

        Assert.NotEmpty(straight);
        Assert.Equal(straight, shuffled);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same()
    {
        Codes codes = Clumped(64, 900, 0);

        Assert.Equal(NearDuplicates.Pairs(codes, 9, new NearDuplicateOptions { Threads = 1 }), NearDuplicates.Pairs(codes, 9, new NearDuplicateOptions { Threads = 5 }));
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        using CancellationTokenSource source = new();
        NearDuplicateOptions options = new() { Cancellation = source.Token, Progress = (_, _) => source.Cancel() };

        Assert.Throws<OperationCanceledException>(() => NearDuplicates.Groups(RandomCodes.Make(1, 500, 64), 4, options));
    }

    [Fact]
    public void Wrong_questions_are_refused()
    {
        Codes codes = RandomCodes.Make(1, 10, 64);

        Assert.Throws<ArgumentOutOfRangeException>(() => NearDuplicates.Groups(codes, -1));
        Assert.Contains("10 codes were given and 11 had been grouped", Assert.Throws<ArgumentException>(() => NearDuplicates.Extend(new NearDuplicateGroups(1, [.. Enumerable.Range(0, 11)]), codes)).Message, StringComparison.Ordinal);
        Assert.Contains("row 2", Assert.Throws<ArgumentException>(() => new NearDuplicateGroups(1, [0, 0, 1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new NearDuplicateGroups(1, [1, 1]));
        Assert.Throws<ArgumentException>(() => new NearDuplicateGroups(1, [-1]));
    }

    /// <summary>Codes around a few centres, and copies of them, mixed.</summary>
    private static Codes Clumped(int bits, int rows, int copies)
    {
        Random random = new(bits + rows);
        Codes centres = RandomCodes.Make(bits, 20, bits);
        ulong[] words = new ulong[rows * centres.WordsPerCode];
        for (int row = 0; row < rows; row++)
        {
            Span<ulong> code = words.AsSpan(row * centres.WordsPerCode, centres.WordsPerCode);
            centres[random.Next(centres.Count)].CopyTo(code);
            for (int flips = random.Next(bits / 2); flips > 0; flips--)
            {
                int bit = random.Next(bits);
                code[bit >> 6] ^= 1UL << (bit & 63);
            }
        }

        int[] order = [.. Enumerable.Range(0, rows).Concat(Enumerable.Range(0, rows == 0 ? 0 : copies).Select(_ => random.Next(rows)))];
        random.Shuffle(order);
        return new Codes(bits, words).Rows(order);
    }

    private static List<NearPair> DoubleLoop(Codes codes, int radius)
    {
        List<NearPair> pairs = [];
        bool[] copy = new bool[codes.Count];
        for (int second = 0; second < codes.Count; second++)
        {
            int equal = Enumerable.Range(0, second).FirstOrDefault(first => codes.Distance(first, codes[second]) == 0, -1);
            copy[second] = equal >= 0;
            if (equal >= 0)
            {
                pairs.Add(new NearPair(equal, second, 0));
                continue;
            }

            for (int first = 0; first < second; first++)
            {
                if (!copy[first] && codes.Distance(first, codes[second]) is var distance && distance <= radius)
                {
                    pairs.Add(new NearPair(first, second, distance));
                }
            }
        }

        return pairs;
    }

    private static int[] SlowGroups(Codes codes, int radius)
    {
        int[] group = [.. Enumerable.Range(0, codes.Count)];
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int first = 0; first < codes.Count; first++)
            {
                for (int second = first + 1; second < codes.Count; second++)
                {
                    if (group[first] != group[second] && codes.Distance(first, codes[second]) <= radius)
                    {
                        (int low, int high) = (Math.Min(group[first], group[second]), Math.Max(group[first], group[second]));
                        group = [.. group.Select(one => one == high ? low : one)];
                        changed = true;
                    }
                }
            }
        }

        return group;
    }

    private static HashSet<string> Names(NearDuplicateGroups groups, Func<int, int> name) => [.. groups.Groups.Select(group => string.Join(' ', group.Select(name).Order()))];
}
