using Semblance.Evaluation;
using Semblance.Evaluation.Kernels;
using Xunit;

namespace Semblance.Tests.Evaluation;

public sealed class DotTileTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 15, 3)]
    [InlineData(16, 48, 16)]
    [InlineData(17, 49, 127)]
    [InlineData(25, 97, 128)]
    [InlineData(40, 113, 300)]
    public void Every_product_is_that_of_the_plain_loop(int aCount, int bCount, int dimension)
    {
        (RowPanels a, float[] aRows) = Panels(1, aCount, dimension);
        (RowPanels b, float[] bRows) = Panels(2, bCount, dimension);
        int width = (bCount + 15) / 16 * 16;
        var scores = new float[(aCount + 7) / 8 * 8 * width];

        DotTile.Fill(a, 0, aCount, b, 0, bCount, scores, width);

        for (int i = 0; i < aCount; i++)
        {
            for (int j = 0; j < bCount; j++)
            {
                float sum = 0;
                for (int k = 0; k < dimension; k++)
                {
                    sum = MathF.FusedMultiplyAdd(aRows[(i * dimension) + k], bRows[(j * dimension) + k], sum);
                }

                Assert.Equal(sum, scores[(i * width) + j]);
            }
        }
    }

    [Fact]
    public void A_product_is_the_same_in_every_tile_turned_over_and_picked_alone()
    {
        const int Count = 160, Width = 64;
        (RowPanels rows, _) = Panels(3, Count, 200);
        var whole = new float[Count * Count];
        var part = new float[Width * Width];
        DotTile.Fill(rows, 0, Count, rows, 0, Count, whole, Count);
        DotTile.Fill(rows, 48, 50, rows, 96, 50, part, Width);
        var random = new SeededRandom(5);
        int[] picked = [.. Enumerable.Range(0, 70).Select(_ => random.Below(Count)).Distinct().Order()];
        var alone = new float[picked.Length];

        for (int i = 0; i < Count; i++)
        {
            DotTile.Pick(rows, i, rows, picked, alone);
            Assert.All(picked.Zip(alone), pair => Assert.Equal(whole[(i * Count) + pair.First], pair.Second));
            Assert.All(Enumerable.Range(0, Count), j => Assert.Equal(whole[(i * Count) + j], whole[(j * Count) + i]));
        }

        Assert.All(Enumerable.Range(0, 50), i => Assert.All(Enumerable.Range(0, 50), j => Assert.Equal(whole[((48 + i) * Count) + 96 + j], part[(i * Width) + j])));
    }

    [Fact]
    public void Rows_may_be_picked_in_any_order()
    {
        (RowPanels rows, _) = Panels(4, 100, 20);
        int[] order = [99, 0, 98, 1, 50, 17, 33, 65, 81, 2];
        var scores = new float[order.Length];
        var one = new float[1];

        DotTile.Pick(rows, 7, rows, order, scores);

        for (int i = 0; i < order.Length; i++)
        {
            DotTile.Pick(rows, 7, rows, [order[i]], one);
            Assert.Equal(one[0], scores[i]);
        }

        DotTile.Pick(rows, 7, rows, [], []);
    }

    private static (RowPanels Panels, float[] Rows) Panels(int seed, int count, int dimension)
    {
        var random = new SeededRandom(seed);
        float[] rows = [.. Enumerable.Range(0, count * dimension).Select(_ => (float)random.NextNormal())];
        return (new RowPanels(rows, dimension, Similarity.Dot, "x"), rows);
    }
}
