using Semblance.Data;
using Semblance.Data.Noise;
using Xunit;

namespace Semblance.Tests.Data.Noise;

public sealed class InstanceNoiseTests
{
    private const int Count = 4000;
    private static readonly int[] Labels = [.. Enumerable.Range(0, Count).Select(image => image % 4)];

    [Fact]
    public void About_as_many_labels_are_wrong_as_asked_for()
    {
        foreach (double rate in new[] { 0.2, 0.5 })
        {
            int[] observed = InstanceNoise.Observe(Labels, Features(5), 4, rate, 1);
            Assert.InRange(observed.Zip(Labels).Count(pair => pair.First != pair.Second) / (double)Count, rate - 0.03, rate + 0.03);
            Assert.All(observed, label => Assert.InRange(label, 0, 3));
        }
        Assert.Equal(Labels, InstanceNoise.Observe(Labels, Features(5), 4, 0, 1));
    }

    [Fact]
    public void Alike_images_of_a_class_are_taken_for_the_same_class_and_others_for_others()
    {
        // Two looks, far apart, half of each class each.
        float[] features = [.. Enumerable.Range(0, Count).SelectMany(image => Enumerable.Repeat((image / 4) % 2 == 0 ? 30f : -30f, 16))];
        int[] observed = InstanceNoise.Observe(Labels, features, 4, 0.4, 2);
        for (int label = 0; label < 4; label++)
        {
            int[][] wrong = [.. Enumerable.Range(0, 2).Select(look => Enumerable.Range(0, Count).Where(image => Labels[image] == label && (image / 4) % 2 == look && observed[image] != label).Select(image => observed[image]).ToArray())];
            int[] usual = [.. wrong.Select(labels => labels.CountBy(taken => taken).MaxBy(pair => pair.Value).Key)];
            Assert.All(Enumerable.Range(0, 2), look => Assert.InRange(wrong[look].Count(taken => taken == usual[look]) / (double)wrong[look].Length, 0.9, 1));
            Assert.NotEqual(usual[0], usual[1]);
        }
    }

    [Fact]
    public void The_seed_decides()
    {
        int[] observed = InstanceNoise.Observe(Labels, Features(5), 4, 0.4, 7);

        Assert.Equal(observed, InstanceNoise.Observe(Labels, Features(5), 4, 0.4, 7));
        Assert.NotEqual(observed, InstanceNoise.Observe(Labels, Features(5), 4, 0.4, 8));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Contains("needs two", Refusal([0, 0], [1, 1], 1), StringComparison.Ordinal);
        Assert.Contains("outside 0..1", Refusal([0, 2], [1, 1], 2), StringComparison.Ordinal);
        Assert.Contains("3 feature values", Refusal([0, 1], [1, 1, 1], 2), StringComparison.Ordinal);
        Assert.Contains("all finite", Refusal([0, 1], [1, float.NaN], 2), StringComparison.Ordinal);
        Assert.Empty(InstanceNoise.Observe([], [], 2, 0.5, 0));
    }

    [Fact]
    public void Images_are_seen_small_and_standardised()
    {
        using ImageTree tree = new ImageTree().With("a/0.png", "a/1.png", "b/2.jpg", "b/3.jpg");
        float[] features = InstanceNoise.FeaturesOf(DatasetSource.Open(tree.Path));

        Assert.Equal(4 * 3 * InstanceNoise.Side * InstanceNoise.Side, features.Length);
        for (int column = 0; column < features.Length / 4; column++)
        {
            float[] values = [.. Enumerable.Range(0, 4).Select(row => features[(row * features.Length / 4) + column])];
            Assert.Equal(0, values.Average(), 1e-4);
            Assert.InRange(values.Average(value => value * value), 0, 1.001);
        }
        Assert.Equal(features, InstanceNoise.FeaturesOf(DatasetSource.Open(tree.Path)));
    }

    private static float[] Features(int width)
    {
        SeededRandom random = new(3);
        float[] features = new float[Count * width];
        foreach (ref float value in features.AsSpan())
        {
            value = (float)random.NextNormal();
        }
        return features;
    }

    private static string Refusal(int[] labels, float[] features, int classes) => Assert.ThrowsAny<ArgumentException>(() => InstanceNoise.Observe(labels, features, classes, 0.5, 0)).Message;
}
