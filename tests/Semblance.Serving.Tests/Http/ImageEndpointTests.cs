using System.Net.Http.Headers;
using System.Text.Json;
using Semblance.Index;
using Semblance.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Serving.Http;

public sealed class ImageEndpointTests : IDisposable
{
    private readonly TemporaryFolder _images = new();

    public void Dispose() => _images.Dispose();

    [Fact]
    public async Task An_image_of_the_folder_is_shown_small_and_as_it_is()
    {
        byte[] png = ImageCodec.Encode(Collection.Image(1), ImageFormat.Png);
        Directory.CreateDirectory(_images.File("beach"));
        await File.WriteAllBytesAsync(_images.File("beach/ü 1.png"), png);
        await File.WriteAllBytesAsync(_images.File("other.png"), png);
        await using TestServer server = await StartAsync(new Item("beach/ü 1.png", new ulong[] { 1, 0 }), new Item("nothing.png", new ulong[] { 2, 0 }));

        byte[] original = await server.Client.GetByteArrayAsync("/v1/images?id=beach%2F%C3%BC%201.png");
        Assert.Equal(png, original);
        using HttpResponseMessage small = await server.Client.GetAsync("/v1/thumbnails?id=beach/%C3%BC%201.png&size=64");
        Assert.Equal("image/jpeg", small.Content.Headers.ContentType?.MediaType);
        Assert.True(ImageCodec.TryProbe(await small.Content.ReadAsByteArrayAsync(), out ImageInfo info, out _));
        Assert.Equal(48, info.Width);

        using HttpRequestMessage again = new(HttpMethod.Get, "/v1/thumbnails?id=beach/%C3%BC%201.png&size=64");
        again.Headers.IfNoneMatch.Add(small.Headers.ETag!);
        Assert.Equal(304, (int)(await server.Client.SendAsync(again)).StatusCode);

        JsonElement[] items = [.. (await server.GetAsync("/v1/items/list")).Done().GetProperty("items").EnumerateArray()];
        Assert.Equal([true, false], items.Select(item => item.GetProperty("image").GetBoolean()));
        Assert.True((await server.GetAsync("/v1/info")).Done().GetProperty("features").GetProperty("images").GetBoolean());
        Assert.Contains("has no image here", (await server.GetAsync("/v1/thumbnails?id=nothing.png")).Problem(404), StringComparison.Ordinal);
        Assert.Contains("no item other.png", (await server.GetAsync("/v1/images?id=other.png")).Problem(404), StringComparison.Ordinal);
        Assert.Contains("size is 0", (await server.GetAsync("/v1/thumbnails?id=nothing.png&size=0")).Problem(400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_uploaded_image_is_kept_until_its_item_is_deleted()
    {
        await using TestServer server = await StartAsync();
        byte[] png = ImageCodec.Encode(Collection.Image(1), ImageFormat.Png);
        Assert.True((await PutAsync(server, "../a", png)).Done(201).GetProperty("image").GetBoolean());
        Assert.Equal(png, await server.Client.GetByteArrayAsync("/v1/images?id=../a"));

        byte[] other = ImageCodec.Encode(Collection.Image(2), ImageFormat.Png);
        (await PutAsync(server, "../a", other)).Done(200);
        Assert.Equal(other, await server.Client.GetByteArrayAsync("/v1/images?id=../a"));
        Assert.Contains("not an image", (await PutAsync(server, "../a", [1, 2, 3])).Problem(422), StringComparison.Ordinal);
        Assert.Equal(other, await server.Client.GetByteArrayAsync("/v1/images?id=../a"));

        Assert.Equal(204, (await server.SendAsync(HttpMethod.Delete, "/v1/items?id=../a")).Status);
        (await server.GetAsync("/v1/images?id=../a")).Problem(404);
        Assert.Empty(Directory.EnumerateFiles(_images.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_item_and_its_image_belong_together_whoever_writes_beside()
    {
        await using TestServer server = await StartAsync();
        byte[][] pngs = [.. Enumerable.Range(1, 2).Select(i => ImageCodec.Encode(Collection.Image(i), ImageFormat.Png))];
        string[] codes = [.. await Task.WhenAll(pngs.Select(async (png, i) => (await PutAsync(server, $"code {i}", png)).Done(201).GetProperty("code").GetString()!))];
        Assert.NotEqual(codes[0], codes[1]);
        for (int round = 0; round < 60; round++)
        {
            string id = $"item {round}";
            await Task.WhenAll(PutAsync(server, id, pngs[0]), PutAsync(server, id, pngs[1]), server.SendAsync(HttpMethod.Delete, $"/v1/items?id={id}"));
            if ((await server.GetAsync($"/v1/items?id={id}")) is not { Status: 200 } found)
            {
                (await server.GetAsync($"/v1/images?id={id}")).Problem(404);
                continue;
            }
            byte[] image = await server.Client.GetByteArrayAsync($"/v1/images?id={id}");
            Assert.Equal(found.Json.GetProperty("code").GetString(), codes[image.SequenceEqual(pngs[0]) ? 0 : 1]);
        }
    }

    [Fact]
    public async Task An_image_root_that_cannot_be_written_is_told()
    {
        await File.WriteAllTextAsync(_images.File(".uploads"), "a file where the folder of uploads should be");
        await using TestServer server = await StartAsync();
        Reply reply = await PutAsync(server, "a", ImageCodec.Encode(Collection.Image(1), ImageFormat.Png));
        Assert.Contains("the image root cannot be written", reply.Problem(503), StringComparison.Ordinal);
        (await server.GetAsync("/v1/items?id=a")).Problem(404);
    }

    [Fact]
    public async Task A_file_that_is_no_image_is_not_given_out()
    {
        await File.WriteAllTextAsync(_images.File("page.html"), "<script>alert(1)</script>");
        await using TestServer server = await StartAsync(new Item("page.html", new ulong[] { 1, 0 }));
        Assert.Contains("not an image by its content", (await server.GetAsync("/v1/images?id=page.html")).Problem(422), StringComparison.Ordinal);
        Assert.Contains("not an image by its content", (await server.GetAsync("/v1/thumbnails?id=page.html")).Problem(422), StringComparison.Ordinal);
    }

    private Task<TestServer> StartAsync(params Item[] items) => TestServer.StartAsync(items, configure: options => options.Images = _images.Path);

    private static Task<Reply> PutAsync(TestServer server, string id, byte[] png)
    {
        MultipartFormDataContent form = new() { { new ByteArrayContent(png) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } }, "image", "a.png" } };
        return server.SendAsync(HttpMethod.Put, $"/v1/items?id={Uri.EscapeDataString(id)}", form);
    }
}
