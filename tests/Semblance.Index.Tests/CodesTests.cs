using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Index;

public sealed class CodesTests
{
    public static TheoryData<int> Widths => [1, 7, 8, 9, 12, 48, 63, 64, 65, 127, 128, 129, 200, 256, 300];

    [Fact]
    public void Zero_and_negative_zero_are_ones()
    {
        Codes codes = Codes.FromSigns([0f, -0f, -1e-30f, 3f], 4);

        Assert.Equal(0b1011UL, codes.Words[0]);
        Assert.Equal(0b1011UL, Codes.FromSigns([0.0, -0.0, double.NegativeInfinity, double.PositiveInfinity], 4).Words[0]);
    }

    [Fact]
    public void A_value_that_is_not_a_number_is_refused_with_its_place()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() => Codes.FromSigns([1f, 1f, 1f, float.NaN], 2));

        Assert.Contains("output 1 of row 1 is NaN", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Bits_come_back_one_by_one_and_through_bytes(int bits)
    {
        float[] outputs = RandomCodes.Outputs(seed: bits, rows: 5, bits);

        Codes codes = Codes.FromSigns(outputs, bits);
        Codes back = Codes.FromBytes(codes.ToBytes(), bits);

        Assert.Equal(5, codes.Count);
        Assert.Equal(5 * codes.BytesPerCode, codes.ToBytes().Length);
        Assert.Equal(codes.Words, back.Words);
        for (int i = 0; i < outputs.Length; i++)
        {
            Assert.Equal(outputs[i] >= 0, codes.Bit(i / bits, i % bits));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Distance_counts_the_bits_that_differ(int bits)
    {
        Codes codes = RandomCodes.Make(seed: bits, rows: 4, bits);

        for (int row = 0; row < codes.Count; row++)
        {
            int expected = Enumerable.Range(0, bits).Count(bit => codes.Bit(row, bit) != codes.Bit(0, bit));
            Assert.Equal(expected, codes.Distance(row, codes[0]));
        }
    }

    [Fact]
    public void A_one_above_the_width_is_refused()
    {
        Assert.Contains("unused bits must be zero", Assert.Throws<ArgumentException>(() => new Codes(12, [0, 1UL << 12])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Codes.FromBytes([0x00, 0x10], 12));
    }

    [Fact]
    public void Incomplete_rows_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Codes.FromSigns([1f, 2f, 3f], 2));
        Assert.Throws<ArgumentException>(() => Codes.FromBytes([1, 2, 3], 12));
        Assert.Throws<ArgumentException>(() => new Codes(65, [1, 1, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Codes(0, []));
    }

    [Fact]
    public void Parts_and_chosen_rows_keep_their_bits()
    {
        Codes codes = RandomCodes.Make(seed: 1, rows: 7, bits: 70);

        Codes joined = Codes.Concatenate([codes.Slice(0, 3), codes.Slice(3, 4)]);

        Assert.Equal(codes.Words, joined.Words);
        Assert.Equal(codes[5], codes.Rows([5, 0])[0]);
        Assert.Throws<ArgumentException>(() => Codes.Concatenate([codes, RandomCodes.Make(1, 1, 64)]));
    }
}
