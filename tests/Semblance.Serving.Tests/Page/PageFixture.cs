using System.Diagnostics;
using Microsoft.Playwright;
using Xunit;

namespace Semblance.Tests.Serving.Page;

/// <summary>One browser and one service for the tests of a class. With SEMBLANCE_TEST_KEEP=FOLDER the pictures that they take stay in that folder.</summary>
public sealed class PageFixture : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The service.</summary>
    internal PageServer? Server { get; private set; }

    /// <summary>Opens the page in a window of its own; skips the test where there is no browser.</summary>
    /// <param name="place">The part of the address behind "#".</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="dark">Whether the system is dark.</param>
    /// <param name="address">Another service than the class's.</param>
    /// <param name="prepare">Comes before the page is loaded.</param>
    internal async Task<Visit> OpenAsync(string place = "", int width = 1280, bool dark = false, string? address = null, Func<IPage, Task>? prepare = null)
    {
        string? program = Array.Find(Places, File.Exists);
        Assert.SkipWhen(program is null, "No Chromium was found in /usr/bin; install it with 'apt-get install chromium' to run this test.");
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"] });
        Server ??= address is null ? await PageServer.StartAsync() : null;
        IBrowserContext context = await _browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = width < 600 ? 844 : 900 }, ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
        context.SetDefaultTimeout(15_000);
        Visit visit = new(await context.NewPageAsync(), address ?? Server!.Address);
        if (prepare is not null)
        {
            await prepare(visit.Page);
        }
        await visit.GoAsync(place);
        return visit;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }
}

/// <summary>A page that is open. What it complains of, and whom it asks, is noted; at the end there must be nothing.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly List<string> _complaints = [];
    private readonly string _address;

    public Visit(IPage page, string address)
    {
        (Page, _address) = (page, address);
        page.Console += (_, message) => Note(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Note(true, error);
        page.Request += (_, request) => Note(!request.Url.StartsWith(address + "/", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal), "asked for " + request.Url);
    }

    public IPage Page { get; }

    /// <summary>Whether requests may fail: the browser says so itself.</summary>
    public bool RequestsMayFail { get; set; }

    /// <summary>The cards of results.</summary>
    public ILocator Cards => Page.Locator(".results .card");

    /// <summary>Goes to a place on the page.</summary>
    public Task GoAsync(string place) => Page.GotoAsync($"{_address}/{(place.Length > 0 ? "#/" + place : "")}");

    /// <summary>The part of the address behind "#".</summary>
    public string Place => Uri.UnescapeDataString(new Uri(Page.Url).Fragment);

    /// <summary>Goes back, as the browser's button does.</summary>
    /// <remarks>From within the page: the debugger counts from the place the browser has last heard of, which may be one that the page has just left.</remarks>
    public Task BackAsync() => Page.EvaluateAsync("history.back()");

    /// <summary>Goes forward, as the browser's button does.</summary>
    public Task ForwardAsync() => Page.EvaluateAsync("history.forward()");

    /// <summary>Waits until something holds in the page.</summary>
    /// <remarks>Asked again and again by the debugger: the page's policy forbids the browser's own way of waiting, which evaluates text.</remarks>
    public async Task UntilAsync(string expression)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await Page.EvaluateAsync<bool>($"Boolean({expression})"))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"It did not come about within {Patience.TotalSeconds} seconds that {expression}");
            await Task.Delay(30);
        }
    }

    /// <summary>Waits until results are there.</summary>
    public Task ResultsAsync() => Cards.First.WaitForAsync();

    /// <summary>The ids of the results, in order.</summary>
    public async Task<string[]> IdsAsync() => [.. (await Page.Locator(".results .card .name").EvaluateAllAsync<string[]>("all => all.map(name => name.title)"))];

    /// <summary>Keeps a picture, where pictures are wanted.</summary>
    public async Task KeepPictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("SEMBLANCE_TEST_KEEP") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Page.Context.CloseAsync();
        string[] complaints = [.. _complaints.Where(complaint => !RequestsMayFail || !complaint.StartsWith("Failed to load resource", StringComparison.Ordinal))];
        Assert.True(complaints.Length == 0, string.Join('\n', complaints));
    }

    private void Note(bool matters, string text)
    {
        if (matters)
        {
            _complaints.Add(text);
        }
    }
}
