using System.Diagnostics;
using System.Net;
using System.Text;
using Xunit;

namespace Semblance.Tests.Serving.Http;

/// <summary>A <c>semblance serve</c> that runs, at a port that the system chose.</summary>
internal sealed class Serving : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;

    private Serving(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
        Ready = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException(_error.Result);
        Address = Ready[(Ready.LastIndexOf(' ') + 1)..];
        Client = new HttpClient { BaseAddress = new Uri(Address) };
    }

    /// <summary>What it said when it was ready.</summary>
    public string Ready { get; }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>Sends requests to it.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts one.</summary>
    public static Serving Start(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Semblance.Cli.dll");
        ProcessStartInfo start = new("env", ["--default-signal=INT,TERM", "dotnet", program, "serve", "--port", "0", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return new Serving(Process.Start(start)!);
    }

    /// <summary>Puts an item that is new, in a request named "test-put".</summary>
    public async Task PutAsync(string id, string code)
    {
        using HttpRequestMessage request = new(HttpMethod.Put, $"/v1/items?id={id}") { Content = new StringContent($$"""{"code": "{{code}}"}""", Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Request-Id", "test-put");
        using HttpResponseMessage response = await Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    /// <summary>Ends it by a signal.</summary>
    public (int Code, string Error) Stop(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        Assert.True(_process.WaitForExit(TimeSpan.FromMinutes(2)), "it did not end");
        return (_process.ExitCode, _error.Result);
    }

    /// <summary>Ends it as a power cut would.</summary>
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
