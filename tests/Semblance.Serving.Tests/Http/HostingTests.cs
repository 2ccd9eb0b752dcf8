using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Semblance.Index;
using Semblance.Serving.Http;
using Semblance.Serving.Stores;
using Xunit;

namespace Semblance.Tests.Serving.Http;

/// <summary>The service within other people's applications.</summary>
public sealed class HostingTests
{
    [Fact]
    public async Task It_is_mapped_below_a_prefix_and_leaves_the_rest_alone()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "photos.index");
        await using WebApplication app = Application(options => (options.Index, options.Create) = (path, true), with => with.MapGroup("/photos").MapSemblance());
        app.MapGet("/hello", () => "hello");
        await app.StartAsync();
        using HttpClient client = app.GetTestClient();

        Assert.Equal("hello", await client.GetStringAsync("/hello"));
        Assert.Contains("\"bits\":96", await client.GetStringAsync("/photos/v1/info"), StringComparison.Ordinal);
        Assert.Contains("\"/photos/v1/search/code\"", await client.GetStringAsync("/photos/openapi/v1.json"), StringComparison.Ordinal);
        Assert.Contains("\"ready\"", await client.GetStringAsync("/photos/health/ready"), StringComparison.Ordinal);
        using HttpResponseMessage ours = await client.GetAsync("/photos/v1/nothing");
        Assert.Equal("application/problem+json", ours.Content.Headers.ContentType?.MediaType);
        using HttpResponseMessage theirs = await client.GetAsync("/nothing");
        Assert.Equal((404, ""), ((int)theirs.StatusCode, await theirs.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Their_own_document_does_not_list_it()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "photos.index");
        await using WebApplication app = Application(options => (options.Index, options.Create) = (path, true), with => with.MapSemblance(), services => services.AddOpenApi());
        app.MapOpenApi("/api/{documentName}.json");
        app.MapGet("/hello", () => "hello");
        await app.StartAsync();
        using HttpClient client = app.GetTestClient();
        string theirs = await client.GetStringAsync("/api/v1.json");
        Assert.Contains("/hello", theirs, StringComparison.Ordinal);
        Assert.DoesNotContain("/v1/info", theirs, StringComparison.Ordinal);
        Assert.DoesNotContain("/hello", await client.GetStringAsync("/openapi/v1.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_given_stays_open_and_an_own_one_is_closed()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "photos.index");
        await using (ISearchStore store = await SearchStores.OpenAsync(path, new StoreOptions { CreateBits = 96 }))
        {
            await using WebApplication app = Application(options => options.Store = store, with => with.MapSemblance());
            await app.StartAsync();
            await app.StopAsync();
            Assert.Equal(0, await store.UpsertAsync([new Item("a", new ulong[] { 1, 0 })]));
        }
        await using (WebApplication app = Application(options => options.Index = path, with => with.MapSemblance()))
        {
            await app.StartAsync();
            Assert.Throws<IOException>(() => LiveIndex.Open(path).Dispose());
            await app.StopAsync();
        }
        LiveIndex.Open(path).Dispose();
    }

    [Fact]
    public void Mapping_without_the_services_says_what_to_call()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        using WebApplication app = builder.Build();
        Assert.Contains("AddSemblanceSearch", Assert.Throws<InvalidOperationException>(() => app.MapSemblance()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_search_is_said_when_the_application_starts()
    {
        await using WebApplication app = Application(_ => { }, with => with.MapSemblance());
        Assert.Contains("nothing to search", (await Assert.ThrowsAsync<ArgumentException>(() => app.StartAsync())).Message, StringComparison.Ordinal);
    }

    private static WebApplication Application(Action<SearchServiceOptions> configure, Action<WebApplication> map, Action<IServiceCollection>? services = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddSemblanceSearch(configure);
        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        map(app);
        return app;
    }
}
