using System.Text.Json;
using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Serving.Http;

public sealed class SearchEndpointTests
{
    [Fact]
    public async Task A_search_by_code_finds_what_the_index_finds()
    {
        await using TestServer server = await TestServer.StartAsync([new Item("a/ü%.jpg", new ulong[] { 1, 0 }, ["x"], """{"n": 1}"""), new Item("b", new ulong[] { 3, 0 })]);
        JsonElement found = (await server.PostAsync("/v1/search/code", """{"code": "000000000000000000000000", "k": 1}""")).Done();
        JsonElement hit = found.GetProperty("hits").EnumerateArray().Single();
        Assert.Equal("a/ü%.jpg", hit.GetProperty("id").GetString());
        Assert.Equal(1, hit.GetProperty("distance").GetInt32());
        Assert.Equal("010000000000000000000000", hit.GetProperty("code").GetString());
        Assert.Equal(1, hit.GetProperty("payload").GetProperty("n").GetInt32());
    }
}
