using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Semblance.Deduplication;
using Semblance.Index;
using Semblance.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Serving.Http;

public sealed class SearchEndpointTests
{
    private const int Bits = 72;

    [Theory]
    [InlineData(IdKind.Text)]
    [InlineData(IdKind.Number)]
    public async Task Every_search_finds_what_the_index_finds(IdKind ids)
    {
        Item[] items = Collection.Items(300, Bits, ids);
        await using TestServer server = await TestServer.StartAsync(items, Bits, ids);
        using Oracle oracle = new(items, Bits, ids);
        foreach (Item query in items.Take(5))
        {
            string code = Collection.Hex(query, Bits);
            string id = JsonSerializer.Serialize(query.Id.ToString());
            Assert.Equal(oracle.Nearest(query, 10), Hits(await server.PostAsync("/v1/search/code", $$"""{"code": "{{code}}"}""")));
            Assert.Equal(oracle.Nearest(query, 1000), Hits(await server.PostAsync("/v1/search/code", $$"""{"code": "{{code}}", "k": 1000}""")));
            Assert.Equal(oracle.Nearest(query, 8)[1..], Hits(await server.PostAsync("/v1/search/id", $$"""{"id": {{id}}, "k": 7}""")));
            foreach (int radius in (int[])[0, 5, 25, 40, 72])
            {
                Assert.Equal(oracle.Within(query, radius), Hits(await server.PostAsync("/v1/search/code", $$"""{"code": "{{code}}", "radius": {{radius}}}""")));
                Assert.Equal(oracle.Within(query, radius).Take(3), Hits(await server.PostAsync("/v1/search/code", $$"""{"code": "{{code}}", "radius": {{radius}}, "k": 3}""")));
                Assert.Equal(oracle.Within(query, radius)[1..], Hits(await server.PostAsync("/v1/search/id", $$"""{"id": {{id}}, "radius": {{radius}}}""")));
            }
        }
    }

    [Fact]
    public async Task Filters_are_those_of_the_index()
    {
        Item[] items = Collection.Items(200, Bits, IdKind.Text);
        await using TestServer server = await TestServer.StartAsync(items, Bits);
        async Task<string[]> Ids(string filter) => [.. Hits(await server.PostAsync("/v1/search/code", $$"""{"code": "{{Collection.Hex(items[0], Bits)}}", "k": 1000, "filter": {{filter}}}""")).Select(hit => hit.Id).Order(StringComparer.Ordinal)];
        string[] Those(Func<Item, int, bool> which) => [.. items.Where(which).Select(item => item.Id.ToString()).Order(StringComparer.Ordinal)];

        Assert.Equal(Those((item, _) => item.Tags.Contains("even")), await Ids("""{"allTags": ["even"]}"""));
        Assert.Equal(Those((item, _) => item.Tags.Contains("even") && item.Tags.Contains("third")), await Ids("""{"allTags": ["even", "third"]}"""));
        Assert.Equal(Those((item, _) => item.Tags.Contains("even") || item.Tags.Contains("third")), await Ids("""{"anyTags": ["even", "third", "nobody"]}"""));
        Assert.Equal(Those((item, _) => !item.Tags.Contains("even")), await Ids("""{"noTags": ["even"]}"""));
        Assert.Equal(Those((_, i) => i % 5 == 2), await Ids("""{"payload": {"rest": 2}}"""));
        Assert.Equal(Those((item, i) => i % 5 == 2 && item.Tags.Contains("even")), await Ids("""{"payload": {"rest": 2.0}, "allTags": ["even"]}"""));
        Assert.Empty(await Ids("""{"payload": {"rest": 9}}"""));
        Assert.Equal(items.Length, (await Ids("{}")).Length);
    }

    [Fact]
    public async Task A_batch_is_its_searches_one_by_one()
    {
        Item[] items = Collection.Items(100, Bits, IdKind.Text);
        await using TestServer server = await TestServer.StartAsync(items, Bits);
        using Oracle oracle = new(items, Bits, IdKind.Text);
        string queries = string.Join(", ", items.Take(6).Select((item, i) => i % 2 == 0 ? $$"""{"code": "{{Collection.Hex(item, Bits)}}"}""" : $$"""{"id": {{JsonSerializer.Serialize(item.Id.ToString())}}}"""));
        JsonElement[] results = [.. (await server.PostAsync("/v1/search/batch", $$"""{"queries": [{{queries}}], "k": 4}""")).Done().GetProperty("results").EnumerateArray()];
        Assert.Equal(6, results.Length);
        for (int i = 0; i < results.Length; i++)
        {
            Assert.Equal(i % 2 == 0 ? oracle.Nearest(items[i], 4) : oracle.Nearest(items[i], 5)[1..], Hits(results[i]));
        }
    }

