using FsCheck;
using FsCheck.Fluent;
using Semblance.Sampling;
using Semblance.Sampling.Trees;
using Xunit;

namespace Semblance.Tests.Sampling;

public sealed class AnchorNeighbourSamplerTests
{
    /// <summary>Images of classes whose embeddings are drawn, and a batch that they can fill.</summary>
    public sealed record Setting(int[] Sizes, AnchorNeighbourOptions Options, bool WithTree, long Seed)
    {
        public int[][] Labels => [.. Sizes.SelectMany((size, label) => Enumerable.Repeat(new[] { (label * 3) - 4 }, size))];

        public ClassTree? Tree => WithTree ? TreeOf(Labels, 100, Seed) : null;

        public AnchorNeighbourSampler Sampler => new(Labels, Options, Seed, Tree);

        public int SizeOf(int label) => Sizes[(label + 4) / 3];
    }

    private static readonly Arbitrary<Setting> s_settings =
        (from anchors in Gen.Choose(1, 4)
         from neighbours in Gen.Choose(1, 4)
         from more in Gen.Choose(0, 6)
         from sizes in Gen.Choose(1, 9).ListOf((anchors * neighbours) + more)
         from perClass in Gen.Choose(1, 5)
         from replacement in ArbMap.Default.GeneratorFor<bool>()
         from tree in ArbMap.Default.GeneratorFor<bool>()
         from seed in Gen.Choose(0, 1000)
         select new Setting([.. sizes.Select((size, k) => k < anchors ? size + 1 : size)], new() { Anchors = anchors, Neighbours = neighbours, PerClass = perClass, Replacement = replacement }, tree, seed)).ToArbitrary();

    [Fact]
    public void A_batch_has_so_many_different_classes_with_so_many_images_each() =>
        Properties.Hold(Prop.ForAll(s_settings, setting =>
        {
            int[][] labels = setting.Labels;
            return setting.Sampler.From(0).Take(20).All(batch =>
            {
                IGrouping<int, int>[] classes = [.. batch.GroupBy(item => labels[item][0])];
                return classes.Length == setting.Options.Anchors * setting.Options.Neighbours
                    && classes.All(group => group.Count() == (setting.Options.Replacement ? setting.Options.PerClass : Math.Min(setting.Options.PerClass, setting.SizeOf(group.Key))))
                    && classes.All(group => group.Distinct().Count() == Math.Min(setting.Options.PerClass, setting.SizeOf(group.Key)));
            });
        }));

    [Fact]
    public void Every_group_is_an_anchor_with_the_nearest_classes_that_are_left() =>
        Properties.Hold(Prop.ForAll(s_settings, drawn =>
        {
            Setting setting = drawn with { WithTree = true };
            int[][] labels = setting.Labels;
            ClassTree tree = setting.Tree!;
            return setting.Sampler.From(0).Take(20).All(batch =>
            {
                int[] classes = [.. batch.Select(item => labels[item][0]).Distinct()];
                int[][] groups = [.. classes.Chunk(setting.Options.Neighbours)];
                HashSet<int> held = [.. groups.Select(group => group[0])];
                return groups.All(group =>
                {
                    int[] expected = [.. tree.Neighbours(tree.Find(group[0])).ToArray().Select(place => tree.Labels[place]).Where(label => !held.Contains(label)).Take(group.Length - 1)];
                    held.UnionWith(group);
                    return setting.SizeOf(group[0]) > 1 && group.Skip(1).SequenceEqual(expected);
                });
            });
        }));

    [Fact]
    public void Resuming_at_any_step_gives_the_batches_of_a_run_without_a_stop() =>
        Properties.Hold(Prop.ForAll(s_settings, Gen.Choose(0, 100).ToArbitrary(), (setting, step) =>
            ShuffleSamplerTests.Same(setting.Sampler.From(0).Skip(step).Take(9), setting.Sampler.From(step).Take(9))));

    [Fact]
    public void Every_class_is_an_anchor_once_in_each_round()
    {
        int[][] labels = [.. Enumerable.Range(0, 60).Select(item => new[] { item % 20 })];
        AnchorNeighbourSampler sampler = new(labels, new() { Anchors = 4, Neighbours = 2, PerClass = 2 }, 3, TreeOf(labels, 100, 1));
        for (int round = 0; round < 4; round++)
        {
            IEnumerable<int> anchors = sampler.From(round * 5).Take(5).SelectMany(batch => batch.Select(item => labels[item][0]).Distinct().Where((_, k) => k % 2 == 0));
            Assert.Equal(Enumerable.Range(0, 20), anchors.Order());
        }
    }

