using System.Text.Json.Nodes;
using Semblance.Reports;
using Xunit;

namespace Semblance.Tests.Reports;

public sealed class ReportInBrowserTests(BrowserFixture browsers) : IClassFixture<BrowserFixture>
{
    /// <summary>How many different colours the canvas of each chart shows; one that was not drawn shows a single one.</summary>
    private const string ColoursByChart = """
        Object.fromEntries([...document.querySelectorAll("figure.chart")].map(figure => {
          const canvas = figure.querySelector("canvas");
          const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
          return [figure.id, new Set(pixels).size];
        }))
        """;

    [Fact]
    public async Task The_page_draws_every_chart_and_asks_for_nothing_else()
    {
        Chromium browser = await browsers.OpenAsync(SampleReport.Full);

        JsonObject colours = (await browser.EvaluateAsync(ColoursByChart))!.AsObject();

        Assert.Equal(["loss", "validation", "learning-rate", "precision-recall-chart", "distances", "bits", "bit-correlation"], colours.Select(chart => chart.Key));
        Assert.All(colours, chart => Assert.True((int)chart.Value! > 20, $"{chart.Key} shows {chart.Value} colours."));
        Assert.Empty(browser.Complaints);
        Assert.Equal([new Uri(browsers.Page).AbsoluteUri], browser.Requests);
    }