    [Fact]
    public async Task An_image_finds_what_its_hash_finds()
    {
        RgbImage[] images = [.. Enumerable.Range(0, 8).Select(Collection.Image)];
        Item[] items = [.. images.Select((image, i) => new Item($"{i}.png", PerceptualHash.Of(image), [i % 2 == 0 ? "even" : "odd"]))];
        await using TestServer server = await TestServer.StartAsync(items);
        byte[] png = ImageCodec.Encode(images[3], ImageFormat.Png);

        Reply byBytes = await server.SendAsync(HttpMethod.Post, "/v1/search/image?k=3", Bytes(png));
        Assert.Equal(("3.png", 0), Hits(byBytes)[0]);
        Assert.Equal(3, Hits(byBytes).Length);
        Assert.Equal(Collection.Hex(items[3], PerceptualHash.Bits), byBytes.Json.GetProperty("query").GetProperty("code").GetString());
        Assert.Equal(Hits(byBytes), Hits(await server.SendAsync(HttpMethod.Post, "/v1/search/image", Form(png, """{"k": 3}"""))));
        Assert.Equal(10, Hits(await server.SendAsync(HttpMethod.Post, "/v1/search/image", Form(png, null))).Length + 2);
        Assert.All(Hits(await server.SendAsync(HttpMethod.Post, "/v1/search/image?allTag=even&noTag=odd", Bytes(png))), hit => Assert.Contains(hit.Id[0], "0246"));
    }

    [Fact]
    public async Task Ids_of_any_letters_go_there_and_back()
    {
        string[] ids = ["a/b c.jpg", "100%25.jpg", "ü+ß&=?#.png", "日本/語 🎈", "..", "/", "'\"\\", " ", "\u0001", new string('x', 1024)];
        await using TestServer server = await TestServer.StartAsync(ids.Select((id, i) => new Item(id, new ulong[] { (ulong)i, 0 })));
        foreach (string id in ids)
        {
            Assert.Equal(id, (await server.GetAsync($"/v1/items?id={Uri.EscapeDataString(id)}")).Done().GetProperty("id").GetString());
            JsonElement found = (await server.PostAsync("/v1/search/id", $$"""{"id": {{JsonSerializer.Serialize(id)}}}""")).Done();
            Assert.Equal(ids.Except([id]).Order(StringComparer.Ordinal), Hits(found).Select(hit => hit.Id).Order(StringComparer.Ordinal));
        }
        (await server.SendAsync(HttpMethod.Delete, $"/v1/items?id={Uri.EscapeDataString(ids[1])}")).Message.EnsureSuccessStatusCode();
        (await server.GetAsync($"/v1/items?id={Uri.EscapeDataString(ids[1])}")).Problem(404);
    }

    private static (string Id, int Distance)[] Hits(Reply reply) => Hits(reply.Done());

    private static (string Id, int Distance)[] Hits(JsonElement response) =>
        [.. response.GetProperty("hits").EnumerateArray().Select(hit => (hit.GetProperty("id").GetString()!, hit.GetProperty("distance").GetInt32()))];

    private static ByteArrayContent Bytes(byte[] png) => new(png) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };

    private static MultipartFormDataContent Form(byte[] png, string? search)
    {
        MultipartFormDataContent form = new() { { Bytes(png), "image", "photo.png" } };
        if (search is not null)
        {
            form.Add(new StringContent(search, Encoding.UTF8, "application/json"), "search");
        }
        return form;
    }

    /// <summary>An index that is asked directly.</summary>
    private sealed class Oracle : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly LiveIndex _index;

        public Oracle(Item[] items, int bits, IdKind ids)
        {
            _index = LiveIndex.Create(Path.Combine(_folder.Path, "oracle"), new LiveIndexOptions { Bits = bits, Ids = ids });
            _index.Upsert(items);
        }

        public (string Id, int Distance)[] Nearest(Item query, int k) => Pairs(_index.Nearest(query.Code.Span, k));

        public (string Id, int Distance)[] Within(Item query, int radius) => Pairs(_index.Within(query.Code.Span, radius));

        public void Dispose()
        {
            _index.Dispose();
            _folder.Dispose();
        }

        private static (string Id, int Distance)[] Pairs(ItemMatch[] matches) => Array.ConvertAll(matches, match => (match.Id.ToString(), match.Distance));
    }
}
