using Semblance.Evaluation;
using Semblance.Evaluation.Classification;
using Semblance.Losses.Logits;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Evaluation.Classification;

public sealed class AfterTrainingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    [InlineData(1)]
    public void Scaling_logits_is_the_same_as_normalising_weights(double tau)
    {
        Random random = new(1);
        double[] weight = [.. Enumerable.Range(0, 15).Select(_ => random.NextDouble() - 0.5)], row = [.. Enumerable.Range(0, 5).Select(_ => random.NextDouble())];
        double[] Logits(double[] of) => [.. Enumerable.Range(0, 3).Select(c => Enumerable.Range(0, 5).Sum(k => of[(c * 5) + k] * row[k]))];

        double[] direct = Logits(TauNorm.Weights(weight, 3, tau)), factors = TauNorm.Factors(TauNorm.Lengths(weight, 3), tau);

        Assert.All(Enumerable.Range(0, 3), c => Assert.Equal(direct[c], Logits(weight)[c] * factors[c], 1e-12));
        if (tau == 1)
        {
            Assert.All(TauNorm.Lengths(TauNorm.Weights(weight, 3, tau), 3), length => Assert.Equal(1, length, 1e-12));
        }
    }

    [Fact]
    public void Weights_of_nothing_stay_nothing_and_wrong_taus_are_refused()
    {
        Assert.Equal([0, 0, 1, 0], TauNorm.Weights([0, 0, 2, 0], 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TauNorm.Factors([1], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TauNorm.Factors([1], double.NaN));
        Assert.Throws<ArgumentException>(() => TauNorm.Lengths([1, 2, 3], 2));
    }

    [Fact]
    public void Adjusting_takes_the_prior_out_and_rules_out_classes_that_did_not_train()
    {
        double[] offsets = LogitAdjustment.Offsets([75, 25, 0], 2);

        Assert.Equal(-2 * Math.Log(0.75), offsets[0], 1e-12);
        Assert.Equal(-2 * Math.Log(0.25), offsets[1], 1e-12);
        Assert.Equal(double.NegativeInfinity, offsets[2]);
        Assert.Throws<ArgumentException>(() => LogitAdjustment.Offsets([0, 0], 1));
        Assert.Throws<ArgumentException>(() => LogitAdjustment.Offsets([3, -1], 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(2)]
    public void A_class_that_did_not_train_is_never_predicted_whatever_tau(double tau)
    {
        double[] logits = [1, 3, 9];
        double[] offsets = LogitAdjustment.Offsets([75, 25, 0], tau);
        using TensorScope scope = new();

        double[] adjusted = LogitAdjustmentLoss.PostHoc(Tensor.From(logits, 1, 3), new ClassPrior([75, 25, 0]), tau).ToArray<double>();

        Assert.Equal(double.NegativeInfinity, offsets[2]);
        Assert.Equal(adjusted, logits.Zip(offsets, (logit, offset) => logit + offset), (a, b) => a.Equals(b) || Math.Abs(a - b) < 1e-12);
        if (tau == 0)
        {
            Assert.Equal([0, 0], offsets[..2]);
        }
    }

    [Fact]
    public void The_nearest_mean_goes_by_direction_and_knows_only_classes_with_items()
    {
        NearestMean means = NearestMean.Fit(new(new float[] { 4, 0, 2, 0, 0, 1, 1, -1, -1, 1 }, 2, LabelledItems.OfClasses("train", [0, 0, 1, 3, 3])), 4);

        float[] cosines = means.Cosines(new(new float[] { 0.1f, 0, 3, 4, 0, 0 }, 2, LabelledItems.OfClasses("query", [0, 1, 1])));

        Assert.Equal([1, 0, 0.6f, 0.8f], new[] { cosines[0], cosines[1], cosines[4], cosines[5] });
        // Class 2 has no item, the mean of class 3 is 0.
        Assert.All(new[] { 2, 3, 6, 7, 10, 11 }, place => Assert.Equal(float.NegativeInfinity, cosines[place]));
        Assert.Equal([0f, 0f], cosines[8..10]);
    }
}