    [Fact]
    public async Task A_page_with_a_hostile_class_name_runs_nothing_but_its_own_script()
    {
        const string Nasty = "</script><script>window.taken = 1</script><img src=x onerror='window.taken = 2'>";
        RunReport report = new()
        {
            Title = Nasty,
            Training = new TrainingCurves { Losses = [new Curve(Nasty, [1, 2, 3], [3, 2, 1]), new Curve("other", [1, 2, 3], [1, 2, 3])] },
            Gallery = new Gallery([new GalleryGroup(Nasty, [new GalleryQuery(null, Nasty, [new GalleryHit(null, Nasty, 1, false)])])]),
        };
        Chromium browser = await browsers.OpenAsync(report);

        Assert.Equal("undefined", (string?)await browser.EvaluateAsync("typeof window.taken"));
        Assert.Equal(Nasty, (string?)await browser.EvaluateAsync("document.querySelector('h1').textContent"));
        Assert.Equal(Nasty, (string?)await browser.EvaluateAsync("document.querySelector('.legend button').textContent"));
        Assert.Equal(Nasty, (string?)await browser.EvaluateAsync("document.querySelector('.hit .label').textContent"));
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task The_gallery_is_walked_and_looked_into_with_the_keyboard()
    {
        Chromium browser = await browsers.OpenAsync(SampleReport.Full);

        await browser.EvaluateAsync("document.querySelector('.hits .hit').focus()");
        await browser.PressAsync("ArrowRight");
        await browser.PressAsync("ArrowRight");
        await browser.PressAsync("Enter");
        Assert.Equal("Result 3 of 10", (string?)await browser.EvaluateAsync("document.querySelector('dialog[open] h2').textContent"));
        Assert.Equal(2, (int)(await browser.EvaluateAsync("document.querySelectorAll('dialog[open] img').length"))!);

        await browser.PressAsync("ArrowLeft");
        Assert.Equal("Result 2 of 10", (string?)await browser.EvaluateAsync("document.querySelector('dialog[open] h2').textContent"));

        await browsers.KeepPictureAsync("look.png");
        await browser.PressAsync("Escape");
        Assert.False((bool)(await browser.EvaluateAsync("document.querySelector('dialog').open"))!);
        Assert.Equal("Result 3", (string?)await browser.EvaluateAsync("document.activeElement.querySelector('img').alt"));
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Curves_can_be_hidden_scaled_and_read_as_numbers()
    {
        Chromium browser = await browsers.OpenAsync(SampleReport.Full);
        const string Picture = "document.querySelector('#loss canvas').toDataURL()";
        string before = (string)(await browser.EvaluateAsync(Picture))!;

        await browser.EvaluateAsync("document.querySelector('#loss .scale').click()");
        string logarithmic = (string)(await browser.EvaluateAsync(Picture))!;
        await browser.EvaluateAsync("document.querySelector('#loss .legend button').click()");
        string hidden = (string)(await browser.EvaluateAsync(Picture))!;
        await browser.EvaluateAsync("document.querySelector('#loss .numbers').open = true; new Promise(done => setTimeout(done, 50))");

        Assert.Equal(3, new HashSet<string> { before, logarithmic, hidden }.Count);
        Assert.Equal("step,total,HHF,quantiser", (string?)await browser.EvaluateAsync("[...document.querySelectorAll('#loss thead th')].map(cell => cell.textContent).join()"));
        Assert.Equal(60, (int)(await browser.EvaluateAsync("document.querySelectorAll('#loss tbody tr').length"))!);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task A_table_of_classes_is_sorted_by_any_column()
    {
        Chromium browser = await browsers.OpenAsync(SampleReport.Full);
        string[] names = [.. SamplePictures.Classes.Order(StringComparer.Ordinal)];

        await browser.EvaluateAsync("document.querySelector('.sortable thead button').click()");
        Assert.Equal(string.Join(',', names), (string?)await browser.EvaluateAsync("[...document.querySelectorAll('.sortable tbody th')].map(cell => cell.textContent).join()"));
        await browser.EvaluateAsync("document.querySelector('.sortable thead button').click()");
        Assert.Equal(string.Join(',', names.Reverse()), (string?)await browser.EvaluateAsync("[...document.querySelectorAll('.sortable tbody th')].map(cell => cell.textContent).join()"));
    }

    [Theory]
    [InlineData(1280, "light")]
    [InlineData(1280, "dark")]
    [InlineData(390, "light")]
    [InlineData(390, "dark")]
    public async Task Nothing_sticks_out_of_the_page(int width, string scheme)
    {
        Chromium browser = await browsers.OpenAsync(SampleReport.Full, width, scheme);

        Assert.Equal(width, (int)(await browser.EvaluateAsync("document.documentElement.scrollWidth"))!);
        Assert.Equal(scheme, (string?)await browser.EvaluateAsync("getComputedStyle(document.documentElement).colorScheme"));
        await browsers.KeepPictureAsync($"report-{width}-{scheme}.png");
    }

    [Fact]
    public async Task Choosing_light_on_a_dark_page_gives_the_charts_of_a_light_page()
    {
        const string Pictures = "[...document.querySelectorAll('canvas')].map(canvas => canvas.toDataURL())";
        Chromium browser = await browsers.OpenAsync(SampleReport.Full, scheme: "light");
        await browser.EvaluateAsync("document.getElementById('theme').click()");
        await browser.EvaluateAsync("document.getElementById('theme').click()");
        string[] light = [.. (await browser.EvaluateAsync(Pictures))!.AsArray().Select(picture => (string)picture!)];
        browser = await browsers.OpenAsync(SampleReport.Full, scheme: "dark");
        string[] dark = [.. (await browser.EvaluateAsync(Pictures))!.AsArray().Select(picture => (string)picture!)];

        await browser.EvaluateAsync("document.getElementById('theme').click()");
        string[] chosen = [.. (await browser.EvaluateAsync(Pictures))!.AsArray().Select(picture => (string)picture!)];

        Assert.Equal(light, chosen);
        Assert.Empty(light.Intersect(dark));
    }

    [Fact]
    public async Task Paper_is_light_and_shows_what_is_folded_on_the_screen()
    {
        Chromium browser = await browsers.OpenAsync(SampleReport.Full, scheme: "dark");
        await browser.EvaluateAsync("window.opened = []; addEventListener('beforeprint', () => window.opened.push(document.querySelector('.recipe').open))");

        byte[] paper = await browser.PaperAsync();
        await browser.EmulateAsync(1280, 900, "dark", media: "print");

        Assert.StartsWith("%PDF", System.Text.Encoding.ASCII.GetString(paper, 0, 4), StringComparison.Ordinal);
        Assert.Equal("true", (string?)await browser.EvaluateAsync("window.opened.join()"));
        Assert.Equal("light", (string?)await browser.EvaluateAsync("getComputedStyle(document.documentElement).colorScheme"));
        BrowserFixture.Keep("report.pdf", paper);
    }

    [Theory]
    [InlineData(1280, "light", false)]
    [InlineData(390, "dark", false)]
    [InlineData(390, "light", true)]
    public async Task The_page_is_accessible_by_the_rules_of_axe(int width, string scheme, bool onlyGallery)
    {
        string rules = Path.Combine(WebBuildTests.WebFolder, "node_modules", "axe-core", "axe.min.js");
        Assert.SkipUnless(File.Exists(rules), "axe-core is not installed; run web/build once to run this test.");
        Chromium browser = await browsers.OpenAsync(onlyGallery ? SampleReport.GalleryOnly : SampleReport.Full, width, scheme);
        await browsers.KeepPictureAsync($"axe-{width}-{scheme}-{onlyGallery}.png");

        await browser.EvaluateAsync(await File.ReadAllTextAsync(rules, TestContext.Current.CancellationToken) + "; 0");
        JsonNode found = (await browser.EvaluateAsync("axe.run().then(result => result.violations.map(rule => rule.id + ': ' + rule.nodes.slice(0, 3).map(node => node.html + ' ' + node.failureSummary).join('; ')))"))!;

        Assert.Empty(found.AsArray().Select(violation => (string?)violation));
    }
}
