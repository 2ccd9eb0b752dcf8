using System.Text.Json.Nodes;
using Semblance.Evaluation;
using Semblance.Evaluation.Classification;
using Semblance.Reports;
using Xunit;

namespace Semblance.Tests.Reports;

public sealed class ClassificationPageTests(BrowserFixture browsers) : IClassFixture<BrowserFixture>
{
    [Fact]
    public void Classes_stand_in_the_order_of_their_training_images_with_the_confusions_told()
    {
        RunReport report = Report(10);
        string page = HtmlReport.Render(report);

        Assert.Contains("""<section id="classification" """, page, StringComparison.Ordinal);
        Assert.Contains("From class 0 with 500 training images to class 9 with 5.", page, StringComparison.Ordinal);
        Assert.Contains("Expected calibration error", page, StringComparison.Ordinal);
        Assert.Equal(report.Classification!.Single!.Confusion.Count, Count(page, "fill-opacity"));
        Assert.True(page.LastIndexOf("""dir="auto">class 0</th>""", StringComparison.Ordinal) < page.LastIndexOf("""dir="auto">class 9</th>""", StringComparison.Ordinal));
        ConfusionCell cell = report.Classification.Single.Confusion.MaxBy(one => one.Label == one.Predicted ? 0 : one.Count);
        Assert.Contains($"<title>class {cell.Label} taken for class {cell.Predicted}: {cell.Count} of 40</title>", page, StringComparison.Ordinal);
        Assert.Contains("\"few\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_classes_have_a_map_without_numbers_and_very_many_have_none()
    {
        Assert.DoesNotContain("text-anchor=\"middle\"", HtmlReport.Render(Report(40)), StringComparison.Ordinal);
        Assert.Contains("fill-opacity", HtmlReport.Render(Report(40)), StringComparison.Ordinal);
        Assert.DoesNotContain("fill-opacity", HtmlReport.Render(Report(101)), StringComparison.Ordinal);
        Assert.Contains("Most frequent confusions", HtmlReport.Render(Report(101)), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_labels_have_their_average_precision_and_no_confusion()
    {
        LabelledItems items = new() { Name = "x", Labels = [[0, 1], [1]] };
        MultiLabelScores scores = MultiLabelEvaluation.Run(new(new float[] { 1, 0, 0, 1 }, 2, items), [3, 4]);
        string page = HtmlReport.Render(new() { Title = "several", Classification = new(["<b>", "b"]) { Several = scores } });

        Assert.Contains("Average precision by class", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Most frequent confusions", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_charts_are_drawn()
    {
        Chromium browser = await browsers.OpenAsync(Report(10));

        Assert.Equal("class-accuracy,reliability", (string?)await browser.EvaluateAsync("[...document.querySelectorAll('figure[data-drawn]')].map(figure => figure.id).join()"));
        Assert.Empty(browser.Complaints);
    }

    [Theory]
    [InlineData(1280, "light", 10)]
    [InlineData(1280, "dark", 10)]
    [InlineData(390, "light", 10)]
    [InlineData(390, "dark", 60)]
    [InlineData(1280, "light", 60)]
    public async Task Nothing_sticks_out_and_the_page_is_accessible(int width, string scheme, int classes)
    {
        Chromium browser = await browsers.OpenAsync(Report(classes), width, scheme);

        Assert.Equal(width, (int)(await browser.EvaluateAsync("document.documentElement.scrollWidth"))!);
        await browsers.KeepPictureAsync($"classification-{classes}-{width}-{scheme}.png");
        string rules = Path.Combine(WebBuildTests.WebFolder, "node_modules", "axe-core", "axe.min.js");
        if (File.Exists(rules))
        {
            await browser.EvaluateAsync(await File.ReadAllTextAsync(rules, TestContext.Current.CancellationToken) + "; 0");
            JsonNode found = (await browser.EvaluateAsync("axe.run().then(result => result.violations.map(rule => rule.id + ': ' + rule.nodes.slice(0, 3).map(node => node.html + ' ' + node.failureSummary).join('; ')))"))!;
            Assert.Empty(found.AsArray().Select(violation => (string?)violation));
        }
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    /// <summary>A classifier that is right the less often the fewer images a class has, and else says a neighbour, or a class of many.</summary>
    private static RunReport Report(int classes)
    {
        const int Each = 40;
        Random random = new(1);
        int[] labels = [.. Enumerable.Range(0, classes * Each).Select(item => item / Each)];
        long[] counts = [.. Enumerable.Range(0, classes).Select(label => (long)Math.Round(500 * Math.Pow(0.01, label / (classes - 1.0))))];
        float[] logits = [.. labels.SelectMany(label => Enumerable.Range(0, classes).Select(other => (float)(
            (3 * random.NextDouble()) + (other == label ? 3.2 - (1.8 * label / classes) : 0) + (Math.Abs(other - label) == 1 ? 0.8 : 0) + (other < classes / 5 ? 0.6 : 0))))];
        ClassificationScores scores = ClassificationEvaluation.Run(new(logits, classes, LabelledItems.OfClasses("test", labels)), counts);
        return new RunReport
        {
            Title = "Ten classes, long tail",
            Scores = new ScoreTable([new ScoreRow("cross-entropy", [.. scores.Scores().Select(score => new ReportScore(score))])]),
            Classification = new ClassificationFigures([.. Enumerable.Range(0, classes).Select(label => $"class {label}")]) { Single = scores },
        };
    }
}
