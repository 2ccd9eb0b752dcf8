using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using Semblance.Index;
using Semblance.Serving.Http;
using Xunit;

namespace Semblance.Tests.Serving.Http;

/// <summary>An answer, read.</summary>
internal sealed record Reply(int Status, string MediaType, string Text, HttpResponseMessage Message)
{
    /// <summary>Its body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The sentence of a problem; fails unless it is a whole one.</summary>
    public string Problem(int status)
    {
        Assert.True(status == Status, $"{status} was expected, {Status} came: {Text}");
        Assert.Equal("application/problem+json", MediaType);
        JsonElement problem = Json;
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.GetProperty("title").GetString());
        Assert.Equal(Message.Headers.GetValues("X-Request-Id").Single(), problem.GetProperty("requestId").GetString());
        string detail = problem.GetProperty("detail").GetString()!;
        Assert.EndsWith(".", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Semblance.", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", detail, StringComparison.Ordinal);
        return detail;
    }

    /// <summary>The body of an answer that went well.</summary>
    public JsonElement Done(int status = 200)
    {
        Assert.True(status == Status, $"{status} was expected, {Status} came: {Text}");
        return Json;
    }
}

/// <summary>A service in memory over an index in a temporary folder.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly WebApplication _app;

    private TestServer(TemporaryFolder folder, WebApplication app, LogLines log) => (_folder, _app, Log, Client) = (folder, app, log, app.GetTestClient());

    /// <summary>What it has logged.</summary>
    public LogLines Log { get; }

    /// <summary>Sends requests to it.</summary>
    public HttpClient Client { get; }

    /// <summary>Its services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>A server over a new index.</summary>
    /// <param name="items">What it holds.</param>
    /// <param name="bits">Bits of its codes.</param>
    /// <param name="ids">What its ids are.</param>
    /// <param name="configure">More settings.</param>
    public static async Task<TestServer> StartAsync(IEnumerable<Item>? items = null, int bits = 96, IdKind ids = IdKind.Text, Action<SearchServiceOptions>? configure = null)
    {
        TemporaryFolder folder = new();
        LogLines log = new();
        string path = Path.Combine(folder.Path, "test.index");
        using (LiveIndex index = LiveIndex.Create(path, new LiveIndexOptions { Bits = bits, Ids = ids }))
        {
            index.Upsert([.. items ?? []]);
        }
        WebApplication app = SearchServer.Make(
            new SearchServerOptions(),
            options =>
            {
                options.Index = path;
                configure?.Invoke(options);
            },
            builder =>
            {
                builder.WebHost.UseTestServer();
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(log);
            });
        await app.StartAsync();
        return new TestServer(folder, app, log);
    }

    /// <summary>Gets a path.</summary>
    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Posts JSON.</summary>
    public Task<Reply> PostAsync(string path, string json) => SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>Puts JSON.</summary>
    public Task<Reply> PutAsync(string path, string json) => SendAsync(HttpMethod.Put, path, new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>Sends anything.</summary>
    public async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using HttpRequestMessage request = new(method, path) { Content = content };
        HttpResponseMessage response = await Client.SendAsync(request);
        return new Reply((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", await response.Content.ReadAsStringAsync(), response);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
