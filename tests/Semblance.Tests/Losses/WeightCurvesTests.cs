using Semblance.Losses.Pairs;
using Semblance.Training.Weights;
using Xunit;

namespace Semblance.Tests.Losses;

public sealed class WeightCurvesTests
{
    private static readonly PairScene Scene = new() { Positives = [0.7], Negatives = [0.2, 0.4], Points = 81 };

    public static TheoryData<string> Losses => [.. LossCurves.Losses];

    [Fact]
    public void Multi_similarity_has_the_weights_of_its_paper()
    {
        NamedCurves curves = Of("multi-similarity", "multi-similarity.mining=false");

        for (int k = 0; k < Scene.Points; k++)
        {
            double s = curves.Positive.Similarity[k];
            double pulled = Math.Exp(-2 * (s - 0.5)), pushed = Math.Exp(50 * (s - 0.5));
            Assert.Equal(pulled / (1 + pulled + Math.Exp(-2 * 0.2)), curves.Positive.Weight[k], 9);
            Assert.Equal(pushed / (1 + pushed + Math.Exp(50 * -0.3) + Math.Exp(50 * -0.1)), curves.Negative.Weight[k], 9);
        }
    }

    [Fact]
    public void Its_miner_takes_the_weight_from_pairs_that_are_easy_enough()
    {
        NamedCurves curves = Of("multi-similarity");

        // Below the hardest negative and epsilon; above the hardest positive less epsilon. At the very limit rounding decides.
        Assert.All(curves.Positive.Similarity.Zip(curves.Positive.Weight).Where(point => Math.Abs(point.First - 0.5) > 1e-6), point => Assert.Equal(point.First < 0.5, point.Second > 0));
        Assert.All(curves.Negative.Similarity.Zip(curves.Negative.Weight).Where(point => Math.Abs(point.First - 0.6) > 1e-6), point => Assert.Equal(point.First > 0.6, point.Second > 0));
    }

    [Fact]
    public void Binomial_deviance_sees_no_other_pair_and_lifted_structure_no_shift()
    {
        PairScene other = Scene with { Positives = [-0.3], Negatives = [0.9, 0.8] };
        Assert.Equal(Of("binomial-deviance").Positive.Weight, LossCurves.Of(["binomial-deviance"], [], other)[0].Positive.Weight, (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.NotEqual(Of("multi-similarity", "multi-similarity.mining=false").Positive.Weight[0], LossCurves.Of(["multi-similarity"], ["multi-similarity.mining=false"], other)[0].Positive.Weight[0], 3);
    }

    [Fact]
    public void N_pair_compares_the_positive_with_the_positives_of_other_classes()
    {
        NamedCurves curves = Of("n-pair");

        for (int k = 0; k < Scene.Points; k++)
        {
            double s = curves.Positive.Similarity[k], others = Math.Exp(0.2) + Math.Exp(0.4);
            // Three anchors share the mean.
            Assert.Equal(others / (others + Math.Exp(s)) / 3, curves.Positive.Weight[k], 6);
            Assert.Equal(Math.Exp(s) / (others + Math.Exp(s) + Math.Exp(0.7)) / 4, curves.Negative.Weight[k], 6);
        }
    }

    [Fact]
    public void A_proxy_is_a_reference_and_for_proxy_anchor_the_anchor()
    {
        NamedCurves softmax = Of("normalized-softmax"), anchor = Of("proxy-anchor");

        for (int k = 0; k < Scene.Points; k++)
        {
            double s = softmax.Positive.Similarity[k], others = Math.Exp(0.2 / 0.05) + Math.Exp(0.4 / 0.05);
            Assert.Equal(others / (others + Math.Exp(s / 0.05)) / 0.05, softmax.Positive.Weight[k], 6);
            double pull = Math.Exp(32 * (0.1 - s)), held = Math.Exp(32 * (0.1 - 0.7));
            Assert.Equal(32 * pull / (1 + pull + held), anchor.Positive.Weight[k], 6);
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Every_loss_pulls_or_pushes_somewhere(string loss)
    {
        // Fine enough for a histogram, which sees a pair only where its bin meets one of the other side.
        NamedCurves curves = LossCurves.Of([loss], [], Scene with { Points = 401 })[0];

        Assert.All(curves.Positive.Weight.Concat(curves.Negative.Weight), weight => Assert.True(double.IsFinite(weight)));
        Assert.Contains(curves.Positive.Weight, weight => weight > 1e-6);
        Assert.Contains(curves.Negative.Weight, weight => weight > 1e-6);
    }

    [Fact]
    public void A_loss_can_be_there_twice_and_what_sees_no_pairs_is_refused()
    {
        NamedCurves[] curves = [.. LossCurves.Of(["mined=multi-similarity", "all=multi-similarity"], ["all.mining=false", "mined.beta=40"], Scene)];

        Assert.Equal(["mined", "all"], curves.Select(curve => curve.Name));
        Assert.NotEqual(curves[0].Positive.Weight[60], curves[1].Positive.Weight[60]);
        Assert.Contains("does not see a batch through its pairs", Assert.Throws<ArgumentException>(() => Of("cross-entropy")).Message, StringComparison.Ordinal);
        Assert.All(new[] { "csq", "dch", "dpn", "greedyhash", "dshsd", "dpsh" }, loss => Assert.Contains($"{loss} does not see a batch through its pairs", Assert.Throws<ArgumentException>(() => Of(loss)).Message, StringComparison.Ordinal));
        Assert.Contains("metric.loss is missing", Assert.Throws<InvalidDataException>(() => Of("hash")).Message, StringComparison.Ordinal);
        Assert.Contains("nearest is contrastive", Assert.Throws<ArgumentException>(() => Of("contrastiv")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairScene { Positives = [2] });
        Assert.Throws<ArgumentException>(() => new PairScene { Negatives = [] });
    }

    private static NamedCurves Of(string loss, params string[] settings) => LossCurves.Of([loss], settings, Scene)[0];
}
