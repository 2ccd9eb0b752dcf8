using FsCheck;
using FsCheck.Fluent;
using Semblance.Sampling.Kernels;
using Semblance.Sampling.Trees;
using Xunit;

namespace Semblance.Tests.Sampling;

public sealed class ClassTreeTests
{
    /// <summary>Embeddings with labels, drawn around a centre for each class; few sizes, so that classes of one image occur.</summary>
    public sealed record Drawing(int[] Sizes, int Width, double Spread, int Levels, Linkage Linkage, int Seed)
    {
        public (double[] Row, int Label)[] Images()
        {
            SeededRandom random = new(Seed);
            List<(double[], int)> images = [];
            for (int k = 0; k < Sizes.Length; k++)
            {
                double[] centre = [.. Enumerable.Range(0, Width).Select(_ => random.NextNormal())];
                images.AddRange(Enumerable.Range(0, Sizes[k]).Select(_ => (Unit([.. centre.Select(value => value + (Spread * random.NextNormal()))]), (7 * k) - 5)));
            }
            return [.. images];
        }

        public ClassTreeOptions Options => new() { Levels = Levels, Linkage = Linkage, Neighbours = 100, Threads = 2 };
    }

    private static readonly Arbitrary<Drawing> s_drawings =
        (from sizes in Gen.Choose(1, 6).NonEmptyListOf()
         from width in Gen.Choose(2, 19)
         from spread in Gen.Elements(0.0, 0.1, 0.5, 2)
         from levels in Gen.Choose(1, 20)
         from linkage in Gen.Elements(Linkage.Single, Linkage.Average)
         from seed in Gen.Choose(0, 10_000)
         select new Drawing([.. sizes.Take(40)], width, spread, levels, linkage, seed)).ToArbitrary();

    [Fact]
    public void Distances_are_means_over_all_pairs_of_images() =>
        Properties.Hold(Prop.ForAll(s_drawings, drawing =>
        {
            (double[] Row, int Label)[] images = drawing.Images();
            ClassMeans means = MeansOf(images);
            double[][][] classes = [.. images.GroupBy(image => image.Label).OrderBy(group => group.Key).Select(group => group.Select(image => image.Row).ToArray())];
            double[] inner = [.. classes.Where(rows => rows.Length > 1).Select(rows => Mean(rows, rows) * rows.Length / (rows.Length - 1))];
            double expected = inner.Length == 0 ? 0 : inner.Average();
            return Math.Abs(means.BaseDistance - expected) < 1e-12
                && classes.Select((rows, p) => rows.Length > 1 ? Mean(rows, rows) * rows.Length / (rows.Length - 1) : expected).Zip(means.InnerDistances).All(pair => Math.Abs(pair.First - pair.Second) < 1e-12)
                && Places(classes.Length).All(p => Places(classes.Length).All(q => p == q || Math.Abs(means.Distance(p, q) - Mean(classes[p], classes[q])) < 1e-12));
        }));

    [Fact]
    public void Nodes_are_what_the_definition_joins() =>
        Properties.Hold(Prop.ForAll(s_drawings, drawing =>
        {
            ClassMeans means = MeansOf(drawing.Images());
            ClassTree tree = ClassTree.Of(means, drawing.Options);
            return Enumerable.Range(0, tree.Levels + 1).All(level =>
            {
                int[] expected = level == tree.Levels ? new int[tree.Count]
                    : drawing.Linkage == Linkage.Single ? Components(means, tree.Thresholds[level]) : Averaged(means, tree.Thresholds[level]);
                return Places(tree.Count).All(p => tree.Node(p, level) == expected[p]) && tree.NodesAt(level) == expected.Distinct().Count();
            });
        }));

    [Fact]
    public void The_merge_level_is_the_first_at_which_two_classes_are_one() =>
        Properties.Hold(Prop.ForAll(s_drawings, drawing =>
        {
            ClassTree tree = TreeOf(drawing);
            return Places(tree.Count).All(p => Places(tree.Count).All(q =>
                tree.MergeLevel(p, q) == Enumerable.Range(0, tree.Levels + 1).First(level => tree.Node(p, level) == tree.Node(q, level)) && tree.MergeLevel(p, q) == tree.MergeLevel(q, p)));
        }));

