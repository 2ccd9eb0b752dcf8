using Semblance.Reports;
using Xunit;

namespace Semblance.Tests.Reports;

public sealed class GalleryChoiceTests
{
    [Fact]
    public void Best_typical_and_worst_are_what_their_names_say()
    {
        double[] scores = [0.1, 0.9, 0.5, 0.2, 0.8, 0.51, 0.0, 1.0, 0.49];
        string[] labels = [.. Enumerable.Range(0, 9).Select(i => $"class {i}")];

        (int[] best, int[] typical, int[] worst) = GalleryChoice.BestTypicalWorst(scores, labels, 2);

        Assert.Equal([7, 1], best);
        Assert.Equal([2, 5], typical);
        Assert.Equal([6, 0], worst);
    }

    [Fact]
    public void No_query_is_shown_twice_however_few_there_are()
    {
        for (int count = 0; count < 12; count++)
        {
            (int[] best, int[] typical, int[] worst) = GalleryChoice.BestTypicalWorst(new double[count], [.. Enumerable.Repeat("a", count)], 3);
            int[] all = [.. best, .. typical, .. worst];
            Assert.Equal(all.Length, all.Distinct().Count());
            Assert.Equal(3 * Math.Min(3, count / 3), all.Length);
        }
    }

    [Fact]
    public void A_group_shows_different_classes_where_it_can()
    {
        double[] scores = [1, 1, 1, 1, 0.99, 0.98, .. new double[18]];
        string[] labels = ["a", "a", "a", "a", "b", "c", .. Enumerable.Repeat("d", 18)];

        (int[] best, _, _) = GalleryChoice.BestTypicalWorst(scores, labels, 3);

        Assert.Equal([0, 4, 5], best);
    }

    [Fact]
    public void Each_score_needs_a_label() =>
        Assert.StartsWith("There are 1 labels for 2 scores", Assert.Throws<ArgumentException>(() => GalleryChoice.BestTypicalWorst([1, 2], ["a"], 1)).Message, StringComparison.Ordinal);
}
