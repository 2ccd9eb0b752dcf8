using System.Numerics;
using Semblance.Index.Searching;
using Semblance.Index.Sublinear;
using Xunit;

namespace Semblance.Tests.Index.Sublinear;

public sealed class PartsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(21)]
    [InlineData(24)]
    public void Rings_hold_every_bucket_of_their_distance_once(int bits)
    {
        var chunk = new uint[100];
        for (int radius = 0; radius <= bits && Rings.Size(bits, radius) < 200_000; radius++)
        {
            var seen = new HashSet<uint>();
            uint place = 0;
            for (ReadOnlySpan<uint> masks; !(masks = Rings.Next(bits, radius, ref place, chunk)).IsEmpty;)
            {
                foreach (uint mask in masks)
                {
                    Assert.True(seen.Add(mask));
                    Assert.Equal(radius, BitOperations.PopCount(mask));
                    Assert.True(mask < 1u << bits);
                }
            }

            Assert.Equal(Rings.Size(bits, radius), seen.Count);
        }
    }

    [Fact]
    public void Picked_bits_stand_side_by_side()
    {
        ulong[] code = [0x8000_0000_0000_0003, 0x5];
        BitPick pick = new([0, 2, 63, 64, 65, 66]);

        Assert.Equal(0b101101UL, pick.Of(code));
        Assert.Equal(4, pick.Distance(code, [0, 0]));
    }

    [Fact]
    public void Bits_are_extracted_alike_with_and_without_an_instruction()
    {
        var random = new Random(3);
        for (int i = 0; i < 500; i++)
        {
            ulong word = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            int[] positions = [.. Enumerable.Range(0, 64).Where(_ => random.Next(3) == 0)];
            ulong mask = positions.Aggregate(0UL, (sum, bit) => sum | (1UL << bit));

            Assert.Equal(BitPick.ExtractPlain(word, mask), new BitPick(positions).Of([word]));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_in_any_order_end_in_order(bool ties)
    {
        var random = new Random(5);
        for (int round = 0; round < 20; round++)
        {
            (int Distance, int Row)[] offered = [.. Enumerable.Range(0, 6_000).Select(row => (random.Next(round + 1), row))];
            random.Shuffle(offered);
            int capacity = 1 + (round * 100);
            FoundRows found = new(Reach.Nearest(capacity, 64, ties), default);
            foreach ((int distance, int row) in offered)
            {
                if (found.Wants(distance, row))
                {
                    found.Take(distance, row);
                }
            }

            (int Distance, int Row)[] expected = [.. offered.Order()];
            int last = expected[capacity - 1].Distance;
            Assert.Equal(last, found.Limit);
            Assert.Equal(expected.Where((item, i) => i < capacity || (ties && item.Distance == last)), found.ToArray().Select(item => (item.Distance, item.Row)));
        }
    }
}
