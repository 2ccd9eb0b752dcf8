using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Semblance.Index;
using Semblance.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Serving.Http;

/// <summary>The OpenAPI document is written down, and says what the service does.</summary>
public sealed class OpenApiTests
{
    private const string Accept = "SEMBLANCE_ACCEPT_API";

    [Fact]
    public async Task The_document_is_the_one_that_is_written_down()
    {
        string path = Repository.File("docs/openapi.json");
        await using TestServer server = await TestServer.StartAsync();
        string served = (await server.GetAsync("/openapi/v1.json")).Text.ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            await File.WriteAllTextAsync(path, served);
        }
        Assert.True(served == await File.ReadAllTextAsync(path), $"The HTTP API has changed. If it was meant to, run the test once with {Accept}=1 and commit {path}; callers of what went need a line in CHANGELOG.md.");
    }

    [Fact]
    public async Task Every_operation_has_a_name_a_summary_and_its_problems()
    {
        await using TestServer server = await TestServer.StartAsync();
        ApiDescription api = new(await server.GetAsync("/openapi/v1.json"));
        Assert.Equal(api.Operations.Count, api.Operations.Select(operation => operation.Id).Distinct().Count());
        foreach (ApiOperation operation in api.Operations)
        {
            Assert.EndsWith(".", operation.Json.GetProperty("summary").GetString(), StringComparison.Ordinal);
            Assert.Subset(operation.Statuses.ToHashSet(), new HashSet<int> { 400, 500, 503 });
            Assert.Equal(operation.Path.StartsWith("/v1/", StringComparison.Ordinal) || operation.Path == "/metrics", operation.Json.TryGetProperty("security", out _));
        }
    }

    [Fact]
    public async Task Every_example_is_answered_as_the_document_says()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.Path, "beach"));
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "beach", "001.jpg"), ImageCodec.Encode(Collection.Image(2), ImageFormat.Jpeg));
        await using TestServer server = await TestServer.StartAsync([new Item("beach/001.jpg", new ulong[] { 1, 2 }, ["beach"], """{"n": 1}"""), new Item("beach/002.jpg", new ulong[] { 3, 2 })], configure: options => options.Images = folder.Path);
        ApiDescription api = new(await server.GetAsync("/openapi/v1.json"));
        // Fetching is off, and has tests of its own.
        foreach (ApiOperation operation in api.Operations.Where(operation => operation.Id != "searchByUrl").OrderBy(operation => operation.Method == "delete" || operation.Id == "changeItems"))
        {
            foreach (HttpContent? body in Bodies(operation))
            {
                Reply reply = await server.SendAsync(new HttpMethod(operation.Method.ToUpperInvariant()), operation.Path + Query(operation), body);
                Assert.True(reply.Status < 300, $"{operation.Id} was answered with {reply.Status}: {reply.Text}");
                api.Check(operation, reply);
            }
        }
    }

    [Fact]
    public async Task Every_refusal_is_one_that_the_document_names()
    {
        await using TestServer server = await TestServer.StartAsync();
        ApiDescription api = new(await server.GetAsync("/openapi/v1.json"));
        foreach (ApiOperation operation in api.Operations)
        {
            HttpMethod method = new(operation.Method.ToUpperInvariant());
            api.Check(operation, await server.SendAsync(method, operation.Path + "?nonsense=1"));
            api.Check(operation, await server.SendAsync(method, operation.Path + Query(operation), operation.HasBody ? new StringContent("{", Encoding.UTF8, "application/json") : null));
            api.Check(operation, await server.SendAsync(method, operation.Path + Query(operation), operation.HasBody ? new StringContent("x", Encoding.UTF8, "text/plain") : null));
        }
    }

    private static string Query(ApiOperation operation)
    {
        IEnumerable<string> pairs = operation.Required.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Example)}");
        return pairs.Any() ? "?" + string.Join('&', pairs) : "";
    }

    private static IEnumerable<HttpContent?> Bodies(ApiOperation operation)
    {
        if (!operation.HasBody)
        {
            return [null];
        }
        return operation.Json.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(form => form.Name switch
        {
            "application/json" => (HttpContent)new StringContent(form.Value.GetProperty("example").GetRawText(), Encoding.UTF8, "application/json"),
            "multipart/form-data" => Multipart(form.Value.GetProperty("example").EnumerateObject().Single()),
            _ => Image(),
        });
    }

    private static MultipartFormDataContent Multipart(JsonProperty json) => new() { { Image(), "image", "a.png" }, { new StringContent(json.Value.GetRawText(), Encoding.UTF8, "application/json"), json.Name } };

    private static ByteArrayContent Image() => new(ImageCodec.Encode(Collection.Image(1), ImageFormat.Png)) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
}
