using System.Text.Json;
using Semblance.Index;
using Semblance.Tests.Serving.Http;
using Xunit;

namespace Semblance.Tests.Serving.Browsing;

public sealed class BrowsingEndpointTests
{
    private static readonly Item[] Items =
    [
        new("a/1.jpg", new ulong[] { 0 }, ["red", "cat"]), new("a/2.jpg", new ulong[] { 1 }, ["red"]), new("b/1.jpg", new ulong[] { 0xFF00 }), new("b/2.jpg", new ulong[] { 0xFF00 }, ["cat", "red"]),
    ];

    [Fact]
    public async Task The_collection_is_browsed()
    {
        await using TestServer server = await TestServer.StartAsync(Items, bits: 16);

        JsonElement tags = (await server.GetAsync("/v1/tags?limit=1")).Done();
        Assert.Equal(("red", 3), (tags.GetProperty("tags")[0].GetProperty("tag").GetString(), tags.GetProperty("tags")[0].GetProperty("count").GetInt32()));
        Assert.Equal(4, tags.GetProperty("items").GetInt32());
        JsonElement map = (await server.GetAsync("/v1/map")).Done();
        Assert.Equal(["a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg"], map.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("id").GetString()).Order(StringComparer.Ordinal));
        Assert.InRange(map.GetProperty("explained").GetDouble(), 0.99, 1);
        JsonElement clusters = (await server.GetAsync("/v1/clusters?count=2")).Done();
        Assert.Equal([2, 2], clusters.GetProperty("clusters").EnumerateArray().Select(cluster => cluster.GetProperty("size").GetInt32()));
        JsonElement groups = (await server.GetAsync("/v1/duplicates?radius=0")).Done();
        Assert.Equal("""[["b/1.jpg","b/2.jpg"]]""", groups.GetProperty("groups").GetRawText());
    }

    [Fact]
    public async Task Judgments_are_kept_listed_exported_and_taken_back()
    {
        await using TestServer server = await TestServer.StartAsync(Items, bits: 16);

        (await server.PostAsync("/v1/judgments", """{"query": {"id": "a/1.jpg"}, "item": "a/2.jpg", "relevant": true}""")).Message.EnsureSuccessStatusCode();
        (await server.PostAsync("/v1/judgments", """{"query": {"code": "00FF"}, "item": "b/1.jpg", "relevant": true}""")).Message.EnsureSuccessStatusCode();
        (await server.PostAsync("/v1/judgments", """{"query": {"code": "00ff"}, "item": "a/1.jpg", "relevant": false}""")).Message.EnsureSuccessStatusCode();

        Assert.Equal(["a/2.jpg", "b/1.jpg", "a/1.jpg"], (await server.GetAsync("/v1/judgments")).Done().GetProperty("judgments").EnumerateArray().Select(judgment => judgment.GetProperty("item").GetString()));
        Assert.Equal(2, (await server.GetAsync("/v1/judgments?queryCode=00ff")).Done().GetProperty("judgments").GetArrayLength());
        Assert.Equal("a/2.jpg", (await server.GetAsync("/v1/judgments?queryId=a%2F1.jpg")).Done().GetProperty("judgments")[0].GetProperty("item").GetString());
        Assert.StartsWith("query,item,relevant,time\na/1.jpg,a/2.jpg,true,", (await server.GetAsync("/v1/judgments?format=csv")).Text, StringComparison.Ordinal);
        Http.Reply labels = await server.GetAsync("/v1/judgments?format=labels");
        Assert.Equal("text/csv", labels.MediaType);
        Assert.Equal("path,label,conflicts\na/1.jpg,group-1,0\na/2.jpg,group-1,0\n", labels.Text);

        const string Pair = """{"query": {"id": "a/1.jpg"}, "item": "a/2.jpg"}""";
        Assert.Equal(204, (await server.SendAsync(HttpMethod.Delete, "/v1/judgments", Json(Pair))).Status);
        Assert.Contains("no judgment of a/2.jpg", (await server.SendAsync(HttpMethod.Delete, "/v1/judgments", Json(Pair))).Problem(404), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"query": {"id": "a/1.jpg"}, "item": "nowhere", "relevant": true}""", 404, "no item nowhere")]
    [InlineData("""{"query": {"id": "nowhere"}, "item": "a/1.jpg", "relevant": true}""", 404, "no item nowhere")]
    [InlineData("""{"query": {"code": "0"}, "item": "a/1.jpg", "relevant": true}""", 400, "hexadecimal digits")]
    [InlineData("""{"query": {"id": "a", "code": "0000"}, "item": "a/1.jpg", "relevant": true}""", 400, "either an id or a code")]
    [InlineData("""{"query": {}, "item": "a/1.jpg", "relevant": true}""", 400, "either an id or a code")]
    [InlineData("""{"query": {"id": "a/1.jpg"}, "item": "a/1.jpg"}""", 400, "relevant")]
    [InlineData("""{"query": null, "item": "a/1.jpg", "relevant": true}""", 400, "query")]
    [InlineData("""{"query": {"id": "a/1.jpg"}, "item": "", "relevant": true}""", 400, "id is empty")]
    public async Task A_judgment_that_cannot_be_is_refused(string body, int status, string sentence)
    {
        await using TestServer server = await TestServer.StartAsync(Items, bits: 16);
        Assert.Contains(sentence, (await server.PostAsync("/v1/judgments", body)).Problem(status), StringComparison.Ordinal);
        Assert.Equal(0, (await server.GetAsync("/v1/judgments")).Done().GetProperty("judgments").GetArrayLength());
    }

    [Theory]
    [InlineData("/v1/map?points=0", "points is 0; 1 to 20000 is needed.")]
    [InlineData("/v1/clusters?count=257", "count is 257; 1 to 256 is needed.")]
    [InlineData("/v1/duplicates?radius=17", "radius is 17; 0 to 16 is needed.")]
    [InlineData("/v1/tags?limit=x", "limit is x; a whole number is needed.")]
    [InlineData("/v1/judgments?format=xml", "format is xml; json, csv or labels is needed.")]
    public async Task A_number_out_of_range_is_refused(string path, string sentence)
    {
        await using TestServer server = await TestServer.StartAsync(Items, bits: 16);
        Assert.Equal(sentence, (await server.GetAsync(path)).Problem(400));
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
