using Semblance.Reports;
using Xunit;

namespace Semblance.Tests.Reports;

public sealed class WeightsPageTests(BrowserFixture browsers) : IClassFixture<BrowserFixture>
{
    private static readonly double[] Similarity = [.. Enumerable.Range(0, 101).Select(k => -1 + (0.02 * k))];

    [Theory]
    [InlineData(1280, "light")]
    [InlineData(1280, "dark")]
    [InlineData(390, "dark")]
    public async Task The_page_draws_both_sides_as_shapes_and_as_sizes(int width, string scheme)
    {
        WeightsReport report = new()
        {
            Losses = [.. Enumerable.Range(1, 8).Select(k => new LossWeights($"loss {k}", Similarity, [.. Similarity.Select(s => k / (1 + Math.Exp(k * s)))], [.. Similarity.Select(s => s > 0.1 * k ? k : 0.0)]))],
            Positives = [0.7],
            Negatives = [0.2, 0.4],
            Settings = ["loss 1.key=<b>"],
        };
        Chromium browser = await browsers.OpenAsync(HtmlWeights.Render(report), width, scheme);

        Assert.Equal("8,8,8,8", (string?)await browser.EvaluateAsync("[...document.querySelectorAll('figure.chart')].map(figure => figure.dataset.drawn).join()"));
        Assert.Equal(width, (int)(await browser.EvaluateAsync("document.documentElement.scrollWidth"))!);
        Assert.Equal("loss 1.key=<b>", (string?)await browser.EvaluateAsync("document.querySelector('.run code').textContent"));
        // A seventh series has the colour of the first and dashes of its own.
        Assert.Equal("true,false", (string?)await browser.EvaluateAsync("(swatches => [swatches[0].getAttribute('class') === swatches[6].getAttribute('class'), swatches[0].firstChild.getAttribute('stroke-dasharray') === swatches[6].firstChild.getAttribute('stroke-dasharray')].join())(document.querySelectorAll('#shape-positive .swatch'))"));
        Assert.Empty(browser.Complaints);
        await browsers.KeepPictureAsync($"weights-{width}-{scheme}.png");
    }

    [Theory]
    [InlineData(1280, "light")]
    [InlineData(1280, "dark")]
    public async Task The_page_of_a_run_shows_the_weights_of_its_batches(int width, string scheme)
    {
        double[] middles = [.. Enumerable.Range(0, 40).Select(k => -0.975 + (0.05 * k))];
        long[] Pairs(double middle, int count) => [.. middles.Select(s => (long)(count * Math.Exp(-20 * (s - middle) * (s - middle))))];
        BatchWeights Batch(int step, double apart) => new(step, Pairs(0.3 + apart, 60), [.. middles.Select(s => Math.Exp(-2 * s))], Pairs(0.3 - apart, 900), [.. middles.Select(s => Math.Exp(5 * (s - 0.5)))]);
        RunReport report = SampleReport.Full with { Gallery = null, Weights = [new TermWeights("multi-similarity", middles, [Batch(1, 0), Batch(100, 0.1), Batch(200, 0.2), Batch(300, 0.3)])] };

        Chromium browser = await browsers.OpenAsync(report, width, scheme);

        Assert.Equal("2,4,4", (string?)await browser.EvaluateAsync("[...document.querySelectorAll('#weights figure.chart')].map(figure => figure.dataset.drawn).join()"));
        Assert.Equal("step 1,step 100,step 200,step 300", (string?)await browser.EvaluateAsync("[...document.querySelectorAll('#weights-positive-0 .legend button')].map(button => button.textContent).join()"));
        Assert.Empty(browser.Complaints);
        await browsers.KeepPictureAsync($"run-weights-{scheme}.png");
    }
}