    [Fact]
    public void A_class_with_one_image_is_a_neighbour_and_never_an_anchor()
    {
        int[][] labels = [[0], [0], [1], [2], [2]];
        AnchorNeighbourSampler sampler = new(labels, new() { Anchors = 1, Neighbours = 3, PerClass = 2 }, 0, TreeOf(labels, 2, 0));
        foreach (int[] batch in sampler.From(0).Take(10))
        {
            Assert.NotEqual(1, labels[batch[0]][0]);
            Assert.Equal(5, batch.Length);
        }
    }

    [Fact]
    public void Another_tree_gives_other_neighbours_and_the_same_anchors()
    {
        int[][] labels = [.. Enumerable.Range(0, 90).Select(item => new[] { item % 30 })];
        AnchorNeighbourSampler none = new(labels, new() { Anchors = 3, Neighbours = 3, PerClass = 2 }, 3), first = none.With(TreeOf(labels, 29, 1)), second = first.With(TreeOf(labels, 29, 2));
        int[] Anchors(AnchorNeighbourSampler sampler) => [.. sampler.From(0).Take(8).SelectMany(batch => batch.Where((_, k) => k % 6 == 0)).Select(item => labels[item][0])];
        Assert.Equal(Anchors(none), Anchors(first));
        Assert.Equal(Anchors(none), Anchors(second));
        Assert.False(ShuffleSamplerTests.Same(first.From(0).Take(8), second.From(0).Take(8)));
        Assert.Equal(5, none.BatchesPerPass);
        Assert.Equal(5, second.BatchesPerPass);
    }

    [Fact]
    public void An_image_of_several_classes_is_in_a_batch_once()
    {
        int[][] labels = [[0, 1], [0, 1], [0], [1], [1, 2], [2], [2], []];
        AnchorNeighbourSampler sampler = new(labels, new() { Anchors = 1, Neighbours = 3, PerClass = 2 }, 5, TreeOf(labels, 2, 4));
        foreach (int[] batch in sampler.From(0).Take(50))
        {
            Assert.Equal(batch.Length, batch.Distinct().Count());
            Assert.DoesNotContain(7, batch);
        }
    }

    [Fact]
    public void Batches_that_the_classes_cannot_fill_are_refused()
    {
        int[][] labels = [[0], [0], [1], [1], [2]];
        Assert.Contains("needs 4 classes; the images have 3", Refusal(new() { Anchors = 1, Neighbours = 4 }), StringComparison.Ordinal);
        Assert.Contains("needs 4 classes; the images have 3", Refusal(new() { Anchors = 2, Neighbours = 2 }), StringComparison.Ordinal);
        Assert.Contains("2 of the 3 classes have them", Refusal(new() { Anchors = 3, Neighbours = 1 }), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new AnchorNeighbourOptions { PerClass = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AnchorNeighbourSampler(labels, new() { Anchors = 1, Neighbours = 2 }, 0).From(-1));

        string Refusal(AnchorNeighbourOptions options) => Assert.Throws<ArgumentException>(() => new AnchorNeighbourSampler(labels, options, 0)).Message;
    }

    [Fact]
    public void A_tree_of_other_classes_or_with_too_few_neighbours_is_refused()
    {
        int[][] labels = [[0], [0], [1], [1], [2], [2], [3], [3]];
        AnchorNeighbourOptions options = new() { Anchors = 1, Neighbours = 3, PerClass = 2 };
        ArgumentException other = Assert.Throws<ArgumentException>(() => new AnchorNeighbourSampler(labels, options, 0, TreeOf(labels[..6], 2, 0)));
        Assert.Contains("Class 3 is not in the tree", other.Message, StringComparison.Ordinal);
        ArgumentException few = Assert.Throws<ArgumentException>(() => new AnchorNeighbourSampler(labels, options, 0, TreeOf(labels, 1, 0)));
        Assert.Contains("keeps 1 neighbours", few.Message, StringComparison.Ordinal);
        _ = new AnchorNeighbourSampler(labels[..6], options, 0, TreeOf(labels, 3, 0)).From(0).Take(9).ToArray();
    }

    private static ClassTree TreeOf(int[][] labels, int neighbours, long seed)
    {
        SeededRandom random = new(seed, 77);
        ClassTreeBuilder builder = new(6);
        foreach (int[] item in labels)
        {
            double[] row = [.. Enumerable.Range(0, 6).Select(_ => random.NextNormal())];
            Array.ForEach(item, label => builder.Add(row, label));
        }
        return builder.Build(new() { Neighbours = neighbours });
    }
}
