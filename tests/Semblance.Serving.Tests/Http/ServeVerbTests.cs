using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Semblance.Index;
using Semblance.Tests.Cli;
using Xunit;

namespace Semblance.Tests.Serving.Http;

/// <summary><c>semblance serve</c> as a process.</summary>
public sealed class ServeVerbTests : IDisposable
{
    private const string Code = "000102030405060708090a0b";
    private readonly TemporaryFolder _folder = new();

    private string Index => _folder.File("photos.index");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_says_where_it_listens_serves_and_ends_with_0()
    {
        using Serving serving = Serving.Start("--index", Index, "--create", "--log", "json", "--log-requests");
        Assert.Matches($"^Serving {Regex.Escape(Index)} at http://127.0.0.1:[0-9]+$", serving.Ready);
        await serving.PutAsync("a", Code);
        Assert.Contains("\"ready\"", await serving.Client.GetStringAsync("/health/ready"), StringComparison.Ordinal);
        (int code, string error) = serving.Stop("TERM");
        Assert.True(code == 0, error);
        JsonElement[] lines = [.. error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Contains(lines, line => line.GetProperty("State").GetProperty("Route").GetString() == "/v1/items" && line.GetProperty("State").GetProperty("Status").ToString() == "201" && line.GetProperty("State").GetProperty("RequestId").GetString() == "test-put");
        using LiveIndex index = LiveIndex.OpenRead(Index);
        Assert.Equal(1, index.Count);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_kill_9()
    {
        using (Serving serving = Serving.Start("--index", Index, "--create"))
        {
            for (int i = 0; i < 20; i++)
            {
                await serving.PutAsync($"{i}", Code);
            }
            serving.Kill();
        }
        using Serving again = Serving.Start("--index", Index);
        using JsonDocument info = JsonDocument.Parse(await again.Client.GetStringAsync("/v1/info"));
        Assert.Equal(20, info.RootElement.GetProperty("store").GetProperty("items").GetInt32());
        Assert.Equal(0, again.Stop("INT").Code);
    }

    [Fact]
    public async Task A_second_server_on_the_same_directory_may_only_read()
    {
        using Serving first = Serving.Start("--index", Index, "--create");
        CliProcess.Run("serve", "--index", Index, "--port", "0").Refused(3, "another writer", "--read-only");
        using Serving reader = Serving.Start("--index", Index, "--read-only");
        await first.PutAsync("a", Code);
        for (int wait = 0; wait < 100 && !(await reader.Client.GetStringAsync("/v1/info")).Contains("\"items\":1", StringComparison.Ordinal); wait++)
        {
            await Task.Delay(100);
        }
        Assert.Contains("\"a\"", await reader.Client.GetStringAsync("/v1/items?id=a"), StringComparison.Ordinal);
        using StringContent body = new($$"""{"code": "{{Code}}"}""", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.Client.PutAsync("/v1/items?id=b", body)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await JudgeAsync(first)).Status);
        (HttpStatusCode status, string problem) = await JudgeAsync(reader);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("another server keeps the judgments", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, problem, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Text)> JudgeAsync(Serving server)
    {
        using StringContent judgment = new($$$"""{"query": {"code": "{{{Code}}}"}, "item": "a", "relevant": true}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await server.Client.PostAsync("/v1/judgments", judgment);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public void What_cannot_be_served_is_refused_in_a_sentence()
    {
        LiveIndex.Create(Index, new LiveIndexOptions { Bits = 96, Ids = IdKind.Text }).Dispose();
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";
        File.WriteAllText(_folder.File("settings.json"), "{");

        CliProcess.Run("serve", "--index", Index, "--port", port).Refused(1, $"port {port} of 127.0.0.1 is in use", "--port");
        CliProcess.Run("serve", "--index", _folder.File("nothing")).Refused(3, "is not there");
        CliProcess.Run("serve", "--index", _folder.Path).Refused(3, "is a folder without an index");
        CliProcess.Run("serve", "--index", Index, "--host", "0.0.0.0").Refused(2, "no API keys are configured");
        CliProcess.Run("serve", "--index", Index, "--host", "photos").Refused(2, "--host photos is no address");
        CliProcess.Run("serve", "--index", Index, "--port", "70000").Refused(2, "--port is 70000");
        CliProcess.Run("serve", "--index", Index, "--keys", _folder.File("no.json")).Refused(3, "no.json is not there");
        File.WriteAllText(_folder.File("keys.json"), "{\"version\": 1, \"ke");
        CliProcess.Run("serve", "--index", Index, "--keys", _folder.File("keys.json")).Refused(3, "is no file of API keys");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.File("keys.json"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
            CliProcess.Run("serve", "--index", Index, "--keys", _folder.File("keys.json")).Refused(3, "chmod 600");
        }
        CliProcess.Run("serve", "--index", Index, "--model", _folder.File("no-run")).Refused(3, "no-run");
        CliProcess.Run("serve", "--index", Index, "--settings", _folder.File("settings.json")).Refused(3, "is no file of settings");
        CliProcess.Run("serve", "--index", "postgres://nobody@127.0.0.1:1/none", "--port", "0").Refused(1, "127.0.0.1:1");
    }

    [Fact]
    public void Where_it_cannot_listen_it_names_the_address()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string busy = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}", keys = _folder.File("keys.json");
        CliProcess.Run("keys", "add", "reader", "--scope", "read", "--keys", keys).Done();

        CliProcess.Run("serve", "--index", Index, "--create", "--host", "198.51.100.7", "--keys", keys).Refused(1, "198.51.100.7 is no address of this machine", "--host");
        CliProcess.Run("serve", "--index", Index, "--settings", Listening(busy)).Refused(1, "an address of the settings in", "settings.json is in use", busy);
        CliProcess.Run("serve", "--index", Index, "--settings", Listening("http://198.51.100.7:8080"), "--keys", keys).Refused(1, "settings.json is none of this machine");
    }

    private string Listening(string url)
    {
        File.WriteAllText(_folder.File("settings.json"), $$"""{"Kestrel": {"Endpoints": {"Http": {"Url": "{{url}}"} } } }""");
        return _folder.File("settings.json");
    }

    [Fact]
    public async Task Settings_of_kestrel_give_tls()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(_folder.File("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(_folder.File("settings.json"), """{"Kestrel": {"Endpoints": {"Https": {"Url": "https://127.0.0.1:0", "Certificate": {"Path": "cert.pem", "KeyPath": "key.pem"} } } } }""");
        using Serving serving = Serving.Start("--index", Index, "--create", "--settings", _folder.File("settings.json"));
        Assert.Matches("at https://127.0.0.1:[0-9]+$", serving.Ready);
        using HttpClientHandler handler = new() { ServerCertificateCustomValidationCallback = (_, found, _, _) => found!.Thumbprint == certificate.Thumbprint };
        using HttpClient client = new(handler);
        Assert.Contains("\"bits\":96", await client.GetStringAsync($"{serving.Address}/v1/info"), StringComparison.Ordinal);

        File.WriteAllText(_folder.File("open.json"), """{"Kestrel": {"Endpoints": {"Http": {"Url": "http://0.0.0.0:0"} } } }""");
        CliProcess.Run("serve", "--index", Index, "--settings", _folder.File("open.json")).Refused(2, "no API keys are configured");
    }
}
