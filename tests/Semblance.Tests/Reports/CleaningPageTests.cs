using Semblance.Reports;
using Xunit;

namespace Semblance.Tests.Reports;

public sealed class CleaningPageTests(BrowserFixture browsers) : IClassFixture<BrowserFixture>
{
    [Theory]
    [InlineData(1280, "light")]
    [InlineData(1280, "dark")]
    [InlineData(390, "dark")]
    public async Task The_page_shows_subsets_suspects_and_both_ends_of_classes(int width, string scheme)
    {
        Chromium browser = await browsers.OpenAsync(HtmlCleaning.Render(Sample("<i>cats</i>", known: true)), width, scheme);

        Assert.Equal("1,1", (string?)await browser.EvaluateAsync("[...document.querySelectorAll('figure.chart')].map(figure => figure.dataset.drawn).join()"));
        Assert.Equal(width, (int)(await browser.EvaluateAsync("document.documentElement.scrollWidth"))!);
        Assert.Equal("<i>cats</i>", (string?)await browser.EvaluateAsync("document.querySelector('#examples h3').textContent"));
        Assert.Equal("5", (string?)await browser.EvaluateAsync("String(document.querySelectorAll('#suspects .hit.wrong').length)"));
        Assert.Equal("Subsets,Suspects,Classes,Images,Method", (string?)await browser.EvaluateAsync("[...document.querySelectorAll('nav a')].map(link => link.textContent).join()"));
        Assert.Empty(browser.Complaints);
        await browsers.KeepPictureAsync($"cleaning-{width}-{scheme}.png");
    }

    [Fact]
    public void What_nobody_knows_has_no_column()
    {
        Assert.Contains("Right labels in it", HtmlCleaning.Render(Sample("cats", known: true)), StringComparison.Ordinal);
        string page = HtmlCleaning.Render(Sample("cats", known: false));
        Assert.DoesNotContain("Right labels", page, StringComparison.Ordinal);
        Assert.Equal(page, HtmlCleaning.Render(Sample("cats", known: false)));
        Assert.DoesNotContain("id=\"suspects\"", HtmlCleaning.Render(Sample("cats", known: false) with { Suspects = [] }), StringComparison.Ordinal);
    }

    private static CleaningReport Sample(string name, bool known)
    {
        CleaningClass cats = new(name, [70, 20, 10], 0.51, known ? 0.72 : null), dogs = new("dogs", [60, 30, 10], 0.43, known ? 0.61 : null);
        CleaningImage Image(int k, bool right) => new(new Thumbnail(TinyPng.Encode(24, 24, (x, y) => ((byte)((x + (20 * k)) % 256), (byte)((10 * y) % 256), (byte)(40 * k % 256)))), $"{name} → dogs", "4 : 81 %", known ? right : null);
        CleaningExamples Both(CleaningClass one) => new(one, [.. Enumerable.Range(0, 10).Select(k => Image(k, true))], [.. Enumerable.Range(0, 10).Select(k => Image(k, k % 3 == 0))], [.. Enumerable.Range(0, 100).Select(k => Math.Tanh(k / 30.0))], [0, 0.4, 0.8]) { Note = "70 clean, 20 noisy, 10 highly noisy" };
        return new CleaningReport
        {
            Title = "photos: how clean its labels look",
            Summary = "200 images in 2 classes. 130 look clean, 20 look noisiest.",
            Score = "share of its class within the cut-off",
            Facts = [("Method", "density of each class (CurriculumNet), variant code"), ("Features", "512 numbers an image")],
            Subsets = [new("clean", 130, known ? 0.91 : null, known ? 0.8 : null), new("noisy", 50, known ? 0.55 : null, known ? 0.95 : null), new("highly noisy", 20, known ? 0.1 : null, known ? 1 : null)],
            Suspects = [.. Enumerable.Range(0, 5).Select(k => Image(k, false))],
            Classes = [cats, dogs],
            Examples = [Both(cats), Both(dogs)],
            Notes = ["birds has 2 samples and could not be divided."],
        };
    }
}
