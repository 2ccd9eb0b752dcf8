using Semblance.Data.Drawn;
using Xunit;

namespace Semblance.Tests.Data.Drawn;

public sealed class SceneTests
{
    private const int Pictures = 160;

    private static readonly DrawnAttributes[] Sampled =
    [
        .. from category in Enumerable.Range(0, DrawnSet.Classes.Count)
           from picture in Enumerable.Range(0, Pictures)
           select DrawnScene.Sample(1, category, picture).Attributes,
    ];

    [Fact]
    public void There_are_24_classes_in_order() =>
        Assert.Equal(24, DrawnSet.Classes.Order(StringComparer.Ordinal).Distinct().Zip(DrawnSet.Classes).Count(pair => pair.First == pair.Second));

    [Fact]
    public void Every_attribute_is_independent_of_the_class_and_of_every_other()
    {
        int count = DrawnAttributes.Names.Count;
        for (int a = 0; a < count; a++)
        {
            for (int b = a + 1; b < count; b++)
            {
                double beyond = ChiSquareBeyond([.. Sampled.Select(item => (item.Values()[a], item.Values()[b]))]);
                Assert.True(beyond < 4, $"{DrawnAttributes.Names[a]} and {DrawnAttributes.Names[b]}: {beyond} standard deviations from independence");
            }
        }
    }

    [Fact]
    public void Every_attribute_takes_several_values_and_none_is_rare()
    {
        for (int a = 0; a < DrawnAttributes.Names.Count; a++)
        {
            int[] counts = [.. Sampled.GroupBy(item => item.Values()[a]).Select(group => group.Count())];
            Assert.True(counts.Length >= 2 && counts.Min() > Sampled.Length / 30, $"{DrawnAttributes.Names[a]}: {string.Join(' ', counts)}");
        }
    }

    [Fact]
    public void No_word_names_two_labels()
    {
        string[] words = [.. Enumerable.Range(0, 4).SelectMany(a => Sampled.Select(item => item.Values()[a]).Distinct())];
        Assert.Equal(24 + 8 + 6 + 6, words.Distinct().Count());
        Assert.Equal(words.Length, words.Distinct().Count());
    }

    [Fact]
    public void A_class_that_is_not_there_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DrawnScene.Sample(1, DrawnSet.Classes.Count, 0));

    /// <summary>Pearson's statistic of a table of two attributes, in standard deviations above its mean.</summary>
    private static double ChiSquareBeyond((string A, string B)[] pairs)
    {
        Dictionary<string, int> first = pairs.CountBy(pair => pair.A).ToDictionary(), second = pairs.CountBy(pair => pair.B).ToDictionary();
        Dictionary<(string, string), int> both = pairs.CountBy(pair => pair).ToDictionary();
        double sum = 0;
        foreach ((string a, int countA) in first)
        {
            foreach ((string b, int countB) in second)
            {
                double expected = (double)countA * countB / pairs.Length;
                double off = both.GetValueOrDefault((a, b)) - expected;
                sum += off * off / expected;
            }
        }

        int freedom = (first.Count - 1) * (second.Count - 1);
        return (sum - freedom) / Math.Sqrt(2.0 * freedom);
    }
}
