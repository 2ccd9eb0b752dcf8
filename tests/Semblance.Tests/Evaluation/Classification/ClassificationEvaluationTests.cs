using Semblance.Evaluation;
using Semblance.Evaluation.Classification;
using Xunit;

namespace Semblance.Tests.Evaluation.Classification;

public sealed class ClassificationEvaluationTests
{
    private static readonly long[] Counts = [500, 101, 100, 20, 19, 0];

    [Fact]
    public void Scores_are_those_of_a_slow_count_over_all_items()
    {
        (float[] logits, int[] labels) = Drawn(items: 300, classes: 6, seed: 3);

        ClassificationScores scores = Run(logits, labels, new() { K = 3, Bins = 7 });

        int[] order(int row) => [.. Enumerable.Range(0, 6).OrderByDescending(c => logits[(row * 6) + c]).ThenBy(c => c)];
        int[] guesses = [.. Enumerable.Range(0, 300).Select(row => order(row)[0])];
        double share(Func<int, bool> among, Func<int, bool> right) => Enumerable.Range(0, 300).Where(among).Select(row => right(row) ? 1.0 : 0).DefaultIfEmpty(double.NaN).Average();
        Assert.Equal(share(_ => true, row => guesses[row] == labels[row]), scores.Top1, 1e-12);
        Assert.Equal(share(_ => true, row => order(row).Take(3).Contains(labels[row])), scores.TopK, 1e-12);
        double[] byClass = [.. Enumerable.Range(0, 6).Select(c => share(row => labels[row] == c, row => guesses[row] == c))];
        Assert.Equal(byClass, scores.ByClass.Select(row => row.Accuracy));
        Assert.Equal(Enumerable.Range(0, 6).Select(c => share(row => guesses[row] == c, row => labels[row] == c)), scores.ByClass.Select(row => row.Precision));
        Assert.Equal(byClass.Average(), scores.PerClass, 1e-12);
        Assert.Equal([(byClass[0] + byClass[1]) / 2, (byClass[2] + byClass[3]) / 2, (byClass[4] + byClass[5]) / 2], scores.Groups.Select(group => group.Accuracy!.Value), new Near());
        Assert.Equal(300, scores.Confusion.Sum(cell => cell.Count));
        Assert.All(scores.Confusion, cell => Assert.Equal(Enumerable.Range(0, 300).Count(row => labels[row] == cell.Label && guesses[row] == cell.Predicted), cell.Count));
        Assert.Equal(SlowError(logits, labels, guesses, 7), scores.CalibrationError!.Value, 1e-9);
    }

    [Theory]
    [InlineData(ShotRule.ByCount, new[] { 0, 0, 1, 1, 2, 2 })]
    [InlineData(ShotRule.Pooled, new[] { 0, 0, 0, 2, 2, 2 })]
    [InlineData(ShotRule.Thirds, new[] { 0, 0, 1, 1, 2, 2 })]
    public void Classes_are_sorted_by_the_rule(ShotRule rule, int[] groups) =>
        Assert.Equal(groups, Enumerable.Range(0, 6).Select(label => new ShotGroups { Rule = rule }.Of(label, Counts)));

    [Theory]
    [InlineData(100, 33, 33, 34)]
    [InlineData(10, 3, 4, 3)]
    [InlineData(3, 1, 1, 1)]
    public void Thirds_have_the_published_sizes(int classes, int many, int medium, int few)
    {
        ShotGroups thirds = new() { Rule = ShotRule.Thirds };

        Assert.Equal([many, medium, few], Enumerable.Range(0, classes).GroupBy(label => thirds.Of(label, new long[classes])).Select(group => group.Count()));
    }

    [Fact]
    public void A_pooled_group_counts_items_and_not_classes()
    {
        // Class 0 has three items, all right; class 1 one, wrong.
        float[] logits = [1, 0, 1, 0, 1, 0, 1, 0];
        ClassificationScores pooled = ClassificationEvaluation.Run(Logits(logits, [0, 0, 0, 1], 2), [100, 100], new() { Groups = new() { Rule = ShotRule.Pooled } });
        ClassificationScores means = ClassificationEvaluation.Run(Logits(logits, [0, 0, 0, 1], 2), [101, 101]);

        Assert.Equal(0.75, pooled.Groups[0].Accuracy);
        Assert.Equal(0.5, means.Groups[0].Accuracy);
    }

