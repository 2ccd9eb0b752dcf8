using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
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
        CliProcess.Run("serve", "--index", Index, "--model", _folder.File("no-run")).Refused(3, "no-run");
        CliProcess.Run("serve", "--index", Index, "--settings", _folder.File("settings.json")).Refused(3, "is no file of settings");
        CliProcess.Run("serve", "--index", "postgres://nobody@127.0.0.1:1/none", "--port", "0").Refused(1, "127.0.0.1:1");
    }

    /// <summary>A service that runs.</summary>
    private sealed class Serving : IDisposable
    {
        private readonly Process _process;
        private readonly Task<string> _error;

        private Serving(Process process)
        {
            _process = process;
            _error = process.StandardError.ReadToEndAsync();
            Ready = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException(_error.Result);
            Client = new HttpClient { BaseAddress = new Uri(Ready[(Ready.LastIndexOf(' ') + 1)..]) };
        }

        public string Ready { get; }

        public HttpClient Client { get; }

        public static Serving Start(params string[] arguments)
        {
            string program = Path.Combine(AppContext.BaseDirectory, "Semblance.Cli.dll");
            ProcessStartInfo start = new("env", ["--default-signal=INT,TERM", "dotnet", program, "serve", "--port", "0", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
            return new Serving(Process.Start(start)!);
        }

        public async Task PutAsync(string id, string code)
        {
            using HttpRequestMessage request = new(HttpMethod.Put, $"/v1/items?id={id}") { Content = new StringContent($$"""{"code": "{{code}}"}""", Encoding.UTF8, "application/json") };
            request.Headers.Add("X-Request-Id", "test-put");
            using HttpResponseMessage response = await Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        }

        public (int Code, string Error) Stop(string signal)
        {
            using Process kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
            Assert.True(_process.WaitForExit(TimeSpan.FromMinutes(2)), "it did not end");
            return (_process.ExitCode, _error.Result);
        }

        public void Kill()
        {
            _process.Kill();
            _process.WaitForExit();
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                Kill();
            }
            Client.Dispose();
            _process.Dispose();
        }
    }
}
