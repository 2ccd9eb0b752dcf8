using Semblance.Reports;
using Semblance.Tests.Training;
using Semblance.Training.Comparison;
using Xunit;

namespace Semblance.Tests.Reports;

public sealed class RunComparisonPageTests(BrowserFixture browsers) : IClassFixture<BrowserFixture>
{
    private const int Methods = 20;

    private static string Sample()
    {
        using KeptRuns kept = new();
        string[] runs =
        [
            .. from method in Enumerable.Range(0, Methods)
               from bits in (int[])[16, 32]
               from seed in (int[])[0, 1]
               select kept.Hash($"method {(char)('a' + method)}", bits, seed, 0.3 + (0.015 * method) + (0.001 * bits) + (0.02 * seed), extra: $"steps: {method}"),
        ];
        return HtmlComparison.Render(HtmlRunComparison.Report(RunComparison.Of(runs), "Twenty methods", DateTimeOffset.UnixEpoch));
    }

    [Theory]
    [InlineData(1280, "light")]
    [InlineData(1280, "dark")]
    [InlineData(400, "light")]
    [InlineData(400, "dark")]
    public async Task The_page_shows_twenty_methods_and_asks_for_nothing_else(int width, string scheme)
    {
        Chromium browser = await browsers.OpenAsync(Sample(), width, scheme);

        Assert.Equal(2 * (Methods + 1), (int)(await browser.EvaluateAsync("document.querySelectorAll('#scores .compared:not(details *) tbody tr').length"))!);
        Assert.Equal("scores bits curves top codes gallery differences settings", (string?)await browser.EvaluateAsync("[...document.querySelectorAll('main > section')].map(section => section.id).join(' ')"));
        Assert.True((bool)(await browser.EvaluateAsync("[...document.querySelectorAll('figure.chart')].every(figure => Number(figure.dataset.drawn) > 0)"))!);
        Assert.Equal("right", (string?)await browser.EvaluateAsync("getComputedStyle(document.querySelector('.compared td')).textAlign"));
        Assert.Equal(width, (int)(await browser.EvaluateAsync("document.documentElement.scrollWidth"))!);
        // A legend of many names stands above its plot, not on it.
        Assert.True((bool)(await browser.EvaluateAsync("[...document.querySelectorAll('.legend')].every(legend => legend.getBoundingClientRect().bottom <= legend.parentElement.querySelector('.plot').getBoundingClientRect().top)"))!);
        Assert.Equal([new Uri(browsers.Page).AbsoluteUri], browser.Requests);
        Assert.Empty(browser.Complaints);
        await browsers.KeepPictureAsync($"compare-{width}-{scheme}.png");
    }

    [Fact]
    public async Task Methods_are_hidden_one_by_one_and_all_at_once_and_the_table_is_sorted()
    {
        Chromium browser = await browsers.OpenAsync(Sample());
        const string Legend = "document.querySelector('#by-bits .legend')", Picture = "document.querySelector('#by-bits canvas').toDataURL()";
        string all = (string)(await browser.EvaluateAsync(Picture))!;

        await browser.EvaluateAsync($"{Legend}.querySelector('button').click()");
        string oneLess = (string)(await browser.EvaluateAsync(Picture))!;
        await browser.EvaluateAsync($"{Legend}.querySelector('.all').click()");
        int shown = (int)(await browser.EvaluateAsync($"{Legend}.querySelectorAll('[aria-pressed=true]').length"))!;
        await browser.EvaluateAsync($"{Legend}.querySelector('.all').click()");

        Assert.NotEqual(all, oneLess);
        Assert.Equal(0, shown);
        Assert.Equal(all, (string)(await browser.EvaluateAsync(Picture))!);
        Assert.Equal("method t", (string?)await browser.EvaluateAsync("document.querySelector('#scores tbody th').textContent.trim()"));
        await browser.EvaluateAsync("document.querySelectorAll('#scores .sortable thead button')[3].click()");
        Assert.Equal("ITQ of pixels baseline", (string?)await browser.EvaluateAsync("document.querySelector('#scores tbody th').textContent.trim()"));
    }
}
