using Semblance.Curriculum;
using Xunit;

namespace Semblance.Tests.Curriculum;

/// <summary>The kNN filter, the cross-validated classifier and confident learning.</summary>
public sealed class DetectorTests
{
    private const int Dimension = 8;

    [Fact]
    public void Neighbours_vote_as_counted_by_hand()
    {
        (float[] rows, int[] labels, _) = Noisy(60, 3, 0.3, 1);
        NeighbourVotes found = NeighbourVotes.Of(rows, Dimension, labels, new NeighbourOptions { Neighbours = 7 });
        for (int i = 0; i < labels.Length; i++)
        {
            int[] nearest = [.. Enumerable.Range(0, labels.Length).Where(j => j != i).OrderByDescending(j => Cosine(rows, i, j)).Take(7)];
            Assert.Equal(nearest.Count(j => labels[j] == labels[i]) / 7.0, found.Agreement[i]);
            int most = nearest.GroupBy(j => labels[j]).Max(group => group.Count());
            int[] winners = [.. nearest.GroupBy(j => labels[j]).Where(group => group.Count() == most).Select(group => group.Key).Order()];
            Assert.Equal(winners.Contains(labels[i]) ? labels[i] : winners[0], found.Winner[i]);
            Assert.Equal(most / 7.0, found.WinnerShare[i]);
        }
    }

    [Fact]
    public void Votes_about_some_samples_are_those_about_all()
    {
        (float[] rows, int[] labels, _) = Noisy(50, 3, 0.3, 5);
        NeighbourVotes all = NeighbourVotes.Of(rows, Dimension, labels, new NeighbourOptions { Neighbours = 9 });
        int[] asked = [140, 3, 77];
        Assert.Equal(asked.Select(i => (all.Agreement[i], all.Winner[i], all.WinnerShare[i])), NeighbourVotes.Asked(FeatureRows.InMemory<float>(rows, Dimension), labels, asked, new NeighbourOptions { Neighbours = 9 }));
        Assert.Equal([(0.0, 4, 0.0)], NeighbourVotes.Asked(FeatureRows.InMemory<float>(new float[] { 1, 2 }, 2), new[] { 4 }, [0]));
    }

    [Fact]
    public void More_neighbours_than_samples_are_all_others()
    {
        NeighbourVotes found = NeighbourVotes.Of(new float[] { 1, 0, 1, 0.1f, 0, 1 }, 2, new[] { 5, 5, -2 }, new NeighbourOptions { Neighbours = 50 });
        Assert.Equal([0.5, 0.5, 0], found.Agreement);
        Assert.Equal([5, 5, 5], found.Winner);
    }

