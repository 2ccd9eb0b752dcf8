using Semblance.Evaluation;
using Xunit;

namespace Semblance.Tests.Evaluation;

public sealed class VerificationTests
{
    [Fact]
    public void Every_threshold_was_tried()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new SeededRandom(seed);
            int count = 4 + (seed * 3);
            double[] similarities = [.. Enumerable.Range(0, count).Select(_ => random.Below(8) / 8.0)];
            bool[] same = [.. Enumerable.Range(0, count).Select(i => i == 0 || (i != 1 && random.Below(2) == 0))];
            double[] rates = [0, 0.1, 0.3, 1];

            Verification ours = Verification.Of(similarities, same, rates);

            double[] thresholds = [.. similarities, double.PositiveInfinity];
            Assert.Equal(thresholds.Max(threshold => Accuracy(similarities, same, threshold)), ours.BestAccuracy, 1e-12);
            Assert.Equal(ours.BestAccuracy, Accuracy(similarities, same, ours.BestThreshold), 1e-12);
            Assert.Equal(Area(similarities, same), ours.AreaUnderCurve, 1e-12);
            foreach (double rate in rates)
            {
                double expected = thresholds.Where(threshold => Accepted(similarities, same, threshold, false) <= rate).Max(threshold => Accepted(similarities, same, threshold, true));
                Assert.Equal(expected, ours.TrueAcceptRates[rate], 1e-12);
            }
        }
    }

    [Fact]
    public void Pairs_of_one_kind_and_broken_numbers_are_refused()
    {
        Assert.Contains("all are of the same class", Assert.Throws<ArgumentException>(() => Verification.Of([1, 2], [true, true], [])).Message, StringComparison.Ordinal);
        Assert.Contains("different classes", Assert.Throws<ArgumentException>(() => Verification.Of([1], [false], [])).Message, StringComparison.Ordinal);
        Assert.Contains("pair 1 is NaN", Assert.Throws<ArgumentException>(() => Verification.Of([1, double.NaN], [true, false], [])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Verification.Of([1, 2], [true], []));
        Assert.Throws<ArgumentException>(() => Verification.Of([1, 2], [true, false], [1.5]));
    }

    private static double Accuracy(double[] similarities, bool[] same, double threshold) =>
        Enumerable.Range(0, same.Length).Average(i => (similarities[i] >= threshold) == same[i] ? 1.0 : 0);

    private static double Accepted(double[] similarities, bool[] same, double threshold, bool kind) =>
        Enumerable.Range(0, same.Length).Where(i => same[i] == kind).Average(i => similarities[i] >= threshold ? 1.0 : 0);

    private static double Area(double[] similarities, bool[] same) =>
        (from i in Enumerable.Range(0, same.Length)
         from j in Enumerable.Range(0, same.Length)
         where same[i] && !same[j]
         select similarities[i] > similarities[j] ? 1.0 : similarities[i] == similarities[j] ? 0.5 : 0).Average();
}
