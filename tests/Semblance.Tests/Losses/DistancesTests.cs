using Semblance.Losses.Pairs;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>Distances that are taken from cosines.</summary>
public sealed class DistancesTests : IDisposable
{
    private readonly TensorScope scope = new();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(DataType.Float32, 2)]
    [InlineData(DataType.Float32, 512)]
    [InlineData(DataType.Float32, 2048)]
    [InlineData(DataType.Float64, 3)]
    [InlineData(DataType.Float64, 2048)]
    public void Identical_points_are_at_distance_0_exactly(DataType type, int width)
    {
        const int rows = 40;
        Tensor some = Numeric.Matrix(Numeric.Normal(rows * width, width), rows).To(type);
        PairBatch pairs = PairBatch.Within(Tensor.Concatenate([some, some]), Tensor.Arange(0, 2 * rows));
        foreach (PairDistance distance in new[] { PairDistance.Euclidean, PairDistance.SquaredEuclidean })
        {
            Tensor scores = distance.Scores(pairs.Similarity);
            Assert.All(Numeric.Values(scores.Narrow(0, 0, rows).Narrow(1, rows, rows).Diagonal()), distanceOfTwins => Assert.Equal(0, distanceOfTwins));
            Assert.Equal(4 * rows, scores.EqualTo(0).Sum().ToInt64());
        }
    }

    [Fact]
    public void The_derivative_of_the_root_at_0_is_0_and_that_of_the_square_is_the_same_everywhere()
    {
        Tensor similarity = Numeric.Leaf(Tensor.From([1, 0.5, 1 + 1e-16, -1.0], 1, 4));
        Numeric.AssertClose([0, -1, 0, -0.5], Slopes(PairDistance.Euclidean, similarity), 1e-12);
        Numeric.AssertClose([-2, -2, -2, -2], Slopes(PairDistance.SquaredEuclidean, similarity), 0);
        Numeric.AssertClose([-1, -1, -1, -1], Slopes(PairDistance.Cosine, similarity), 0);
    }

    [Fact]
    public void Derivatives_in_closed_form_are_those_of_the_scores()
    {
        Tensor similarity = Numeric.Leaf(Tensor.From([1, 0.5, -0.3, -1.0], 2, 2));
        foreach (PairDistance distance in Enum.GetValues<PairDistance>())
        {
            Tensor scores = distance.Scores(similarity);
            Numeric.AssertClose(Slopes(distance, similarity), Numeric.Values(distance.ToSimilarity(similarity.OnesLike(), scores)), 1e-12);
        }
    }

    [Fact]
    public void NaN_stays_NaN() =>
        Assert.All(Enum.GetValues<PairDistance>(), distance => Assert.True(double.IsNaN(distance.Scores(Tensor.From([double.NaN], 1, 1)).ToDouble())));

    [Fact]
    public void Rows_that_are_not_of_length_1_have_cosines_only()
    {
        PairTermOptions raw = new() { Normalize = false };
        Assert.Equal(raw, PairDistance.Cosine.Require(raw));
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => PairDistance.Euclidean.Require(raw));
        Assert.Contains("pairs.normalize", refusal.Message, StringComparison.Ordinal);
    }

    private static double[] Slopes(PairDistance distance, Tensor similarity) => Numeric.Values(Autograd.Grad([distance.Scores(similarity).Sum()], [similarity])[0]);
}
