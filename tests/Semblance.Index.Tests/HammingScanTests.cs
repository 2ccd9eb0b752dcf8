using Semblance.Index;
using Semblance.Index.Kernels;
using Xunit;

namespace Semblance.Tests.Index;

public sealed class HammingScanTests
{
    [Fact]
    public void Every_kernel_counts_differing_bits_at_every_length_and_width()
    {
        foreach ((string name, HammingKernel kernel) in HammingScan.Available)
        {
            foreach (int bits in (int[])[12, 64, 65, 128, 192, 256])
            {
                foreach (int rows in (int[])[0, 1, 7, 8, 9, 31, 32, 33, 63, 64, 65, 200])
                {
                    AssertKernel(name, kernel, RandomCodes.Make(seed: rows, rows, bits), RandomCodes.Make(seed: 99, 1, bits));
                }
            }
        }
    }

    [Fact]
    public void Opposite_codes_are_as_far_as_they_are_long()
    {
        foreach (HammingKernel kernel in HammingScan.Available.Values)
        {
            var distances = new ushort[40];
            kernel(Enumerable.Repeat(ulong.MaxValue, 40).ToArray(), [0], distances);
            Assert.All(distances, distance => Assert.Equal(64, distance));
        }
    }

    [Fact]
    public void A_kernel_is_chosen_by_name()
    {
        Assert.Equal(HammingScan.Plain, HammingScan.Choose("plain"));
        ArgumentException fault = Assert.Throws<ArgumentException>(() => HammingScan.Choose("abacus"));
        Assert.Contains("'abacus'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("plain", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_little_room_and_cut_codes_are_refused()
    {
        foreach (HammingKernel kernel in HammingScan.Available.Values)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => kernel(new ulong[40], [0], new ushort[39]));
            Assert.Throws<ArgumentException>(() => kernel(new ulong[3], [0, 0], new ushort[2]));
        }
    }

    private static void AssertKernel(string name, HammingKernel kernel, Codes codes, Codes query)
    {
        var distances = new ushort[codes.Count + 1];
        distances[^1] = 777;
        kernel(codes.Words, query[0], distances);
        for (int row = 0; row < codes.Count; row++)
        {
            int expected = Enumerable.Range(0, codes.Bits).Count(bit => codes.Bit(row, bit) != query.Bit(0, bit));
            Assert.True(expected == distances[row], $"{name}: {codes.Bits} bits, row {row} of {codes.Count}: {distances[row]}, expected {expected}");
        }

        Assert.Equal(777, distances[^1]);
    }
}
