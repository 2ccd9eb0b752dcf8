using Semblance.Reports;
using Semblance.Sampling.Trees;
using Semblance.Training.Trees;
using Xunit;

namespace Semblance.Tests.Training;

public sealed class TreeDrawingTests
{
    [Theory]
    [InlineData(1, Linkage.Single)]
    [InlineData(7, Linkage.Average)]
    [InlineData(60, Linkage.Single)]
    [InlineData(60, Linkage.Average)]
    public void Every_class_is_a_leaf_and_the_leaves_of_a_node_lie_side_by_side(int classes, Linkage linkage)
    {
        (Dendrogram drawn, ClassTree tree, string? note) = Draw(classes, linkage);
        Assert.Null(note);
        Assert.Equal(classes, drawn.Leaves.Select(leaf => leaf.Name).Distinct().Count());
        Assert.All(Enumerable.Range(0, tree.Levels + 1), level =>
        {
            int[] nodes = [.. drawn.Leaves.Select(leaf => leaf.Nodes[level])];
            Assert.Equal(nodes.Distinct().Count(), 1 + nodes.Zip(nodes.Skip(1)).Count(pair => pair.First != pair.Second));
            Assert.Equal(tree.NodesAt(level), drawn.Levels[level].Nodes);
            Assert.Equal(tree.Thresholds[level], drawn.Levels[level].Threshold);
        });
    }

    [Fact]
    public void Alike_classes_lie_beside_each_other()
    {
        // Eight directions of a half circle, shuffled: the order must follow the circle.
        ClassTreeBuilder builder = new(2);
        int[] turns = [3, 0, 5, 7, 1, 6, 2, 4];
        foreach ((int label, int turn) in turns.Index())
        {
            foreach (double shift in new[] { -0.3, 0.3 })
            {
                double angle = (turn + shift) * Math.PI / 12;
                builder.Add([Math.Cos(angle), Math.Sin(angle)], label);
            }
        }
        ClassMeans means = builder.Means();
        Dendrogram drawn = new TreeDrawing(ClassTree.Of(means, new()), means, label => $"{turns[label]}", _ => []).Draw();
        int[] order = [.. drawn.Leaves.Select(leaf => int.Parse(leaf.Name, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.InRange(order.Zip(order.Skip(1)).Count(pair => Math.Abs(pair.First - pair.Second) == 1), 6, 7);
    }

    [Fact]
    public void More_classes_than_fit_are_drawn_as_nodes_and_the_page_says_so()
    {
        (Dendrogram drawn, ClassTree tree, string? note) = Draw(700, Linkage.Single);
        Assert.InRange(drawn.Leaves.Count, 2, TreeDrawing.MostLeaves);
        Assert.StartsWith("700 classes are too many to be drawn one by one: a leaf is a node of level ", note, StringComparison.Ordinal);
        Assert.Contains(drawn.Leaves, leaf => leaf.Name.Contains('+', StringComparison.Ordinal));
        Assert.Equal(tree.NodesAt(0), drawn.Levels[0].Nodes);
    }

    [Fact]
    public void A_leaf_tells_its_images_its_width_and_its_nearest_class()
    {
        DendrogramLeaf leaf = Draw(5, Linkage.Single).Drawn.Leaves[0];
        Assert.Matches(@"^class \d: 3 images, width \d\.\d\d, nearest class \d at \d\.\d\d$", leaf.Detail);
    }

    [Fact]
    public void The_page_joins_every_leaf_and_escapes_names()
    {
        Dendrogram tree = new(
            [
                new("<b>&", "<i>", [0, 0, 0], [new Thumbnail(Reports.TinyPng.Encode(1, 1, (_, _) => (1, 2, 3)))]),
                new("two", "", [1, 0, 0], []),
                new(new string('x', 80), "", [2, 1, 0], []),
            ],
            [new(0.5, 3), new(2, 2), new(4, 1)]);
        string page = HtmlDendrogram.Render(new("T <", "S", tree) { Note = "cut" });
        Assert.Contains("&lt;b&gt;&amp;</text>", page, StringComparison.Ordinal);
        Assert.Contains("<title>&lt;i&gt;</title>", page, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('x', 27), page, StringComparison.Ordinal);
        Assert.Contains("href=\"data:image/png;base64,", page, StringComparison.Ordinal);
        Assert.Contains(">cut</p>", page, StringComparison.Ordinal);
        string joins = page[page.LastIndexOf("stroke-linecap", StringComparison.Ordinal)..page.LastIndexOf("</svg>", StringComparison.Ordinal)];
        // Two joins of two branches with an upright each, and the line behind the root.
        Assert.Equal(7, joins.Split("<line ").Length - 1);
        Assert.Equal(page, HtmlDendrogram.Render(new("T <", "S", tree) { Note = "cut" }));
    }

    private static (Dendrogram Drawn, ClassTree Tree, string? Note) Draw(int classes, Linkage linkage)
    {
        SeededRandom random = new(classes);
        ClassTreeBuilder builder = new(12);
        for (int label = 0; label < classes; label++)
        {
            double[] centre = [.. Enumerable.Range(0, 12).Select(_ => random.NextNormal())];
            for (int image = 0; image < 3; image++)
            {
                builder.Add([.. centre.Select(value => value + (0.3 * random.NextNormal()))], label);
            }
        }
        ClassMeans means = builder.Means();
        ClassTree tree = ClassTree.Of(means, new() { Linkage = linkage, Neighbours = 1 });
        TreeDrawing drawing = new(tree, means, label => $"class {label}", _ => []);
        Dendrogram drawn = drawing.Draw();
        return (drawn, tree, drawing.Note);
    }
}
