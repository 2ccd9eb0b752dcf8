using System.Net.Http.Headers;
using System.Text;
using Semblance.Index;
using Semblance.Serving.Security;
using Semblance.Tensors.Images;
using Semblance.Tests.Deduplication;
using Semblance.Tests.Serving.Http;
using Semblance.Tests.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Serving.Security;

/// <summary>What somebody who means harm sends over HTTP.</summary>
public sealed class HostileRequestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _images;

    public HostileRequestTests()
    {
        _images = _folder.File("images");
        Directory.CreateDirectory(_images);
        File.WriteAllBytes(_folder.File("secret.jpg"), Pictures.Jpeg(Pictures.Make(1)));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("../secret.jpg")]
    [InlineData("..%2Fsecret.jpg")]
    [InlineData("%2e%2e%2fsecret.jpg")]
    [InlineData("..%5Csecret.jpg")]
    [InlineData("%252e%252e%252fsecret.jpg")]
    [InlineData("%EF%BC%8E%EF%BC%8E%EF%BC%8Fsecret.jpg")]
    [InlineData("..%00/secret.jpg")]
    [InlineData("link.jpg")]
    public async Task A_path_out_of_the_image_root_shows_nothing(string sent)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(Path.Combine(_images, "link.jpg"), _folder.File("secret.jpg"));
        }
        string[] ids = ["../secret.jpg", "..\\secret.jpg", "%2e%2e%2fsecret.jpg", "\uFF0E\uFF0E\uFF0Fsecret.jpg", "..\0/secret.jpg", "link.jpg"];
        await using TestServer server = await TestServer.StartAsync(ids.Select(id => new Item(id, new ulong[] { 1, 0 })), configure: options => options.Images = _images);
        foreach (string path in (string[])[$"/v1/images?id={sent}", $"/v1/thumbnails?id={sent}"])
        {
            Reply reply = await server.GetAsync(path);
            Assert.Contains(reply.Status, (int[])[400, 404]);
            reply.Problem(reply.Status);
        }
    }

    [Fact]
    public async Task A_page_in_disguise_is_served_as_the_image_that_it_begins_as_and_may_do_nothing()
    {
        byte[] polyglot = [.. TestImages.RedGif(), .. "<html><script>alert(document.domain)</script></html>"u8];
        await File.WriteAllBytesAsync(Path.Combine(_images, "x.html"), polyglot, Stop);
        await using TestServer server = await TestServer.StartAsync([new Item("x.html", new ulong[] { 1, 0 })], configure: options => options.Images = _images);
        using HttpResponseMessage reply = await server.Client.GetAsync("/v1/images?id=x.html", Stop);
        Assert.Equal("image/gif", reply.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", reply.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(SecurityHeaders.DataPolicy, reply.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("same-origin", reply.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
    }

    [Fact]
    public async Task An_id_cannot_add_headers_to_an_answer()
    {
        const string Id = "a\r\nSet-Cookie: session=1\r\n\r\n<script>.jpg\"; filename=\"evil.exe";
        await using TestServer server = await TestServer.StartAsync([new Item(Id, new ulong[] { 1, 0 })], configure: options => options.Images = _images);
        using MultipartFormDataContent form = new() { { new ByteArrayContent(Pictures.Jpeg(Pictures.Make(1))) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } }, "image", "x.jpg" } };
        Assert.Equal(200, (await server.SendAsync(HttpMethod.Put, $"/v1/items?id={Uri.EscapeDataString(Id)}", form)).Status);
        using HttpResponseMessage reply = await server.Client.GetAsync($"/v1/images?id={Uri.EscapeDataString(Id)}", Stop);
        Assert.Equal(200, (int)reply.StatusCode);
        Assert.False(reply.Headers.Contains("Set-Cookie"));
        string disposition = reply.Content.Headers.GetValues("Content-Disposition").Single();
        Assert.Matches("^inline; filename=\"[A-Za-z0-9._-]+\"$", disposition);
    }

    [Theory]
    [InlineData("/v1/search/code")]
    [InlineData("/v1/items/batch")]
    [InlineData("/v1/search/batch")]
    public async Task Json_that_is_nested_without_end_is_refused(string path)
    {
        await using TestServer server = await TestServer.StartAsync();
        foreach (string open in (string[])["[", "{\"filter\":", "{\"filter\":{\"payload\":", "{\"a\":["])
        {
            StringBuilder json = new();
            for (int i = 0; i < 50_000; i++)
            {
                json.Append(open);
            }
            (await server.PostAsync(path, json.ToString())).Problem(400);
        }
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200);
        (await server.PostAsync("/v1/search/code", $$$"""{"code": "000102030405060708090a0b", "filter": {"payload": {{{deep}}}}}""")).Problem(400);
    }

    [Fact]
    public async Task Formats_that_are_not_read_and_bombs_are_refused_over_http()
    {
        await using TestServer server = await TestServer.StartAsync(configure: options => options.MaxPixels = 1_000_000);
        (byte[] Body, int Status)[] sent =
        [
            (Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/passwd\"/></svg>"), 422),
            (Encoding.UTF8.GetBytes("%PDF-1.7"), 422),
            (TestImages.RawPng(30_000, 30_000, 8, 2, []), 413),
            (TestImages.WithJpegSize(Pictures.Jpeg(Pictures.Make(1)), 60_000, 60_000), 413),
        ];
        foreach ((byte[] body, int status) in sent)
        {
            Reply reply = await server.SendAsync(HttpMethod.Post, "/v1/search/image?k=1", new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } });
            Assert.Contains(reply.Status, (int[])[status, 415, 422]);
            reply.Problem(reply.Status);
        }
    }

    public void Dispose() => _folder.Dispose();
}