    [Fact]
    public void Neighbours_come_nearest_first_and_ties_by_label() =>
        Properties.Hold(Prop.ForAll(s_drawings, drawing =>
        {
            ClassMeans means = MeansOf(drawing.Images());
            ClassTree tree = ClassTree.Of(means, drawing.Options with { Neighbours = 3 });
            return Places(tree.Count).All(p => tree.Neighbours(p).ToArray().SequenceEqual(Places(tree.Count).Where(q => q != p).OrderBy(q => means.Distance(p, q)).Take(3)));
        }));

    [Fact]
    public void The_range_of_margins_is_that_of_all_pairs() =>
        Properties.Hold(Prop.ForAll(s_drawings, drawing =>
        {
            ClassTree tree = TreeOf(drawing);
            double[] margins = [.. Places(tree.Count).SelectMany(p => Places(tree.Count).Where(q => q != p).Select(q => tree.Margin(p, q, 0.1)))];
            (double least, double mean, double most) = tree.MarginRange(0.1);
            return margins.Length == 0 ? (least, mean, most) == (0, 0, 0) : least == margins.Min() && most == margins.Max() && Math.Abs(mean - margins.Average()) < 1e-12;
        }));

    [Fact]
    public void Threads_do_not_change_the_tree()
    {
        foreach (Linkage linkage in new[] { Linkage.Single, Linkage.Average })
        {
            Drawing drawing = new([.. Enumerable.Repeat(3, 300)], 24, 0.4, 16, linkage, 1);
            ClassTreeParts[] trees = [.. new[] { 1, 2, 5 }.Select(threads => ClassTree.Of(MeansOf(drawing.Images()), drawing.Options with { Threads = threads }).Parts)];
            Assert.All(trees, parts => Assert.Equal(trees[0].Nodes, parts.Nodes));
            Assert.All(trees, parts => Assert.Equal(trees[0].Neighbours, parts.Neighbours));
        }
    }

    [Fact]
    public void The_order_of_the_images_matters_to_rounding_only()
    {
        (double[] Row, int Label)[] images = new Drawing([5, 3, 4, 1, 6], 8, 0.3, 16, Linkage.Single, 2).Images();
        ClassTree tree = Build(images), reversed = Build(images.Reverse());
        Assert.Equal(tree.Parts.Nodes, reversed.Parts.Nodes);
        Assert.Equal(tree.Thresholds[0], reversed.Thresholds[0], 1e-12);
    }

    [Fact]
    public void Two_classes_at_exactly_a_threshold_stay_apart_there()
    {
        // One direction each, every image twice: s = 0, d_0 = 0, thresholds 0, 1, 2, 3, 4; classes at right angles are at distance 2, opposite ones at 4.
        ClassTree tree = Build(Twice([1, 0], 0).Concat(Twice([0, 1], 1)).Concat(Twice([-1, 0], 2)), new() { Levels = 4 });
        Assert.Equal([0, 1, 2, 3, 4], tree.Thresholds.ToArray());
        Assert.Equal(3, tree.MergeLevel(0, 1));
        Assert.Equal(3, tree.MergeLevel(0, 2));
        Assert.Equal([3, 3, 3, 1, 1], Enumerable.Range(0, 5).Select(tree.NodesAt));
        Assert.Equal([1, 2], tree.Neighbours(0).ToArray());
        Assert.Equal([0, 2], tree.Neighbours(1).ToArray());
    }

    [Fact]
    public void Opposite_classes_meet_in_the_root_only()
    {
        ClassTree tree = Build(Twice([1, 0], 0).Concat(Twice([-1, 0], 1)));
        Assert.Equal(16, tree.MergeLevel(0, 1));
        Assert.Equal(4.1, tree.Margin(0, 1, 0.1), 1e-12);
        Assert.Equal(Enumerable.Repeat(2, 16).Append(1), Enumerable.Range(0, 17).Select(tree.NodesAt));
    }

    [Fact]
    public void A_class_wider_than_what_separates_it_has_a_margin_below_0()
    {
        ClassTree tree = Build([([1, 0], 0), ([-1, 0], 0), .. Twice([0, 1], 1), .. Twice([0, 1], 2)], new() { Levels = 4 });
        Assert.Equal([4, 0, 0], tree.InnerDistances.ToArray());
        Assert.True(tree.Margin(0, 1, 0.1) < 0);
        Assert.Equal(4.0 / 3, tree.Thresholds[0], 1e-12);
        Assert.Equal(0, tree.MergeLevel(1, 2));
        Assert.Equal(0.1 + (4.0 / 3), tree.Margin(1, 2, 0.1), 1e-12);
    }

