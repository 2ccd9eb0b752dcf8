using Semblance.Reports;
using Xunit;

namespace Semblance.Tests.Reports;

public sealed class DuplicatesPageTests(BrowserFixture browsers) : IClassFixture<BrowserFixture>
{
    [Theory]
    [InlineData(1280, "light")]
    [InlineData(1280, "dark")]
    [InlineData(390, "dark")]
    public async Task The_page_shows_groups_with_the_kept_image_beside_the_others(int width, string scheme)
    {
        Chromium browser = await browsers.OpenAsync(HtmlDuplicates.Render(Sample), width, scheme);

        Assert.Equal(width, (int)(await browser.EvaluateAsync("document.documentElement.scrollWidth"))!);
        Assert.Equal("2,14", (string?)await browser.EvaluateAsync("[document.querySelectorAll('.asked').length, document.querySelectorAll('.hit').length].join()"));
        Assert.Equal("<b>0</b>", (string?)await browser.EvaluateAsync("document.querySelector('.asked .label').textContent"));
        Assert.Equal("Groups,Not read,Method", (string?)await browser.EvaluateAsync("[...document.querySelectorAll('nav a')].map(link => link.textContent).join()"));
        await browser.EvaluateAsync("document.querySelector('.hit').click()");
        Assert.Equal("2", (string?)await browser.EvaluateAsync("String(document.querySelectorAll('#look[open] .sides img').length)"));
        Assert.Empty(browser.Complaints);
        await browsers.KeepPictureAsync($"duplicates-{width}-{scheme}.png");
    }

    [Fact]
    public void A_page_without_groups_has_no_such_section_and_the_same_report_gives_the_same_page()
    {
        Assert.Equal(HtmlDuplicates.Render(Sample), HtmlDuplicates.Render(Sample));
        Assert.Contains("7 more groups", HtmlDuplicates.Render(Sample), StringComparison.Ordinal);
        Assert.Contains("And 3 more.", HtmlDuplicates.Render(Sample), StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"groups\"", HtmlDuplicates.Render(Sample with { Groups = [] }), StringComparison.Ordinal);
    }

    private static DuplicatesReport Sample
    {
        get
        {
            DuplicatesImage Image(int k) => new(k == 3 ? null : new Thumbnail(TinyPng.Encode(40, 30, (x, y) => ((byte)(5 * x), (byte)(8 * y), (byte)(16 * k)))), $"<b>{k}</b>", [$"{k} bits away", "1600 × 1200, 812.4 kB", "2024-05-01 12:00"]);
            return new DuplicatesReport
            {
                Title = "Near-duplicates in photos",
                Summary = "16 of 100 images are in 2 groups.",
                Figures = [("images", "100"), ("groups", "2"), ("could go", "14")],
                Groups = [new(Image(0), "the most pixels", [.. Enumerable.Range(1, 12).Select(Image)], 3), new(Image(13), "the oldest", [Image(14), Image(15)], 0)],
                GroupsNotShown = 7,
                Skipped = ["photos/broken.jpg: damaged."],
                Facts = [("Codes", "96 bits, by the perceptual hash")],
            };
        }
    }
}
