using Semblance.Reports;

namespace Semblance.Tests.Reports;

/// <summary>
/// One browser for all tests of a class. With SEMBLANCE_TEST_KEEP=FOLDER the pages that they open and the pictures that they take stay in that
/// folder, to be looked at.
/// </summary>
public sealed class BrowserFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Chromium? _browser;

    /// <summary>The file that is open.</summary>
    internal string Page => Path.Combine(_folder.Path, "report.html");

    /// <summary>Writes a report and opens it; skips the test where there is no browser.</summary>
    internal Task<Chromium> OpenAsync(RunReport report, int width = 1280, string scheme = "light") => OpenAsync(HtmlReport.Render(report), width, scheme);

    /// <summary>Writes a page and opens it; skips the test where there is no browser.</summary>
    internal async Task<Chromium> OpenAsync(string page, int width = 1280, string scheme = "light")
    {
        _browser ??= await Chromium.StartAsync();
        await File.WriteAllTextAsync(Page, page);
        Keep("report.html", await File.ReadAllBytesAsync(Page));
        await _browser.EmulateAsync(width, 900, scheme);
        await _browser.OpenAsync(Page);
        return _browser;
    }

    /// <summary>Keeps a picture of what the browser shows, where pictures are wanted.</summary>
    internal async Task KeepPictureAsync(string name)
    {
        if (KeepFolder is not null)
        {
            Keep(name, await _browser!.PictureAsync());
        }
    }

    internal static void Keep(string name, byte[] content)
    {
        if (KeepFolder is string folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }
    }

    private static string? KeepFolder => Environment.GetEnvironmentVariable("SEMBLANCE_TEST_KEEP") is { Length: > 0 } folder ? folder : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _folder.Dispose();
    }
}
