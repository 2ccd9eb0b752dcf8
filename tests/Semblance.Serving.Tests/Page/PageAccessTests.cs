using System.IO.Compression;
using Microsoft.Playwright;
using Xunit;

namespace Semblance.Tests.Serving.Page;

/// <summary>The page for everybody: keyboard, screen readers, light and dark, every size; and how light it is.</summary>
public sealed class PageAccessTests(PageFixture pages) : IClassFixture<PageFixture>
{
    private const string Axe = "axe.run().then(result => result.violations.map(rule => rule.id + ': ' + rule.nodes.slice(0, 3).map(node => node.html + ' ' + node.failureSummary).join('; ')))";
    private static readonly string Similar = $"search?id={Uri.EscapeDataString(PageServer.IdOf(3))}";

    /// <summary>Every view, and what shows that it is there.</summary>
    private static readonly (string Place, string Shown)[] Views =
    [
        ("", ".card"), (Similar, ".results .card"), (Similar + "&tag=odd&not=third&radius=40", ".filter-box .badge"), (Similar + "&tag=none", ".empty"), (Similar + "&item=odd%2F05.png", "dialog .facts"),
        ("map", "canvas"), ("clusters", ".cluster"), ("duplicates", ".group"), ("marks", ".empty, .pair"), ("search?id=nowhere", ".failure"),
    ];

    [Theory]
    [InlineData(1440, false)]
    [InlineData(1440, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Every_view_is_accessible_by_the_rules_of_axe(int width, bool dark)
    {
        string rules = Repository.File("web/node_modules/axe-core/axe.min.js");
        Assert.SkipUnless(File.Exists(rules), "axe-core is not installed; run web/build once to run this test.");
        await using Visit visit = await pages.OpenAsync("", width, dark);
        visit.RequestsMayFail = true;
        List<string> violations = [];
        foreach ((string place, string shown) in Views)
        {
            await visit.GoAsync("");
            await visit.GoAsync(place);
            await visit.Page.Locator(shown).First.WaitForAsync();
            await AddViolationsAsync(visit, rules, place, violations);
            await visit.KeepPictureAsync($"view-{Array.FindIndex(Views, view => view.Place == place)}-{width}-{(dark ? "dark" : "light")}");
        }
        await visit.GoAsync("map");
        await visit.Page.Keyboard.PressAsync("?");
        await AddViolationsAsync(visit, rules, "help", violations);
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "List" }).ClickAsync();
        await AddViolationsAsync(visit, rules, "list", violations);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add images" }).ClickAsync();
        await AddViolationsAsync(visit, rules, "add", violations);
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    [Theory]
    [InlineData(360)]
    [InlineData(768)]
    [InlineData(1920)]
    public async Task Nothing_sticks_out_of_the_page(int width)
    {
        await using Visit visit = await pages.OpenAsync("", width);
        visit.RequestsMayFail = true;
        foreach ((string place, string shown) in Views)
        {
            await visit.GoAsync(place);
            await visit.Page.Locator(shown).First.WaitForAsync();
            Assert.True(await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width, $"{place} is wider than {width} pixels.");
        }
    }

    [Fact]
    public async Task Everything_is_reached_with_the_keyboard()
    {
        await using Visit visit = await pages.OpenAsync();
        await visit.Page.Locator(".card").First.WaitForAsync();
        IKeyboard keyboard = visit.Page.Keyboard;
        await keyboard.PressAsync("Tab");
        Assert.Equal("To the content", await FocusedAsync(visit));
        await keyboard.PressAsync("Enter");
        await keyboard.PressAsync("Tab");
        Assert.Equal("Choose an image", await FocusedAsync(visit));
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("ArrowRight");
        await keyboard.PressAsync("ArrowRight");
        Assert.Equal(2, await visit.Page.EvaluateAsync<int>("[...document.querySelectorAll('.card')].indexOf(document.activeElement.closest('.card'))"));
        Assert.NotEqual("none", await visit.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement.closest('.card')).outlineStyle"));

        await keyboard.PressAsync("m");
        await visit.ResultsAsync();
        await visit.UntilAsync("document.activeElement.id === 'results-title'");
        for (int i = 0; i < 40 && !await visit.Page.EvaluateAsync<bool>("document.activeElement.matches('.results .open')"); i++)
        {
            await keyboard.PressAsync("Tab");
        }
        await keyboard.PressAsync("End");
        await keyboard.PressAsync("Home");
        await visit.Page.RunAndWaitForResponseAsync(() => keyboard.PressAsync("r"), response => response.Request.Method == "POST" && response.Status == 204);
        Assert.Contains("marked right", await visit.Cards.First.Locator(".open").GetAttributeAsync("aria-label"), StringComparison.Ordinal);
        await keyboard.PressAsync("Enter");
        await visit.Page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await keyboard.PressAsync("Escape");
        await visit.UntilAsync("document.querySelector('dialog') === null && document.activeElement.matches('.results .open')");

        await keyboard.PressAsync("/");
        await visit.UntilAsync("document.activeElement.id === 'tag'");
        await keyboard.TypeAsync("even 2");
        Assert.StartsWith("#/search", visit.Place, StringComparison.Ordinal);
        await visit.Page.EvaluateAsync("document.activeElement.blur()");
        await keyboard.PressAsync("2");
        await visit.UntilAsync("document.activeElement.id === 'map-title'");
        await keyboard.PressAsync("?");
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Help and shortcuts" }).WaitForAsync();
        await visit.Page.GetByText("Shortcuts of a single key").ClickAsync();
        await keyboard.PressAsync("Escape");
        await keyboard.PressAsync("3");
        await visit.Page.WaitForTimeoutAsync(100);
        Assert.StartsWith("#/map", visit.Place, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Light_and_dark_follow_the_system_until_somebody_chooses()
    {
        await using Visit visit = await pages.OpenAsync(dark: true);
        const string Scheme = "getComputedStyle(document.documentElement).colorScheme";
        Assert.Equal("dark", await visit.Page.EvaluateAsync<string>(Scheme));
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Use light colours" }).ClickAsync();
        Assert.Equal("light", await visit.Page.EvaluateAsync<string>(Scheme));
        await visit.Page.ReloadAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Use dark colours" }).WaitForAsync();
        Assert.Equal("light", await visit.Page.EvaluateAsync<string>(Scheme));
    }

    [Fact]
    public async Task The_page_runs_under_a_strict_policy_and_asks_for_little()
    {
        await using Visit visit = await pages.OpenAsync();
        IResponse page = (await visit.Page.ReloadAsync())!;
        await visit.Page.Locator(".card").First.WaitForAsync();
        string policy = page.Headers["content-security-policy"];
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        double paint = await visit.Page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0].startTime");
        TestContext.Current.TestOutputHelper?.WriteLine($"first contentful paint after {paint:0} ms");

        byte[] script = await File.ReadAllBytesAsync(Repository.File("web/dist/search/search.js"));
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(script);
        }
        Assert.InRange(compressed.Length, 1, 60_000);
    }

    private static Task<string> FocusedAsync(Visit visit) => visit.Page.EvaluateAsync<string>("document.activeElement.textContent.trim()");

    private static async Task AddViolationsAsync(Visit visit, string rules, string place, List<string> violations)
    {
        // Typed into the page by the debugger, which the page's policy does not hold.
        await visit.Page.EvaluateAsync(await File.ReadAllTextAsync(rules) + "; 0");
        violations.AddRange((await visit.Page.EvaluateAsync<string[]>(Axe)).Select(violation => $"{place}: {violation}"));
    }
}
