using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using Semblance.Serving.Http;
using Semblance.Tests.Serving.Http;
using Xunit;

namespace Semblance.Tests.Serving.Security;

public sealed class LogForgeryTests
{
    [Fact]
    public async Task What_is_sent_cannot_write_lines_of_a_log()
    {
        using TemporaryFolder folder = new();
        using LogLines log = new();
        await using WebApplication app = SearchServer.Make(
            new SearchServerOptions { LogRequests = true },
            options => (options.Index, options.Create) = (folder.File("new.index"), true),
            builder =>
            {
                builder.WebHost.UseTestServer();
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(log);
            });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using HttpClient client = app.GetTestClient();
        const string Forged = "a%0D%0A2030-01-01%20admin%20logged%20in";
        foreach (string path in (string[])[$"/v1/items?id={Forged}", $"/v1/{Forged}", $"/v1/thumbnails?id={Forged}", $"/v1/info?{Forged}=1"])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("X-Request-Id", "a b\u001b[31m");
            using HttpResponseMessage reply = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.InRange((int)reply.StatusCode, 400, 404);
        }
        Assert.True(log.All.Count >= 4);
        Assert.DoesNotContain(log.All, line => line.Contains("\n2030-01-01 admin", StringComparison.Ordinal) || line.Contains('\u001b'));
    }
}
