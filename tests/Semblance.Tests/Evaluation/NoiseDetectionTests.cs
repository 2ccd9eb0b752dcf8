using Semblance.Evaluation;
using Xunit;

namespace Semblance.Tests.Evaluation;

public sealed class NoiseDetectionTests
{
    private static readonly int[] Observed = [0, 0, 1, 1, 2, 2, 2];
    private static readonly int[] Truth = [0, 1, 1, 0, 2, 2, NoiseDetection.Unknown];

    [Fact]
    public void Precision_and_recall_are_counted_of_right_and_of_wrong_labels()
    {
        NoiseDetection found = NoiseDetection.Of([true, true, true, false, true, false, true], Observed, Truth);

        Assert.Equal((6, 4, 4, 3), (found.Items, found.RightLabels, found.FlaggedClean, found.RightAndFlagged));
        Assert.Equal((0.75, 0.75), (found.CleanPrecision, found.CleanRecall));
        Assert.Equal((0.5, 0.5), (found.WrongPrecision, found.WrongRecall));
        Assert.Equal(2 / 6.0, found.NoiseRate, 1e-12);
    }

    [Fact]
    public void Subsets_are_told_alone_and_with_those_before()
    {
        IReadOnlyList<SubsetNoise> rows = NoiseDetection.BySubset([0, 1, 0, 2, 2, -1, 0], Observed, Truth);

        Assert.Equal([0, 1, 2], rows.Select(row => row.Subset));
        Assert.Equal([1.0, 0.0, 0.5], rows.Select(row => row.Alone.CleanPrecision));
        Assert.Equal([2, 3, 5], rows.Select(row => row.UpTo.FlaggedClean));
        Assert.Empty(NoiseDetection.BySubset([], [], []));
    }

    [Fact]
    public void The_area_is_the_share_of_pairs_in_the_right_order()
    {
        double[] scores = [3, 1, 2, 2, 2, 0, double.NaN];
        int[] right = [0, 2, 4, 5], wrong = [1, 3];
        double slow = right.SelectMany(a => wrong.Select(b => scores[a] > scores[b] ? 1 : scores[a] == scores[b] ? 0.5 : 0)).Average();

        Assert.Equal(slow, NoiseDetection.AreaUnderCurve(scores, Observed, Truth), 1e-12);
        Assert.True(double.IsNaN(NoiseDetection.AreaUnderCurve([1, 2], [0, 1], [0, 1])));
        Assert.Throws<ArgumentException>(() => NoiseDetection.AreaUnderCurve([double.NaN, 2], [0, 1], [0, 0]));
    }

    [Fact]
    public void Nothing_known_is_no_number_and_other_lengths_are_refused()
    {
        NoiseDetection none = NoiseDetection.Of([true], [0], [NoiseDetection.Unknown]);

        Assert.All(new[] { none.CleanPrecision, none.CleanRecall, none.WrongPrecision, none.WrongRecall, none.NoiseRate }, value => Assert.True(double.IsNaN(value)));
        Assert.Contains("2 flags came with 1 observed and 1 true labels", Assert.Throws<ArgumentException>(() => NoiseDetection.Of([true, false], [0], [0])).Message, StringComparison.Ordinal);
    }
}