    [Fact]
    public void A_class_with_one_image_has_the_mean_width_and_does_not_count_in_it()
    {
        ClassTree tree = Build([([1, 0], 0), ([0, 1], 0), ([0, -1], 1)]);
        Assert.Equal(2, tree.Thresholds[0], 1e-12);
        Assert.Equal([2, 2], tree.InnerDistances.ToArray().Select(value => Math.Round(value, 12)));
    }

    [Fact]
    public void Without_a_class_of_two_images_the_base_is_0()
    {
        ClassTree tree = Build([([1, 0], 0), ([0, 1], 1)]);
        Assert.Equal(0, tree.Thresholds[0]);
        Assert.Equal([0, 0], tree.InnerDistances.ToArray());
    }

    [Fact]
    public void One_class_is_one_node_at_every_level()
    {
        ClassTree tree = Build(Twice([1, 2], 3));
        Assert.Equal(Enumerable.Repeat(1, 17), Enumerable.Range(0, 17).Select(tree.NodesAt));
        Assert.Equal(0, tree.NeighboursKept);
        Assert.Empty(tree.Neighbours(0).ToArray());
        Assert.Equal((0, 0, 0), tree.MarginRange(0.1));
    }

    [Fact]
    public void Images_that_are_all_alike_have_width_0()
    {
        ClassTree tree = Build([.. Enumerable.Repeat((new[] { 0.3, -0.7, 0.2 }, 0), 50), .. Twice([1, 0, 0], 1)]);
        Assert.InRange(tree.InnerDistances[0], 0, 1e-14);
    }

    [Fact]
    public void Tight_classes_do_not_cancel()
    {
        // 20,000 images within about 1e-6 of each other: the width is about 2 (d - 1) 1e-12.
        SeededRandom random = new(3);
        ClassTreeBuilder builder = new(9);
        for (int image = 0; image < 20_000; image++)
        {
            double[] row = [1, .. Enumerable.Range(0, 8).Select(_ => 1e-6 * random.NextNormal())];
            builder.Add(row, 0);
        }
        Assert.InRange(builder.Means().InnerDistances[0], 1.55e-11, 1.65e-11);
    }

    [Fact]
    public void Rows_are_scaled_to_length_1_and_a_row_of_0_stays()
    {
        ClassMeans scaled = MeansOf([([3, 0], 0), ([0, 5], 0), ([0, 0], 1), ([0, 0.1], 1)]);
        Assert.Equal([2, 1], scaled.InnerDistances.Select(value => Math.Round(value, 12)));
        Assert.Equal(1, scaled.Distance(0, 1), 1e-12);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_number_that_is_none_is_refused_with_its_class(float wrong)
    {
        ClassTreeBuilder builder = new(2);
        builder.Add([1f, 0f], 4);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => builder.Add([1f, wrong], 5));
        Assert.Contains("class 5", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, builder.Classes);
        Assert.Throws<ArgumentException>(() => builder.Add([1.0, double.NaN], 5));
        Assert.Throws<ArgumentException>(() => builder.Add([1f], 5));
    }

    [Fact]
    public void Single_precision_is_taken_as_it_is()
    {
        ClassTreeBuilder single = new(2), twice = new(2);
        single.Add([0.1f, 0.9f], 0);
        twice.Add([(double)0.1f, 0.9f], 0);
        single.Add([0.4f, -0.3f], 0);
        twice.Add([(double)0.4f, -0.3f], 0);
        Assert.Equal(twice.Means().InnerDistances, single.Means().InnerDistances);
    }

    [Fact]
    public void Nothing_is_no_tree()
    {
        Assert.Throws<InvalidOperationException>(() => new ClassTreeBuilder(2).Build());
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassTreeBuilder(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassTreeOptions { Levels = 0 });
    }

    [Fact]
    public void A_tree_is_made_again_from_its_parts()
    {
        ClassTree tree = TreeOf(new([5, 3, 4, 1, 6], 8, 0.3, 7, Linkage.Single, 2)), again = new(tree.Parts);
        Assert.Equal(tree.Thresholds.ToArray(), again.Thresholds.ToArray());
        Assert.All(Places(5), p => Assert.All(Places(5), q => Assert.Equal(tree.Margin(p, q, 0.1), again.Margin(p, q, 0.1))));
        Assert.Throws<ArgumentException>(() => new ClassTree(tree.Parts with { Levels = 8 }));
    }