    [Fact]
    public void Of_tied_logits_the_first_class_is_predicted()
    {
        ClassificationScores scores = Run(new float[12], [0, 1], new() { K = 2 });

        Assert.Equal((0.5, 1.0), (scores.Top1, scores.TopK));
        Assert.Equal(2, scores.ByClass[0].Predicted);
        Assert.Contains("ties=first-class", scores.ProtocolId, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_and_groups_without_items_count_for_nothing_and_are_not_printed()
    {
        ClassificationScores scores = Run([9, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0], [0, 2]);

        Assert.Equal(0.5, scores.PerClass);
        Assert.True(double.IsNaN(scores.ByClass[1].Accuracy));
        Assert.Equal([1.0, 0.0, null], scores.Groups.Select(group => group.Accuracy));
        Assert.Equal(["top-1", "top-5", "per-class", "many", "medium", "ECE"], scores.Scores().Select(score => score.Name));
        Assert.Contains("groups=many-above-100,few-below-20,mean-of-classes,many-1,medium-1,few-0", scores.Scores().First(score => score.Name == "many").ProtocolId, StringComparison.Ordinal);
    }

    [Fact]
    public void What_repeats_another_number_is_not_printed()
    {
        ClassificationScores scores = ClassificationEvaluation.Run(Logits([1, 0, 0, 1], [0, 1], 2), [7, 7], new() { Calibrated = false });

        Assert.Equal(["top-1", "per-class"], scores.Scores().Select(score => score.Name));
        Assert.Null(scores.CalibrationError);
    }

    [Fact]
    public void A_certain_and_right_classifier_has_no_calibration_error_and_a_certain_and_wrong_one_has_all()
    {
        Assert.Equal(0, Run([50, 0, 0, 0, 0, 0], [0]).CalibrationError!.Value, 1e-9);
        Assert.Equal(1, Run([50, 0, 0, 0, 0, 0], [1]).CalibrationError!.Value, 1e-9);
    }

    [Fact]
    public void A_class_that_cannot_be_is_never_predicted_unless_none_can()
    {
        float never = float.NegativeInfinity;

        Assert.Equal(1, Run([never, -3, never, never, never, never], [1]).Top1);
        ClassificationScores none = Run([never, never, never, never, never, never], [0]);
        Assert.Equal((1.0, 1.0 / 6), (none.Top1, none.Reliability.Single(bin => bin.Items > 0).Confidence));
    }

    [Fact]
    public void What_cannot_be_measured_is_refused_with_the_reason()
    {
        static string Message(Action act) => Assert.ThrowsAny<ArgumentException>(act).Message;

        Assert.Contains("has no items", Message(() => Run([], [])), StringComparison.Ordinal);
        Assert.Contains("has label 6, and there are logits for the classes 0 to 5", Message(() => Run(new float[6], [6])), StringComparison.Ordinal);
        Assert.Contains("has label -1", Message(() => Run(new float[6], [-1])), StringComparison.Ordinal);
        Assert.Contains("item 1 for class 0 is NaN", Message(() => Run([0, 0, 0, 0, 0, 0, float.NaN, 0, 0, 0, 0, 0], [0, 0])), StringComparison.Ordinal);
        Assert.Contains("not whole rows of 6 classes", Message(() => Run(new float[7], [0])), StringComparison.Ordinal);
        Assert.Contains("5 counts", Message(() => ClassificationEvaluation.Run(Logits(new float[6], [0], 6), new long[5])), StringComparison.Ordinal);
        LabelledItems several = new() { Name = "x", Labels = [[0, 1]] };
        Assert.Contains("item 0 has 2 labels", Message(() => ClassificationEvaluation.Run(new(new float[6], 6, several), Counts)), StringComparison.Ordinal);
        Assert.Contains("K must be at least 1", Message(() => _ = new ClassificationOptions { K = 0 }), StringComparison.Ordinal);
        Assert.Contains("Bins must be at least 1", Message(() => _ = new ClassificationOptions { Bins = 0 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Average_precision_of_a_class_counts_tied_items_together_in_any_order()
    {
        // By the logit of class 0: one positive alone, then a positive and a negative tied, then a negative.
        float[] logits = [3, 0, 2, 0, 2, 0, 1, 0];
        LabelledItems items = new() { Name = "x", Labels = [[0, 1], [0], [], [1]] };
        MultiLabelScores scores = MultiLabelEvaluation.Run(new(logits, 2, items), [4, 2]);

        Assert.Equal((1 + (2.0 / 3)) / 2, scores.ByClass[0].AveragePrecision, 1e-12);
        // All items of class 1 are tied.
        Assert.Equal(0.5, scores.ByClass[1].AveragePrecision, 1e-12);
        Assert.Equal(scores.ByClass.Average(row => row.AveragePrecision), scores.MeanAveragePrecision, 1e-12);
        Assert.Equal("class-mAP", Assert.Single(scores.Scores()).Name);
        LabelledItems turned = items with { Labels = [[1], [], [0], [0, 1]] };
        Assert.Equal(scores.MeanAveragePrecision, MultiLabelEvaluation.Run(new(new float[] { 1, 0, 2, 0, 2, 0, 3, 0 }, 2, turned), [4, 2]).MeanAveragePrecision, 1e-12);
        Assert.Throws<ArgumentException>(() => MultiLabelEvaluation.Run(new(new float[2], 2, new LabelledItems { Name = "x", Labels = [[]] }), [1, 1]));
    }

    private static double SlowError(float[] logits, int[] labels, int[] guesses, int bins)
    {
        double[] confidence = [.. guesses.Select((guess, row) => Math.Exp(logits[(row * 6) + guess]) / Enumerable.Range(0, 6).Sum(c => Math.Exp(logits[(row * 6) + c])))];
        return Enumerable.Range(0, bins).Sum(bin =>
        {
            int[] rows = [.. Enumerable.Range(0, labels.Length).Where(row => confidence[row] > (double)bin / bins && confidence[row] <= (bin + 1.0) / bins)];
            return rows.Length == 0 ? 0 : rows.Length / (double)labels.Length * Math.Abs(rows.Average(row => guesses[row] == labels[row] ? 1.0 : 0) - rows.Average(row => confidence[row]));
        });
    }

    private static ClassificationScores Run(float[] logits, int[] labels, ClassificationOptions? options = null) => ClassificationEvaluation.Run(Logits(logits, labels, 6), Counts, options);

    private static LabelledLogits Logits(float[] logits, int[] labels, int classes) => new(logits, classes, LabelledItems.OfClasses("items", labels));

    private static (float[] Logits, int[] Labels) Drawn(int items, int classes, int seed)
    {
        Random random = new(seed);
        int[] labels = [.. Enumerable.Range(0, items).Select(_ => random.Next(classes))];
        // Rounded, so that some are tied.
        return ([.. Enumerable.Range(0, items * classes).Select(place => (float)Math.Round((random.NextDouble() * 3) + (place % classes == labels[place / classes] ? 1 : 0), 1))], labels);
    }

    private sealed class Near : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-12;

        public int GetHashCode(double obj) => 0;
    }
}
