using Semblance.Index;
using Semblance.Serving.Security;
using Semblance.Tests.Serving.Security;
using Xunit;

namespace Semblance.Tests.Serving.Http;

/// <summary>Keys and the rest of the guard stand before every operation.</summary>
public sealed class AccessTests : IDisposable
{
    private const string Item = """{"code": "000102030405060708090a0b"}""";
    private readonly TemporaryFolder _folder = new();
    private readonly string _reader;
    private readonly string _writer;
    private readonly AccessOptions _access;

    public AccessTests()
    {
        ApiKeyFile file = new(_folder.File("keys.json"));
        (_reader, _) = file.Add("reader", AccessScope.Read);
        (_writer, _) = file.Add("writer", AccessScope.Write);
        _access = new AccessOptions { Keys = ApiKeys.Open(_folder.File("keys.json")) };
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_operation_needs_a_key_of_its_scope()
    {
        await using TestServer server = await TestServer.StartAsync(configure: options => options.Access = _access);
        ApiDescription api = new(await server.GetAsync("/openapi/v1.json"));
        foreach (ApiOperation operation in api.Operations)
        {
            HttpMethod method = new(operation.Method.ToUpperInvariant());
            Reply bare = await server.SendAsync(method, operation.Path);
            if (!operation.Json.TryGetProperty("security", out _))
            {
                Assert.NotEqual(401, bare.Status);
                continue;
            }
            Assert.Contains("no API key came with the request", bare.Problem(401), StringComparison.Ordinal);
            Assert.Equal("Bearer", bare.Message.Headers.WwwAuthenticate.First().Scheme);
            api.Check(operation, bare);
            server.Client.DefaultRequestHeaders.Add("X-Api-Key", _reader);
            Reply reader = await server.SendAsync(method, operation.Path);
            server.Client.DefaultRequestHeaders.Remove("X-Api-Key");
            Assert.NotEqual(401, reader.Status);
            bool writes = operation.Method is "put" or "delete" || operation.Id is "changeItems" or "judge";
            Assert.True(writes == (reader.Status == 403 && reader.Text.Contains("may read only", StringComparison.Ordinal)), $"{operation.Id}: {reader.Text}");
        }
    }

    [Fact]
    public async Task A_file_of_keys_that_cannot_be_read_is_told_in_the_log_once()
    {
        Clock clock = new();
        string file = _folder.File("keys.json"), good = await File.ReadAllTextAsync(file);
        await using TestServer server = await TestServer.StartAsync(configure: options => options.Access = new AccessOptions { Keys = ApiKeys.Open(file, clock) });
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", _reader);
        string[] Warnings() => [.. server.Log.All.Where(line => line.Contains("No API key is accepted", StringComparison.Ordinal))];
        async Task AnswersAsync(int status, string content)
        {
            await File.WriteAllTextAsync(file, content);
            for (int i = 0; i < 3; i++)
            {
                clock.Pass(TimeSpan.FromSeconds(2));
                Assert.Equal(status, (await server.GetAsync("/v1/info")).Status);
            }
        }

        await AnswersAsync(200, good);
        Assert.Empty(Warnings());
        await AnswersAsync(401, good[..20]);
        Assert.StartsWith($"Warning No API key is accepted: {file} is no file of API keys", Assert.Single(Warnings()), StringComparison.Ordinal);
        await AnswersAsync(200, good);
        Assert.Single(Warnings());
        await AnswersAsync(401, good[..20]);
        Assert.Equal(2, Warnings().Length);
    }

    [Fact]
    public async Task Keys_open_what_they_may()
    {
        await using TestServer server = await TestServer.StartAsync(configure: options => options.Access = _access);
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", _writer);
        (await server.PutAsync("/v1/items?id=a", Item)).Done(201);
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", _reader);
        (await server.PostAsync("/v1/search/code", Item)).Done();
        Assert.Contains("may read only", (await server.PutAsync("/v1/items?id=a", Item)).Problem(403), StringComparison.Ordinal);
        server.Client.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(200, (await server.GetAsync("/")).Status);
        (await server.GetAsync("/health/ready")).Done();
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "smb_wrong");
        (await server.GetAsync("/v1/info")).Problem(401);
    }

    [Fact]
    public async Task Too_many_requests_are_told_to_wait()
    {
        await using TestServer server = await TestServer.StartAsync(configure: options => options.Access = _access with { Rate = 3 });
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", _reader);
        Reply last = await server.GetAsync("/v1/info");
        for (int i = 0; i < 10 && last.Status == 200; i++)
        {
            last = await server.GetAsync("/v1/info");
        }
        last.Problem(429);
        Assert.True(last.Message.Headers.RetryAfter!.Delta > TimeSpan.Zero);
    }

    [Fact]
    public async Task Other_names_and_other_sites_are_refused_without_keys()
    {
        await using TestServer server = await TestServer.StartAsync([new Item("a", new ulong[] { 1, 0 })]);
        using HttpRequestMessage rebound = new(HttpMethod.Get, "/v1/info");
        rebound.Headers.Host = "evil.example.org";
        using HttpResponseMessage misdirected = await server.Client.SendAsync(rebound);
        Assert.Equal(421, (int)misdirected.StatusCode);
        Assert.Equal("application/problem+json", misdirected.Content.Headers.ContentType?.MediaType);
        using HttpRequestMessage foreign = new(HttpMethod.Delete, "/v1/items?id=a");
        foreign.Headers.Add("Origin", "https://evil.example.org");
        Assert.Equal(403, (int)(await server.Client.SendAsync(foreign)).StatusCode);
        (await server.GetAsync("/v1/items?id=a")).Done();
    }

    [Fact]
    public async Task Images_of_other_hosts_are_fetched_only_where_that_is_switched_on()
    {
        const string Search = """{"url": "https://images.example.org/a.jpg"}""";
        await using (TestServer off = await TestServer.StartAsync())
        {
            Assert.Contains("fetches no images from other hosts", (await off.PostAsync("/v1/search/url", Search)).Problem(403), StringComparison.Ordinal);
            Assert.False((await off.GetAsync("/v1/info")).Done().GetProperty("features").GetProperty("url").GetBoolean());
        }
        await using TestServer on = await TestServer.StartAsync(configure: options => options.UrlHosts = ["localhost:1", "127.0.0.1:1"]);
        Assert.Contains("is not among those that images may be fetched from", (await on.PostAsync("/v1/search/url", Search)).Problem(400), StringComparison.Ordinal);
        Assert.Contains("private or local network", (await on.PostAsync("/v1/search/url", """{"url": "http://localhost:1/a.jpg"}""")).Problem(400), StringComparison.Ordinal);
        Assert.Contains("cannot be fetched", (await on.PostAsync("/v1/search/url", """{"url": "http://127.0.0.1:1/a.jpg"}""")).Problem(422), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_tell_browsers_to_do_nothing_with_them()
    {
        await using TestServer server = await TestServer.StartAsync();
        foreach (string path in (string[])["/v1/info", "/v1/nothing", "/v1/items?id=nobody", "/health/live"])
        {
            Reply reply = await server.GetAsync(path);
            Assert.Equal("nosniff", reply.Message.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Contains("sandbox", reply.Message.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }
}