    [Fact]
    public void A_label_is_found_by_its_place()
    {
        ClassTree tree = Build([([1, 0], -3), ([1, 0], 12), ([1, 1], 5)]);
        Assert.Equal([-3, 5, 12], tree.Labels.ToArray());
        Assert.Equal(1, tree.Find(5));
        Assert.True(tree.Find(6) < 0);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(520)]
    public void Products_of_a_tile_are_those_of_single_pairs_to_the_last_bit(int width)
    {
        SeededRandom random = new(4);
        double[] a = [.. Enumerable.Range(0, 8 * width).Select(_ => random.NextNormal())], b = [.. Enumerable.Range(0, 12 * width).Select(_ => random.NextNormal())];
        double[] products = new double[8 * 13];
        ClassDots.Fill(a, b, width, products, 13);
        for (int i = 0; i < 8; i++)
        {
            for (int j = 0; j < 12; j++)
            {
                Span<double> x = a.AsSpan(i * width, width), y = b.AsSpan(j * width, width);
                Assert.Equal(ClassDots.One(x, y), products[(i * 13) + j]);
                Assert.Equal(ClassDots.One(y, x), products[(i * 13) + j]);
                Assert.Equal(Enumerable.Range(0, width).Sum(k => a[(i * width) + k] * b[(j * width) + k]), products[(i * 13) + j], 1e-10);
            }
        }
    }

    internal static ClassTree Build(IEnumerable<(double[] Row, int Label)> images, ClassTreeOptions? options = null) => ClassTree.Of(MeansOf(images), options ?? new());

    internal static IEnumerable<(double[] Row, int Label)> Twice(double[] row, int label) => [(row, label), (row, label)];

    private static ClassTree TreeOf(Drawing drawing) => ClassTree.Of(MeansOf(drawing.Images()), drawing.Options);

    private static ClassMeans MeansOf(IEnumerable<(double[] Row, int Label)> images)
    {
        ClassTreeBuilder? builder = null;
        foreach ((double[] row, int label) in images)
        {
            builder ??= new ClassTreeBuilder(row.Length);
            builder.Add(row, label);
        }
        return builder!.Means();
    }

    private static IEnumerable<int> Places(int count) => Enumerable.Range(0, count);

    private static double[] Unit(double[] row)
    {
        double length = Math.Sqrt(row.Sum(value => value * value));
        return [.. row.Select(value => value / length)];
    }

    private static double Mean(double[][] left, double[][] right) => left.Average(a => right.Average(b => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum()));

    /// <summary>Connected components by painting from one class to the next.</summary>
    private static int[] Components(ClassMeans means, double threshold)
    {
        int[] nodes = [.. Enumerable.Repeat(-1, means.Count)];
        int next = 0;
        for (int start = 0; start < nodes.Length; start++)
        {
            if (nodes[start] < 0)
            {
                Stack<int> open = new([start]);
                nodes[start] = next;
                while (open.TryPop(out int p))
                {
                    foreach (int q in Places(nodes.Length).Where(q => nodes[q] < 0 && means.Distance(p, q) < threshold))
                    {
                        nodes[q] = next;
                        open.Push(q);
                    }
                }
                next++;
            }
        }
        return nodes;
    }

    /// <summary>The nearest two nodes merge, by the mean of all distances between their classes, until none are near enough.</summary>
    private static int[] Averaged(ClassMeans means, double threshold)
    {
        List<List<int>> nodes = [.. Places(means.Count).Select(p => new List<int> { p })];
        double Apart(List<int> a, List<int> b) => a.Average(p => b.Average(q => means.Distance(p, q)));
        while (nodes.Count > 1)
        {
            (int i, int j, double distance) = Places(nodes.Count).SelectMany(i => Enumerable.Range(i + 1, nodes.Count - i - 1).Select(j => (i, j, Apart(nodes[i], nodes[j])))).MinBy(pair => pair.Item3);
            if (!(distance < threshold))
            {
                break;
            }
            nodes[i].AddRange(nodes[j]);
            nodes.RemoveAt(j);
        }
        int[] numbers = new int[means.Count];
        foreach ((int number, List<int> node) in nodes.OrderBy(node => node.Min()).Index())
        {
            node.ForEach(p => numbers[p] = number);
        }
        return numbers;
    }
}
