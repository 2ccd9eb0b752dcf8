using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Semblance.Tests.Reports;

/// <summary>A page in a headless Chromium, spoken to over its debugging protocol.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private readonly TemporaryFolder _profile = new();
    private readonly ClientWebSocket _socket = new();
    private readonly Process _process;
    private readonly List<string> _complaints = [];
    private readonly List<string> _requests = [];
    private Task _rest = Task.CompletedTask;
    private int _calls;

    private Chromium(string program) => _process = Process.Start(new ProcessStartInfo(program,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
            "--disable-dev-shm-usage", "--hide-scrollbars", $"--user-data-dir={_profile.Path}", "--remote-debugging-port=0", "about:blank",
        ])
    { RedirectStandardError = true, RedirectStandardOutput = true })!;

    /// <summary>Errors and warnings that the page wrote to the console, and refusals of its security policy.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>What the page asked for, data addresses left out.</summary>
    public IReadOnlyList<string> Requests => _requests;

    /// <summary>Starts a browser; skips the test where there is none.</summary>
    public static async Task<Chromium> StartAsync()
    {
        string? program = Array.Find(Places, File.Exists);
        Assert.SkipWhen(program is null, "No Chromium was found in /usr/bin; install it with 'apt-get install chromium' to run this test.");
        Chromium chromium = new(program!);
        try
        {
            await chromium.ConnectAsync();
            return chromium;
        }
        catch
        {
            await chromium.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a file and waits until it is loaded; complaints and requests are counted from here.</summary>
    public async Task OpenAsync(string path)
    {
        _complaints.Clear();
        _requests.Clear();
        await CallAsync("Page.navigate", new JsonObject { ["url"] = new Uri(path).AbsoluteUri });
        await EvaluateAsync("new Promise(done => document.readyState === 'complete' ? done(true) : addEventListener('load', () => done(true)))");
    }

    /// <summary>The value of an expression in the page; a promise is waited for.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        JsonNode answer = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true });
        Assert.True(answer["exceptionDetails"] is null, $"{expression}: {answer["exceptionDetails"]}");
        return answer["result"]!["value"];
    }

    /// <summary>Gives the page a size, and light or dark, screen or paper.</summary>
    public async Task EmulateAsync(int width, int height, string scheme, string media = "")
    {
        await CallAsync("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        JsonArray features = [new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }];
        await CallAsync("Emulation.setEmulatedMedia", new JsonObject { ["media"] = media, ["features"] = features });
    }

    /// <summary>Presses a key and lets it go.</summary>
    public async Task PressAsync(string key)
    {
        foreach (string kind in (string[])["rawKeyDown", "keyUp"])
        {
            await CallAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = kind, ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = KeyCode(key) });
        }
    }

    /// <summary>A picture of the whole page, PNG.</summary>
    public async Task<byte[]> PictureAsync()
    {
        JsonNode answer = await CallAsync("Page.captureScreenshot", new JsonObject { ["captureBeyondViewport"] = true, ["format"] = "png" });
        return Convert.FromBase64String((string)answer["data"]!);
    }

    /// <summary>The page on paper, PDF.</summary>
    public async Task<byte[]> PaperAsync() =>
        Convert.FromBase64String((string)(await CallAsync("Page.printToPDF", new JsonObject { ["printBackground"] = false }))["data"]!);

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _rest;
        _process.Dispose();
        _profile.Dispose();
    }

    private static int KeyCode(string key) => key switch
    {
        "Tab" => 9,
        "Enter" => 13,
        "Escape" => 27,
        "End" => 35,
        "Home" => 36,
        "ArrowLeft" => 37,
        "ArrowRight" => 39,
        _ => throw new ArgumentException($"{key} has no code here; add it.", nameof(key)),
    };

    private async Task ConnectAsync()
    {
        Uri browser = new(await AddressAsync());
        using HttpClient client = new();
        string pages = await client.GetStringAsync(new Uri($"http://{browser.Authority}/json/list"), TestContext.Current.CancellationToken);
        JsonNode page = JsonNode.Parse(pages)!.AsArray().First(target => (string?)target!["type"] == "page")!;
        await _socket.ConnectAsync(new Uri((string)page["webSocketDebuggerUrl"]!), TestContext.Current.CancellationToken);
        foreach (string domain in (string[])["Page", "Runtime", "Log", "Network"])
        {
            await CallAsync($"{domain}.enable", []);
        }
    }

    private async Task<string> AddressAsync()
    {
        const string Announcement = "DevTools listening on ";
        StringBuilder said = new();
        while (await _process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith(Announcement, StringComparison.Ordinal))
            {
                _rest = Task.WhenAll(_process.StandardError.ReadToEndAsync(CancellationToken.None), _process.StandardOutput.ReadToEndAsync(CancellationToken.None));
                return line[Announcement.Length..];
            }
            said.AppendLine(line);
        }
        throw new InvalidOperationException($"Chromium ended before it could be spoken to: {said}");
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters)
    {
        int id = ++_calls;
        JsonObject message = new() { ["id"] = id, ["method"] = method, ["params"] = parameters };
        await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        while (true)
        {
            JsonNode answer = await ReceiveAsync();
            if ((int?)answer["id"] == id)
            {
                return answer["result"] ?? throw new InvalidOperationException($"{method}: {answer["error"]}");
            }
            Note(answer);
        }
    }

    private async Task<JsonNode> ReceiveAsync()
    {
        using MemoryStream message = new();
        byte[] buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonSerializer.Deserialize<JsonNode>(message.ToArray())!;
    }

    private void Note(JsonNode happening)
    {
        JsonNode? what = happening["params"];
        switch ((string?)happening["method"])
        {
            case "Runtime.consoleAPICalled" when (string?)what!["type"] is "error" or "warning" or "assert":
            case "Runtime.exceptionThrown":
            case "Log.entryAdded" when (string?)what!["entry"]!["level"] is "error" or "warning":
                _complaints.Add(what!.ToJsonString());
                break;
            case "Network.requestWillBeSent" when (string)what!["request"]!["url"]! is { } address && !address.StartsWith("data:", StringComparison.Ordinal):
                _requests.Add(address);
                break;
        }
    }
}
