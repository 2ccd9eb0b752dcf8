using System.Numerics;
using Semblance.Index;
using Semblance.Index.Kernels;
using Xunit;

namespace Semblance.Tests.Index;

public sealed class HammingKernelTests
{
    public static TheoryData<string, int> KernelsAndBits
    {
        get
        {
            TheoryData<string, int> rows = [];
            foreach (string name in HammingKernels.Available.Keys)
            {
                foreach (int bits in (int[])[8, 12, 32, 64, 65, 128, 192, 256, 320, 384, 500, 512, 576, 1024, 1030, 2048, 4096])
                {
                    rows.Add(name, bits);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(KernelsAndBits))]
    public void Distances_are_those_of_the_bits_at_every_length(string name, int bits)
    {
        HammingKernel kernel = HammingKernels.Choose(name);
        Codes query = RandomCodes.Make(seed: 99, 1, bits);
        foreach (int rows in (int[])[0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 34, 35, 36, 63, 64, 65, 200])
        {
            Codes codes = RandomCodes.Make(seed: rows, rows, bits);
            ushort[] distances = new ushort[rows + 1];
            distances[^1] = 777;

            kernel.Distances(codes.Words, query[0], distances);

            Assert.Equal([.. ByBits(codes, query), 777], distances);
        }
    }

    [Theory]
    [MemberData(nameof(KernelsAndBits))]
    public void Selected_are_the_rows_below_the_limit(string name, int bits)
    {
        HammingKernel kernel = HammingKernels.Choose(name);
        Codes query = RandomCodes.Make(seed: 98, 1, bits);
        foreach (int rows in (int[])[0, 1, 15, 16, 17, 31, 32, 33, 36, 64, 200])
        {
            Codes codes = RandomCodes.Make(seed: rows, rows, bits);
            ushort[] distances = ByBits(codes, query);
            foreach (int limit in (int[])[-1, 0, 1, bits / 2, (bits / 2) + 2, bits + 1])
            {
                IEnumerable<Neighbour> near = Enumerable.Range(0, rows).Where(row => distances[row] < limit).Select(row => new Neighbour(row, distances[row]));
                foreach (int room in (int[])[32, 40, 200])
                {
                    Assert.Equal(near, Select(kernel, codes, query[0], limit, room));
                }
            }
        }
    }

    [Theory]
    [InlineData(0x8080_8080_8080_8080)]
    [InlineData(0xFFFF_FFFF_0000_0000)]
    [InlineData(0x0000_0000_0000_FFFF)]
    [InlineData(ulong.MaxValue)]
    public void Distances_may_lie_in_any_bits(ulong bits)
    {
        // From the few nearest on to all; codes that differ where a kernel that looks at some bits first does not look.
        var random = new Random(4);
        const int Rows = 20_000;
        ulong[] words = [.. Enumerable.Range(0, Rows).Select(row => bits & (ulong)random.NextInt64(long.MinValue, long.MaxValue) & (ulong)random.NextInt64(long.MinValue, long.MaxValue))];
        Codes codes = new(64, words), query = new(64, [0]);
        Neighbour[] all = [.. words.Select((word, row) => new Neighbour(row, BitOperations.PopCount(word)))];
        HammingIndex index = new(codes);
        foreach (int limit in Enumerable.Range(1, 20))
        {
            Neighbour[] near = [.. all.Where(item => item.Distance < limit)];
            Assert.All(HammingKernels.Available.Values, kernel => Assert.Equal(near, Select(kernel, codes, query[0], limit, room: 64)));
            if (HammingKernels.Default.HasPlanes)
            {
                SearchOptions planes = new() { Plan = SearchPlan.Planes };
                Assert.Equal(near.OrderBy(item => item.Distance).ThenBy(item => item.Row), index.Within(query[0], limit - 1, planes));
            }
        }
    }

    [Fact]
    public void Opposite_codes_are_as_far_as_they_are_long()
    {
        foreach (HammingKernel kernel in HammingKernels.Available.Values)
        {
            foreach (int words in (int[])[1, 2, 3, 4, 8, 16, 1023])
            {
                ushort[] distances = new ushort[40];
                kernel.Distances(Enumerable.Repeat(ulong.MaxValue, 40 * words).ToArray(), new ulong[words], distances);
                Assert.All(distances, distance => Assert.Equal(64 * words, distance));
            }
        }
    }

    [Fact]
    public void A_kernel_is_chosen_by_name()
    {
        Assert.Equal("plain", HammingKernels.Choose("plain").Name);
        Assert.Same(HammingKernels.Available.Values.Last(), HammingKernels.Choose(null));
        ArgumentException fault = Assert.Throws<ArgumentException>(() => HammingKernels.Choose("abacus"));
        Assert.Contains("'abacus'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("plain", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_little_room_and_cut_codes_are_refused()
    {
        foreach (HammingKernel kernel in HammingKernels.Available.Values)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => kernel.Distances(new ulong[40], [0], new ushort[39]));
            Assert.Throws<ArgumentException>(() => kernel.Distances(new ulong[3], [0, 0], new ushort[2]));
            Assert.Throws<ArgumentOutOfRangeException>(() => kernel.Distances([], [], []));
            Assert.Throws<ArgumentException>(() => kernel.Select(new ulong[3], [0, 0], 1, new Neighbour[64], out _));
            Assert.Throws<ArgumentOutOfRangeException>(() => kernel.Select(new ulong[4], [0, 0], 1, new Neighbour[31], out _));
        }
    }

    private static List<Neighbour> Select(HammingKernel kernel, Codes codes, ReadOnlySpan<ulong> query, int limit, int room)
    {
        List<Neighbour> selected = [];
        Neighbour[] near = new Neighbour[room];
        for (int start = 0; start < codes.Count;)
        {
            int scanned = kernel.Select(codes.Words[(start * codes.WordsPerCode)..], query, limit, near, out int found);
            Assert.True(scanned > 0);
            selected.AddRange(near.Take(found).Select(item => item with { Row = start + item.Row }));
            start += scanned;
        }

        return selected;
    }

    private static ushort[] ByBits(Codes codes, Codes query) =>
        [.. Enumerable.Range(0, codes.Count).Select(row => (ushort)Enumerable.Range(0, codes.Bits).Count(bit => codes.Bit(row, bit) != query.Bit(0, bit)))];
}
