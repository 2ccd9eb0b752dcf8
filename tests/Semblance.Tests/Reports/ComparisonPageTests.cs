using Semblance.Reports;
using Xunit;

namespace Semblance.Tests.Reports;

public sealed class ComparisonPageTests(BrowserFixture browsers) : IClassFixture<BrowserFixture>
{
    private const string Protocol = "query=class-disjoint:cars-test:2042/db=all-others/rel=same-class/cut=top-1/ties=optimistic/zero=counts-0";

    private static readonly string[] Names = ["multi-similarity", "hierarchical-triplet", "proxy-anchor", "circle", "contrastive", "ranked-list", "triplet", "lifted-structure, generalized", "fast-ap", "n-pair", "histogram"];

    private static ComparisonReport Sample => new()
    {
        Title = "Losses under the same settings",
        Summary = "11 losses, 3 seeds.",
        Finished = DateTimeOffset.UnixEpoch,
        Tables = [new ComparedScores("cars", [.. Names.Select((name, k) => Row(name, 0.55 - (0.011 * k), false)), Row("untrained features", 0.459, true)])],
        Losses = [.. Names.Select(name => KeyValuePair.Create(name, $"objective=[{{loss: {name}}}]"))],
        Recipes = [KeyValuePair.Create("cars", "name: cars\nseed: 0\n")],
    };

    [Theory]
    [InlineData(1280, "light")]
    [InlineData(1280, "dark")]
    [InlineData(390, "light")]
    public async Task The_page_shows_every_loss_in_a_chart_and_a_table(int width, string scheme)
    {
        Chromium browser = await browsers.OpenAsync(HtmlComparison.Render(Sample), width, scheme);

        Assert.Equal(string.Join(',', [.. Names, "untrained features baseline"]), (string?)await browser.EvaluateAsync("[...document.querySelectorAll('tbody th')].map(cell => cell.textContent.trim()).join()"));
        Assert.Equal("2", (string?)await browser.EvaluateAsync("document.querySelector('#cars-chart').dataset.drawn"));
        Assert.True((bool)(await browser.EvaluateAsync("document.querySelector('#cars-chart .plot').getBoundingClientRect().height > 12 * 16"))!);
        Assert.Equal(width, (int)(await browser.EvaluateAsync("document.documentElement.scrollWidth"))!);
        Assert.Empty(browser.Complaints);
        await browsers.KeepPictureAsync($"comparison-{width}-{scheme}.png");
    }

    [Fact]
    public async Task Without_its_means_the_chart_is_another_and_sorting_takes_the_mean()
    {
        Chromium browser = await browsers.OpenAsync(HtmlComparison.Render(Sample));
        const string Picture = "document.querySelector('#cars-chart canvas').toDataURL()";
        string before = (string)(await browser.EvaluateAsync(Picture))!;

        await browser.EvaluateAsync("document.querySelector('#cars-chart .legend button').click()");
        await browser.EvaluateAsync("document.querySelectorAll('.sortable thead button')[1].click()");

        Assert.NotEqual(before, (string)(await browser.EvaluateAsync(Picture))!);
        Assert.Equal("histogram", (string?)await browser.EvaluateAsync("document.querySelector('tbody th').textContent.trim()"));
    }

    private static ComparedRow Row(string name, double mean, bool baseline) => new(name, baseline,
    [
        new ComparedCell("Recall@1", Protocol, mean, baseline ? null : 0.006, baseline ? [mean] : [mean - 0.006, mean, mean + 0.006]),
        new ComparedCell("mAP@R", "query=x/cut=top-R", mean / 5, 0.001, [mean / 5]),
    ]);
}