    [Fact]
    public void Counts_that_differ_are_refused()
    {
        Assert.Contains("2 features and 1 labels", Assert.Throws<ArgumentException>(() => NeighbourVotes.Of(new float[4], 2, new int[1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => NeighbourVotes.Of(new[] { 1, 2, float.NaN, 3 }, 2, new int[2]));
        Assert.Throws<ArgumentException>(() => LinearClassifier.CrossPredict(new float[4], 2, new int[2], 1));
        Assert.Throws<ArgumentException>(() => LinearClassifier.CrossPredict(new float[20], 2, Enumerable.Repeat(3, 10).ToArray(), 3));
    }

    [Fact]
    public void Detectors_tell_right_labels_from_wrong_ones()
    {
        (float[] rows, int[] labels, int[] truth) = Noisy(150, 4, 0.3, 2);
        bool[] right = [.. labels.Zip(truth).Select(pair => pair.First == pair.Second)];
        NeighbourVotes votes = NeighbourVotes.Of(rows, Dimension, labels, new NeighbourOptions { Neighbours = 20 });
        int[] subset = ScoreSubsets.Of(votes.Agreement, labels);
        Assert.True(Precision(subset, 0, right) > 0.95);
        Assert.True(Precision(subset, 2, right) < 0.2);
        float[] probabilities = LinearClassifier.CrossPredict(rows, Dimension, labels, 4);
        ConfidentLearning found = ConfidentLearning.Of(probabilities, labels, 4);
        int[] flags = [.. found.ByClass.Zip(found.ByRate).Select(pair => (pair.First ? 1 : 0) + (pair.Second ? 1 : 0))];
        Assert.True(Precision(flags, 0, right) > 0.95);
        Assert.True(Precision(flags, 2, right) < 0.15);
        Assert.True(found.Suggested.Zip(truth).Count(pair => pair.First == pair.Second) > 0.95 * labels.Length);
        Assert.True(right.Zip(found.Margin).Where(pair => pair.First).Average(pair => pair.Second) > 0.3);
        Assert.True(right.Zip(found.Margin).Where(pair => !pair.First).Average(pair => pair.Second) < -0.3);
        Assert.Equal(0.3, 1 - Enumerable.Range(0, 4).Sum(k => found.Joint[k, k]), 0.06);
    }

    [Fact]
    public void Probabilities_do_not_depend_on_threads_and_sum_to_1()
    {
        (float[] rows, int[] labels, _) = Noisy(30, 3, 0.2, 3);
        float[] one = LinearClassifier.CrossPredict(rows, Dimension, labels, 3, new LinearClassifierOptions { Threads = 1, Epochs = 3 });
        Assert.Equal(one, LinearClassifier.CrossPredict(rows, Dimension, labels, 3, new LinearClassifierOptions { Threads = 4, Epochs = 3 }));
        Assert.All(one.Chunk(3), row => Assert.Equal(1, row.Sum(), 1e-5));
        Assert.NotEqual(one, LinearClassifier.CrossPredict(rows, Dimension, labels, 3, new LinearClassifierOptions { Threads = 1, Epochs = 3, Seed = 1 }));
    }

    [Fact]
    public void A_label_has_no_part_in_its_own_probabilities()
    {
        (float[] rows, int[] labels, _) = Noisy(30, 2, 0, 4);
        float[] before = LinearClassifier.CrossPredict(rows, Dimension, labels, 2);
        // The classifiers that have not seen the sample go on taking it for what it is.
        int[] swapped = [.. labels];
        int changed = 5;
        swapped[changed] = 1 - swapped[changed];
        float[] after = LinearClassifier.CrossPredict(rows, Dimension, swapped, 2);
        Assert.True(before[(2 * changed) + labels[changed]] > 0.6);
        Assert.True(after[(2 * changed) + labels[changed]] > 0.6);
    }

    [Fact]
    public void Confident_learning_agrees_with_its_formulas_by_hand()
    {
        // Thresholds: class 0 (0.9 + 0.8 + 0.2) / 3, class 1 (0.7 + 0.6 + 0.1) / 3.
        float[] probabilities = [0.9f, 0.1f, 0.8f, 0.2f, 0.2f, 0.8f, 0.3f, 0.7f, 0.4f, 0.6f, 0.9f, 0.1f];
        ConfidentLearning found = ConfidentLearning.Of(probabilities, [0, 0, 0, 1, 1, 1], 2);
        Assert.Equal([1.9 / 3, 1.4 / 3], found.Thresholds.Select(value => Math.Round(value, 6)), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([2 / 6.0, 1 / 6.0, 1 / 6.0, 2 / 6.0], found.Joint.Cast<double>());
        Assert.Equal([false, false, true, false, false, true], found.ByClass);
        Assert.Equal([false, false, true, false, false, true], found.ByRate);
        Assert.Equal([0, 0, 1, 1, 1, 0], found.Suggested);
        Assert.Equal(-0.6, found.Margin[2], 1e-6);
    }

    [Fact]
    public void A_class_without_samples_and_one_without_confidence_say_nothing()
    {
        ConfidentLearning found = ConfidentLearning.Of([0.5f, 0.2f, 0.3f, 0.5f, 0.2f, 0.3f], [0, 0], 3);
        Assert.Equal(1, found.Joint[0, 0]);
        Assert.DoesNotContain(true, found.ByClass);
        Assert.Throws<ArgumentException>(() => ConfidentLearning.Of([0.5f, float.NaN], [0], 2));
        Assert.Throws<ArgumentException>(() => ConfidentLearning.Of([0.5f, 0.5f], [2], 2));
        Assert.Throws<ArgumentException>(() => ConfidentLearning.Of([0.5f, 0.5f], [0, 1], 2));
    }

    [Fact]
    public void Nothing_is_said_of_a_class_of_one_sample()
    {
        // A classifier that has not seen the last sample does not know class 2, of which it takes the samples of class 0 sooner to be one than that.
        float[] probabilities = [0.8f, 0.05f, 0.15f, 0.7f, 0.1f, 0.2f, 0.1f, 0.2f, 0.7f, 0.1f, 0.9f, 0, 0.3f, 0.6f, 0.1f, 0.2f, 0.7f, 0.1f, 0.7f, 0.2f, 0.1f];

        ConfidentLearning found = ConfidentLearning.Of(probabilities, [0, 0, 0, 1, 1, 1, 2], 3);

        Assert.Equal([2], found.Unjudged);
        Assert.Equal(0, found.Subsets()[6]);
        Assert.Equal(1 / 7.0, found.Joint[2, 2], 1e-12);
        Assert.Equal(0, found.Joint[0, 2]);
        Assert.Equal(1, found.Joint.Cast<double>().Sum(), 1e-12);
    }

    [Fact]
    public void Classes_of_one_sample_among_others_are_not_suspected_by_cross_validation()
    {
        (float[] rows, int[] labels, _) = Noisy(30, 3, 0.1, 6);
        float[] alone = [.. Enumerable.Range(0, Dimension).Select(k => k == 1 ? 4f : 0)];

        ConfidentLearning found = ConfidentLearning.Of(LinearClassifier.CrossPredict((float[])[.. rows, .. alone, .. alone], Dimension, (int[])[.. labels, 3, 4], 5), [.. labels, 3, 4], 5);

        Assert.Equal([3, 4], found.Unjudged);
        Assert.Equal([0, 0], found.Subsets()[^2..]);
    }

    [Fact]
    public void A_sample_of_every_class_is_left()
    {
        ConfidentLearning found = ConfidentLearning.Of([0, 1, 0, 1, 0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 1], 2);

        Assert.Equal(2 / 5.0, found.Joint[0, 1], 1e-12);
        Assert.Equal([2, 0, 0, 0, 0], found.Subsets());
    }

    [Fact]
    public void Scores_are_divided_within_each_class()
    {
        Assert.Equal([0, 1, 2, 2, 1, 0], ScoreSubsets.Of([9, 5, 1, 10, 20, 30], [4, 4, 4, 2, 2, 2]));
        Assert.Contains("class 2 has 2 samples", Assert.Throws<ArgumentException>(() => ScoreSubsets.Of([9, 5, 1, 10, 20], [4, 4, 4, 2, 2])).Message, StringComparison.Ordinal);
        Assert.Equal([0, 1, 2, 0, 0], ScoreSubsets.Of([9, 5, 1, 10, 20], [4, 4, 4, 2, 2], 3, OnDegenerate.PutAllInClean));
        Assert.Throws<ArgumentException>(() => ScoreSubsets.Of([1, double.NaN], [0, 0], 1));
        Assert.Throws<ArgumentException>(() => ScoreSubsets.Of([1, 2], [0], 1));
    }

    /// <summary>Well separated classes; a share of the labels is another class's.</summary>
    private static (float[] Rows, int[] Labels, int[] Truth) Noisy(int each, int classes, double wrong, int seed)
    {
        var random = new SeededRandom(seed);
        int[] truth = [.. Enumerable.Range(0, each * classes).Select(i => i % classes)];
        var rows = new float[truth.Length * Dimension];
        var labels = new int[truth.Length];
        for (int i = 0; i < truth.Length; i++)
        {
            for (int k = 0; k < Dimension; k++)
            {
                rows[(i * Dimension) + k] = (float)((k == truth[i] ? 4 : 0) + (0.7 * random.NextNormal()));
            }

            labels[i] = random.NextDouble() < wrong ? (truth[i] + 1 + random.Below(classes - 1)) % classes : truth[i];
        }

        return (rows, labels, truth);
    }

    private static double Cosine(float[] rows, int i, int j)
    {
        double dot = 0, a = 0, b = 0;
        for (int k = 0; k < Dimension; k++)
        {
            (double x, double y) = (rows[(i * Dimension) + k], rows[(j * Dimension) + k]);
            dot += x * y;
            a += x * x;
            b += y * y;
        }

        return dot / Math.Sqrt(a * b);
    }

    private static double Precision(int[] subset, int which, bool[] right) => right.Where((_, i) => subset[i] == which).Average(one => one ? 1.0 : 0);
}
