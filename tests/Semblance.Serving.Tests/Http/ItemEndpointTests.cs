using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Semblance.Deduplication;
using Semblance.Index;
using Semblance.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Serving.Http;

public sealed class ItemEndpointTests
{
    private const string Code = "000102030405060708090a0b";

    [Fact]
    public async Task An_item_is_put_replaced_read_and_deleted()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement put = (await server.PutAsync("/v1/items?id=a", $$"""{"code": "{{Code}}", "tags": ["x", "b", "x"], "payload": {"n": [1.50, "ü"]} }""")).Done(201);
        Assert.Equal($$"""{"id":"a","code":"{{Code}}","tags":["b","x"],"payload":{"n": [1.50, "ü"]},"image":false}""", put.GetRawText());
        Assert.Equal(put.GetRawText(), (await server.GetAsync("/v1/items?id=a")).Done().GetRawText());

        JsonElement replaced = (await server.PutAsync("/v1/items?id=a", """{"code": "ff0102030405060708090a0b"}""")).Done(200);
        Assert.Equal(JsonValueKind.Null, replaced.GetProperty("payload").ValueKind);
        Assert.Equal(0, replaced.GetProperty("tags").GetArrayLength());

        Assert.Equal(204, (await server.SendAsync(HttpMethod.Delete, "/v1/items?id=a")).Status);
        Assert.Contains("no item a", (await server.SendAsync(HttpMethod.Delete, "/v1/items?id=a")).Problem(404), StringComparison.Ordinal);
        Assert.Contains("no item a", (await server.GetAsync("/v1/items?id=a")).Problem(404), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_becomes_the_code_of_its_item()
    {
        await using TestServer server = await TestServer.StartAsync();
        RgbImage image = Collection.Image(1);
        using MultipartFormDataContent form = new()
        {
            { new ByteArrayContent(ImageCodec.Encode(image, ImageFormat.Png)) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } }, "image", "a.png" },
            { new StringContent("""{"tags": ["t"], "payload": 7}""", Encoding.UTF8, "application/json"), "item" },
        };
        JsonElement item = (await server.SendAsync(HttpMethod.Put, "/v1/items?id=a.png", form)).Done(201);
        Assert.Equal(Collection.Hex(new Item("x", PerceptualHash.Of(image)), PerceptualHash.Bits), item.GetProperty("code").GetString());
        Assert.Equal("t", item.GetProperty("tags")[0].GetString());
        Assert.Equal(7, item.GetProperty("payload").GetInt32());
    }

    [Theory]
    [InlineData(IdKind.Text)]
    [InlineData(IdKind.Number)]
    public async Task Pages_hold_every_item_once_in_the_order_of_ids(IdKind ids)
    {
        Item[] items = Collection.Items(25, 72, ids);
        await using TestServer server = await TestServer.StartAsync(items, 72, ids);
        List<string> seen = [];
        string? after = null;
        do
        {
            JsonElement page = (await server.GetAsync($"/v1/items/list?limit=10{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}")).Done();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);
        Assert.Equal(items.Select(item => item.Id).Order().Select(id => id.ToString()), seen);
        Assert.Equal(JsonValueKind.Null, (await server.GetAsync("/v1/items/list?limit=25")).Done().GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task A_batch_counts_what_it_did()
    {
        await using TestServer server = await TestServer.StartAsync([new Item("a", new ulong[] { 1, 0 }), new Item("b", new ulong[] { 2, 0 })]);
        JsonElement done = (await server.PostAsync("/v1/items/batch", $$"""{"upsert": [{"id": "a", "code": "{{Code}}"}, {"id": "c", "code": "{{Code}}", "tags": ["x"]}], "delete": ["b", "nobody"]}""")).Done();
        Assert.Equal("""{"added":1,"replaced":1,"deleted":1}""", done.GetRawText());
        Assert.Equal(["a", "c"], (await server.GetAsync("/v1/items/list")).Done().GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_batch_with_faults_changes_nothing_and_lists_them()
    {
        await using TestServer server = await TestServer.StartAsync();
        Reply reply = await server.PostAsync("/v1/items/batch", $$"""{"upsert": [{"id": "a", "code": "{{Code}}"}, {"id": "b", "code": "12"}, {"id": "a", "code": "{{Code}}"}, {"id": "", "code": "{{Code}}"}], "delete": ["a"]}""");
        string detail = reply.Problem(400);
        Assert.Contains("4 of the 5 items cannot be taken, and none was", detail, StringComparison.Ordinal);
        Assert.Contains("upsert[1]: code 12 is no code of this index", detail, StringComparison.Ordinal);
        Assert.Equal(["upsert[1]", "upsert[2]", "upsert[3]", "delete[0]"], reply.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetString()!.Split(':')[0]));
        Assert.Equal(0, (await server.GetAsync("/v1/info")).Done().GetProperty("store").GetProperty("items").GetInt32());
    }

    [Fact]
    public async Task Searches_and_writes_at_the_same_time_see_whole_items()
    {
        await using TestServer server = await TestServer.StartAsync(Collection.Items(200, 96, IdKind.Text));
        string[] codes = [Code, "ffffffffffffffffffffffff"];
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            if (i % 4 == 0)
            {
                Reply put = await server.PutAsync("/v1/items?id=busy", $$"""{"code": "{{codes[i / 4 % 2]}}", "tags": ["{{codes[i / 4 % 2]}}"]}""");
                Assert.Contains(put.Status, (int[])[200, 201]);
                return;
            }
            JsonElement found = (await server.PostAsync("/v1/search/code", $$"""{"code": "{{Code}}", "k": 300}""")).Done();
            foreach (JsonElement hit in found.GetProperty("hits").EnumerateArray().Where(hit => hit.GetProperty("id").GetString() == "busy"))
            {
                Assert.Equal(hit.GetProperty("code").GetString(), hit.GetProperty("tags")[0].GetString());
                Assert.Equal(hit.GetProperty("code").GetString() == Code ? 0 : 76, hit.GetProperty("distance").GetInt32());
            }
        });
    }
}
