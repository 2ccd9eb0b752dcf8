using Semblance.Data;
using Semblance.Data.Noise;
using Xunit;

namespace Semblance.Tests.Data.Noise;

public sealed class LabelNoiseTests
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 20_000).Select(image => image % 5)];

    [Fact]
    public void Symmetric_noise_draws_among_all_classes_or_among_the_others()
    {
        double[,] all = Frequencies(TransitionMatrix.Symmetric(5, 0.4)), others = Frequencies(TransitionMatrix.SymmetricOthers(5, 0.4));
        for (int c = 0; c < 5; c++)
        {
            for (int k = 0; k < 5; k++)
            {
                Assert.InRange(all[c, k], (c == k ? 0.68 : 0.08) - 0.03, (c == k ? 0.68 : 0.08) + 0.03);
                Assert.InRange(others[c, k], (c == k ? 0.6 : 0.1) - 0.03, (c == k ? 0.6 : 0.1) + 0.03);
            }
        }
    }

    [Fact]
    public void Pair_noise_takes_a_class_for_the_next()
    {
        double[,] pair = Frequencies(TransitionMatrix.Pair(5, 0.3));
        for (int c = 0; c < 5; c++)
        {
            Assert.InRange(pair[c, (c + 1) % 5], 0.27, 0.33);
            Assert.Equal(1, pair[c, c] + pair[c, (c + 1) % 5], 12);
        }
    }

    [Fact]
    public void A_matrix_says_how_often_each_class_is_taken_for_each()
    {
        TransitionMatrix matrix = TransitionMatrix.Of([[1, 0, 0], [0.5, 0, 0.5], [0.1, 0.2, 0.7]]);
        int[] labels = [.. Enumerable.Range(0, 9000).Select(image => image % 3)], observed = LabelNoise.Observe(labels, matrix, 1);

        Assert.All(Enumerable.Range(0, 3000), k => Assert.Equal(0, observed[3 * k]));
        Assert.InRange(Enumerable.Range(0, 3000).Count(k => observed[(3 * k) + 1] == 0), 1400, 1600);
        Assert.DoesNotContain(Enumerable.Range(0, 3000), k => observed[(3 * k) + 1] == 1);
        Assert.InRange(Enumerable.Range(0, 3000).Count(k => observed[(3 * k) + 2] == 1), 520, 680);
    }

    [Fact]
    public void A_rate_of_0_spoils_nothing_and_one_of_1_everything()
    {
        Assert.Equal(Labels, LabelNoise.Observe(Labels, TransitionMatrix.Pair(5, 0), 3));
        Assert.Equal(Labels.Select(label => (label + 1) % 5), LabelNoise.Observe(Labels, TransitionMatrix.Pair(5, 1), 3));
        Assert.DoesNotContain(LabelNoise.Observe(Labels, TransitionMatrix.SymmetricOthers(5, 1), 3).Zip(Labels), pair => pair.First == pair.Second);
        Assert.Equal([0, 0], LabelNoise.Observe([0, 0], TransitionMatrix.Symmetric(1, 1), 0));
    }

    [Fact]
    public void The_seed_decides_and_one_more_image_changes_nothing()
    {
        TransitionMatrix matrix = TransitionMatrix.Symmetric(5, 0.5);
        int[] observed = LabelNoise.Observe(Labels, matrix, 7);

        Assert.Equal(observed, LabelNoise.Observe(Labels, matrix, 7));
        Assert.Equal(observed[..500], LabelNoise.Observe(Labels[..500], matrix, 7));
        Assert.NotEqual(observed, LabelNoise.Observe(Labels, matrix, 8));
    }

    [Fact]
    public void A_lower_rate_spoils_some_of_the_labels_that_a_higher_one_spoils()
    {
        int[] low = LabelNoise.Observe(Labels, TransitionMatrix.SymmetricOthers(5, 0.2), 0), high = LabelNoise.Observe(Labels, TransitionMatrix.SymmetricOthers(5, 0.6), 0);

        Assert.All(Enumerable.Range(0, Labels.Length).Where(image => low[image] != Labels[image]), image => Assert.NotEqual(Labels[image], high[image]));
    }

    [Fact]
    public void What_is_no_matrix_is_refused()
    {
        Assert.Contains("Row 1 has 3 numbers; 2 rows need 2", Refusal(() => TransitionMatrix.Of([[1, 0], [0, 0, 1]])), StringComparison.Ordinal);
        Assert.Contains("Row 0 adds up to 0.9", Refusal(() => TransitionMatrix.Of([[0.9, 0], [0, 1]])), StringComparison.Ordinal);
        Assert.Contains("Row 1 has -0.5", Refusal(() => TransitionMatrix.Of([[1, 0], [-0.5, 1.5]])), StringComparison.Ordinal);
        Assert.Contains("Row 0 has NaN", Refusal(() => TransitionMatrix.Of([[double.NaN]])), StringComparison.Ordinal);
        Assert.Contains("needs at least 2", Refusal(() => TransitionMatrix.Pair(1, 0.1)), StringComparison.Ordinal);
        Assert.Contains("Rate", Refusal(() => TransitionMatrix.Symmetric(3, 1.1)), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Label 5 of image 2 is outside 0..4", Refusal(() => LabelNoise.Observe([0, 4, 5], TransitionMatrix.Pair(5, 0.1), 0)), StringComparison.Ordinal);
        Assert.Contains("Label -1 of image 0", Refusal(() => LabelNoise.Observe([-1], TransitionMatrix.Pair(5, 0.1), 0)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_matrix_is_read_from_a_file_and_rounding_is_mended()
    {
        using ImageTree tree = new();
        TransitionMatrix matrix = TransitionMatrix.Read(tree.Write("t.csv", "0.333,0.333,0.333\n0 1 0\n\n0\t0.25\t0.75\n"));

        Assert.Equal((3, 0.75), (matrix.Classes, matrix[2, 2]));
        Assert.Equal(1, matrix[0, 0] + matrix[0, 1] + matrix[0, 2], 12);
        Assert.Contains("t.csv, line 1: \"a\" is no number", Assert.Throws<InvalidDataException>(() => TransitionMatrix.Read(tree.Write("t.csv", "a,b\n"))).Message, StringComparison.Ordinal);
        Assert.Contains("Row 1 has 1 numbers", Assert.Throws<InvalidDataException>(() => TransitionMatrix.Read(tree.Write("t.csv", "0.5,0.5\n1\n"))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => TransitionMatrix.Read(tree.File("none.csv")));
    }

    [Fact]
    public void Observed_labels_leave_the_true_ones_beside_them()
    {
        Dataset data = LabelledSet.Make([0, 1, 2]), noisy = data.Observe([[0], [2], [2]]), again = noisy.Observe([[1], [1], [1]]);

        Assert.Equal([0, 2, 2], noisy.Items.Select(item => item.Labels[0]));
        Assert.Equal([0, 1, 2], noisy.Items.Select(item => item.TrueLabels![0]));
        Assert.Equal([0, 1, 2], again.Items.Select(item => item.TrueLabels![0]));
        Assert.Equal("id\ttrue\tobserved\nimage-00000\tclass-0\tclass-0\nimage-00001\tclass-1\tclass-2\nimage-00002\tclass-2\tclass-2\n", LabelMap.ToText(noisy));
        Assert.Equal("1 of 3 labels differ from the true ones (33.33 %)", LabelMap.Describe(noisy));
        Assert.Equal("0 of 0 labels differ from the true ones (0.00 %)", LabelMap.Describe(data));
        // A class that is left out is no true label either.
        Assert.Equal([[0], [], [1]], noisy.KeepClasses([0, 2]).Items.Select(item => item.TrueLabels!));
        Assert.Throws<ArgumentException>(() => data.Observe([[0], [1], [3]]));
    }

    private static double[,] Frequencies(TransitionMatrix matrix)
    {
        int[] observed = LabelNoise.Observe(Labels, matrix, 11);
        double[,] table = new double[5, 5];
        for (int image = 0; image < observed.Length; image++)
        {
            table[Labels[image], observed[image]] += 5.0 / Labels.Length;
        }
        return table;
    }

    private static string Refusal(Action act) => Assert.ThrowsAny<ArgumentException>(act).Message;
}
