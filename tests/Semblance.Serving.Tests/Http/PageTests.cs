using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using Semblance.Serving.Page;
using Xunit;

namespace Semblance.Tests.Serving.Http;

public sealed class PageTests
{
    [Fact]
    public void Files_are_known_for_what_they_are()
    {
        Assert.Equal("text/html; charset=utf-8", new PageFile("index.html", [1]).MediaType);
        Assert.Equal("text/javascript; charset=utf-8", new PageFile("a/b.js", [1]).MediaType);
        Assert.Equal("application/octet-stream", new PageFile("a.bin", [1]).MediaType);
        Assert.NotEqual(new PageFile("a.js", [1]).ETag, new PageFile("a.js", [2]).ETag);
    }

    [Theory]
    [InlineData("br, gzip", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("", null)]
    public void Text_is_compressed_as_a_browser_takes_it(string accepted, string? expected)
    {
        PageFile file = new("search.js", [.. Enumerable.Repeat((byte)'a', 10_000)]);
        (byte[] bytes, string? encoding) = file.In(accepted);
        Assert.Equal(expected, encoding);
        using Stream plain = encoding switch
        {
            "br" => new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress),
            "gzip" => new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress),
            _ => new MemoryStream(bytes),
        };
        using MemoryStream back = new();
        plain.CopyTo(back);
        Assert.Equal(file.Content, back.ToArray());
        Assert.Null(new PageFile("a.png", file.Content).In(accepted).Encoding);
    }

    [Fact]
    public async Task The_page_is_served_with_tags_and_below_a_prefix()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        await using WebApplication app = builder.Build();
        PageEndpoints.Map(app.MapGroup("/search"), [new PageFile("index.html", "<p>hello"u8.ToArray()), new PageFile("assets/a.css", "p{}"u8.ToArray())], (context, show) => show(context));
        await app.StartAsync();
        using HttpClient client = app.GetTestClient();

        using HttpResponseMessage moved = await client.GetAsync("/search?x=1");
        Assert.Equal((302, "/search/?x=1"), ((int)moved.StatusCode, moved.Headers.Location?.OriginalString));
        using HttpResponseMessage page = await client.GetAsync("/search/");
        Assert.Equal("<p>hello", await page.Content.ReadAsStringAsync());
        Assert.Equal("p{}", await client.GetStringAsync("/search/assets/a.css"));
        using HttpRequestMessage again = new(HttpMethod.Get, "/search/");
        again.Headers.IfNoneMatch.Add(page.Headers.ETag!);
        Assert.Equal(304, (int)(await client.SendAsync(again)).StatusCode);
        Assert.Equal(405, (int)(await client.PostAsync("/search/", null)).StatusCode);
    }

    [Fact]
    public async Task The_page_that_was_built_is_in_the_program()
    {
        await using TestServer server = await TestServer.StartAsync();
        Reply page = await server.GetAsync("/");
        Assert.Equal((200, "text/html"), (page.Status, page.MediaType));
        Assert.Contains("script-src 'self'", page.Message.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.All(PageFiles.All, file => Assert.DoesNotContain("..", file.Name, StringComparison.Ordinal));
        foreach (PageFile file in PageFiles.All.Where(file => file.Name != PageFiles.Index))
        {
            Assert.Equal(200, (await server.GetAsync("/" + file.Name)).Status);
        }
    }
}
