using System.Net.Http.Headers;
using System.Text;
using Semblance.Index;
using Xunit;

namespace Semblance.Tests.Serving.Http;

/// <summary>What is wrong with a request is said in a sentence, with a status that blames the right side.</summary>
public sealed class BadRequestTests
{
    private const string Code = "000102030405060708090a0b";

    public static TheoryData<string, string, string, int, string> Json => new()
    {
        { "POST", "/v1/search/code", "", 400, "the body is empty; send a JSON object with code, k" },
        { "POST", "/v1/search/code", "null", 400, "the body is null" },
        { "POST", "/v1/search/code", "[1]", 400, "wrong kind" },
        { "POST", "/v1/search/code", "{", 400, "the body is not JSON: line 1, byte 2" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}"} x""", 400, "the body is not JSON" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "k": NaN}""", 400, "the body is not JSON" },
        { "POST", "/v1/search/code", "{}", 400, "the body lacks code" },
        { "POST", "/v1/search/code", """{"code": "\ud800"}""", 400, "wrong kind at code; a text is needed" },
        { "POST", "/v1/search/code", """{"code": null}""", 400, "wrong kind at code; a text is needed" },
        { "POST", "/v1/search/code", """{"code": 5}""", 400, "wrong kind at code; a text is needed" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "code": "{{Code}}"}""", 400, "twice at code" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "kk": 1}""", 400, "a member at kk that is not known; known are code, k" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "k": "1"}""", 400, "wrong kind at k; a whole number is needed" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "k": 1.5}""", 400, "wrong kind at k; a whole number is needed" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "k": 99999999999}""", 400, "wrong kind at k" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "k": 0}""", 400, "k is 0; at least 1 is needed" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "k": -1}""", 400, "k is -1; at least 1 is needed" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "approximate": true, "efSearch": 0}""", 400, "efSearch is 0; 1 to 1000 is needed" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "efSearch": 1001}""", 400, "efSearch is 1001; 1 to 1000 is needed" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "k": 1001}""", 400, "k is 1001; this service gives at most 1000" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "radius": -1}""", 400, "radius is -1; 0 (equal codes) or more is needed" },
        { "POST", "/v1/search/code", """{"code": "12"}""", 400, "code 12 is no code of this index: codes of 96 bits have 24 hexadecimal digits" },
        { "POST", "/v1/search/code", """{"code": "000102030405060708090a0x"}""", 400, "is no code of this index" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "filter": {"anyTags": [""]} }""", 400, "none of them empty" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "filter": {"anyTag": ["a"]} }""", 400, "a member at filter.anyTag that is not known" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "filter": {"anyTags": [null]} }""", 400, "none of them empty" },
        { "POST", "/v1/search/code", $$"""{"code": "{{Code}}", "partial": 1}""", 400, "wrong kind at partial; true or false is needed" },
        { "POST", "/v1/search/id", """{"id": "nobody"}""", 404, "the index has no item nobody" },
        { "POST", "/v1/search/id", """{"id": ""}""", 400, "the id is empty" },
        { "POST", "/v1/search/batch", """{"queries": []}""", 400, "the batch has 0 queries" },
        { "POST", "/v1/search/batch", """{"queries": [{}]}""", 400, "query 0 has neither a code nor an id" },
        { "POST", "/v1/search/batch", $$"""{"queries": [{"code": "{{Code}}", "id": "a"}]}""", 400, "query 0 has a code and an id" },
        { "POST", "/v1/search/batch", """{"queries": [null]}""", 400, "queries[0] is null" },
        { "PUT", "/v1/items?id=a", $$"""{"code": "{{Code}}", "tags": [""]}""", 400, "a tag is empty" },
        { "PUT", "/v1/items?id=a", $$"""{"code": "{{Code}}", "tags": "a"}""", 400, "wrong kind at tags; a list is needed" },
        { "PUT", "/v1/items?id=", $$"""{"code": "{{Code}}"}""", 400, "the query has no id" },
        { "PUT", "/v1/items", $$"""{"code": "{{Code}}"}""", 400, "the query has no id" },
        { "PUT", "/v1/items?id=a&id=b", $$"""{"code": "{{Code}}"}""", 400, "the query has id 2 times" },
        { "PUT", "/v1/items?id=a&iid=b", $$"""{"code": "{{Code}}"}""", 400, "the query has iid, which PUT /v1/items does not know; it takes id" },
        { "POST", "/v1/items/batch", "{}", 400, "the batch has 0 items" },
        { "POST", "/v1/items/batch", $$"""{"upsert": [{"id": "a", "code": "{{Code}}"}, {"id": "a", "code": "{{Code}}"}]}""", 400, "the id a comes twice in one batch" },
        { "POST", "/v1/items/batch", """{"upsert": [null]}""", 400, "upsert[0] is null" },
        { "POST", "/v1/items/batch", """{"delete": [null]}""", 400, "delete[0] is null" },
    };

    public static TheoryData<string, string, int, string> Bare => new()
    {
        { "POST", "/", 405, "POST is not for this path; it takes GET" },
        { "GET", "/v1", 404, "there is nothing at this path" },
        { "GET", "/v1/nothing", 404, "there is nothing at this path" },
        { "GET", "/v2/info", 404, "there is nothing at this path" },
        { "GET", "/v1/../../etc/passwd", 404, "there is nothing at this path" },
        { "GET", "/v1/search/code", 405, "GET is not for this path; it takes POST" },
        { "POST", "/v1/items", 405, "POST is not for this path; it takes GET, PUT, DELETE" },
        { "PATCH", "/v1/items?id=a", 405, "PATCH is not for this path" },
        { "TRACE", "/v1/info", 405, "TRACE is not for this path" },
        { "POST", "/health/live", 405, "POST is not for this path; it takes GET" },
        { "GET", "/v1/items/list?limit=0", 400, "limit is 0; 1 to 1000 are needed" },
        { "GET", "/v1/items/list?limit=x", 400, "limit is x; a whole number is needed" },
        { "GET", "/v1/info?verbose=1", 400, "GET /v1/info takes no query" },
        { "GET", "/v1/items?id=" + "nobody", 404, "the index has no item nobody" },
        { "POST", "/v1/search/code", 415, "the body is of no media type; application/json is needed" },
    };

    public static TheoryData<string, string, string, int, string> Image => new()
    {
        { "/v1/search/image", "text/plain", "x", 415, "the body is text/plain" },
        { "/v1/search/image", "image/png", "", 400, "empty" },
        { "/v1/search/image", "image/png", "no image at all", 422, "not an image" },
        { "/v1/search/image?k=0", "image/png", "x", 400, "k is 0" },
        { "/v1/search/image?k=x", "image/png", "x", 400, "k is x; a whole number is needed" },
        { "/v1/search/image?region=1,2", "image/png", "x", 400, "region has 2 parts" },
        { "/v1/search/image?region=a,0,1,1", "image/png", "x", 400, "region does not lie within the image" },
        { "/v1/search/image?region=0.5,0,0.6,1", "image/png", "x", 400, "region does not lie within the image" },
        { "/v1/search/image?partial=yes", "image/png", "x", 400, "partial is yes; true or false is needed" },
        { "/v1/search/image", "multipart/form-data", "x", 400, "names no boundary" },
        { "/v1/search/image", "multipart/form-data; boundary=b", "x", 400, "the parts of the body cannot be told apart" },
        { "/v1/search/image", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"search\"\r\n\r\n{}\r\n--b--\r\n", 400, "the body has no part \"image\"" },
        { "/v1/search/image", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n{}\r\n--b--\r\n", 400, "the body has a part \"other\"" },
        { "/v1/search/image", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"search\"\r\n\r\n{\"kk\": 1}\r\n--b--\r\n", 400, "a member at kk that is not known" },
        { "/v1/search/image?k=1", "multipart/form-data; boundary=b", "--b--\r\n", 400, "leave the query out" },
    };

    [Theory]
    [MemberData(nameof(Json))]
    public async Task Json_that_is_not_understood_is_refused(string method, string path, string json, int status, string said)
    {
        await using TestServer server = await TestServer.StartAsync();
        Reply reply = await server.SendAsync(new HttpMethod(method), path, new StringContent(json, Encoding.UTF8, "application/json"));
        Assert.Contains(said, reply.Problem(status), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Bare))]
    public async Task A_request_without_a_body_is_refused(string method, string path, int status, string said)
    {
        await using TestServer server = await TestServer.StartAsync();
        Reply reply = await server.SendAsync(new HttpMethod(method), path);
        Assert.Contains(said, reply.Problem(status), StringComparison.Ordinal);
        Assert.Equal(status == 405, reply.Message.Content.Headers.Allow.Count > 0);
    }

    [Theory]
    [MemberData(nameof(Image))]
    public async Task A_body_that_is_no_image_is_refused(string path, string mediaType, string body, int status, string said)
    {
        await using TestServer server = await TestServer.StartAsync();
        Reply reply = await server.SendAsync(HttpMethod.Post, path, new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } });
        Assert.Contains(said, reply.Problem(status), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_above_the_limits_are_refused()
    {
        await using TestServer server = await TestServer.StartAsync(configure: options => (options.MaxJsonBytes, options.MaxImageBytes, options.MaxBatch) = (200, 100, 2));
        Assert.Contains("200 are allowed", (await server.PostAsync("/v1/search/code", $$"""{"code": "{{Code}}"{{new string(' ', 200)}}}""")).Problem(413), StringComparison.Ordinal);
        ByteArrayContent image = new(new byte[101]) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        Assert.Contains("100 are allowed", (await server.SendAsync(HttpMethod.Post, "/v1/search/image", image)).Problem(413), StringComparison.Ordinal);
        using MultipartFormDataContent form = new() { { new ByteArrayContent(new byte[101]), "image", "a.png" } };
        Assert.Contains("more than 100 bytes", (await server.SendAsync(HttpMethod.Post, "/v1/search/image", form)).Problem(413), StringComparison.Ordinal);
        Assert.Contains("3 queries; 1 to 2 are needed", (await server.PostAsync("/v1/search/batch", """{"queries": [{}, {}, {}]}""")).Problem(400), StringComparison.Ordinal);
        Assert.Contains("3 items; 1 to 2 are needed", (await server.PostAsync("/v1/items/batch", """{"delete": ["a", "b", "c"]}""")).Problem(400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_asks_for_too_much_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync(configure: options => options.MaxHits = 30);
        string queries = string.Join(", ", Enumerable.Repeat($$"""{"code": "{{Code}}"}""", 4));
        Assert.Contains("10 hits of each of 4 queries; 30 in all are allowed", (await server.PostAsync("/v1/search/batch", $$"""{"queries": [{{queries}}]}""")).Problem(400), StringComparison.Ordinal);
        (await server.PostAsync("/v1/search/batch", $$"""{"queries": [{{queries}}], "k": 7}""")).Done();
    }

    [Fact]
    public async Task A_k_above_the_number_of_items_finds_all()
    {
        await using TestServer server = await TestServer.StartAsync([new Item("a", new ulong[] { 1, 0 })]);
        Assert.Equal(1, (await server.PostAsync("/v1/search/code", $$"""{"code": "{{Code}}", "k": 1000}""")).Done().GetProperty("hits").GetArrayLength());
    }

    [Fact]
    public async Task Numbers_are_needed_where_ids_are_numbers()
    {
        await using TestServer server = await TestServer.StartAsync(ids: IdKind.Number);
        Assert.Contains("\"x\" is no whole number; the ids of this index are numbers", (await server.PostAsync("/v1/search/id", """{"id": "x"}""")).Problem(400), StringComparison.Ordinal);
        Assert.Contains("is no whole number", (await server.PutAsync("/v1/items?id=1.5", $$"""{"code": "{{Code}}"}""")).Problem(400), StringComparison.Ordinal);
        Assert.Contains("the index has no item -7", (await server.GetAsync("/v1/items?id=-7")).Problem(404), StringComparison.Ordinal);
        Assert.Contains("wrong kind at id", (await server.PostAsync("/v1/search/id", """{"id": 7}""")).Problem(400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ones_above_the_bits_of_a_code_are_refused()
    {
        await using TestServer server = await TestServer.StartAsync(bits: 10);
        Assert.Contains("has ones above its 10 bits", (await server.PostAsync("/v1/search/code", """{"code": "ffff"}""")).Problem(400), StringComparison.Ordinal);
        (await server.PostAsync("/v1/search/code", """{"code": "FF03"}""")).Done();
        (await server.PostAsync("/v1/search/code", """{"code": "0xff03"}""")).Done();
    }

    [Fact]
    public async Task A_request_id_that_is_sane_is_echoed_and_another_is_made_anew()
    {
        await using TestServer server = await TestServer.StartAsync();
        async Task<string> Echo(string sent)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/v1/nothing");
            request.Headers.TryAddWithoutValidation("X-Request-Id", sent);
            using HttpResponseMessage response = await server.Client.SendAsync(request);
            return response.Headers.GetValues("X-Request-Id").Single();
        }
        Assert.Equal("job-17/4a", await Echo("job-17/4a"));
        Assert.NotEqual("a b", await Echo("a b"));
        Assert.NotEqual("<script>", await Echo("<script>"));
        Assert.NotEqual(new string('a', 129), await Echo(new string('a', 129)));
    }
}
