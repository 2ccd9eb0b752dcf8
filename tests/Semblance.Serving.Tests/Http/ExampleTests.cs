using System.Diagnostics;
using System.Text.RegularExpressions;
using Semblance.Tensors.Images;
using Xunit;

namespace Semblance.Tests.Serving.Http;

/// <summary>The examples of the documents, run as a reader runs them.</summary>
public sealed class ExampleTests
{
    [Fact]
    public async Task Every_curl_of_the_document_is_answered()
    {
        if (!File.Exists("/usr/bin/curl"))
        {
            Assert.Skip("curl is not installed.");
        }
        using TemporaryFolder folder = new();
        folder.Write("001.jpg", ImageCodec.Encode(Collection.Image(1), ImageFormat.Jpeg));
        using Serving serving = Serving.Start("--index", folder.File("photos.index"), "--images", folder.File("photos"), "--create");
        string document = await File.ReadAllTextAsync(Repository.File("docs/http-api.md"));
        string[] commands = [.. Regex.Matches(document, "^curl .*$", RegexOptions.Multiline).Select(match => match.Value.Replace("http://127.0.0.1:8080", serving.Address, StringComparison.Ordinal))];
        Assert.True(commands.Length > 10);
        foreach (string command in commands)
        {
            (int code, string output) = await RunAsync(folder.Path, "bash", "-c", command.Replace("curl ", "curl --silent --show-error --fail-with-body ", StringComparison.Ordinal));
            Assert.True(code == 0, $"{command}\n{output}");
        }
        Assert.Equal(await File.ReadAllBytesAsync(folder.File("001.jpg")), await File.ReadAllBytesAsync(folder.File("same.jpg")));
    }

    [Fact]
    public async Task The_sample_is_an_application_with_a_search()
    {
        using TemporaryFolder folder = new();
        string program = Path.Combine(AppContext.BaseDirectory, "SearchServer.dll");
        ProcessStartInfo start = new("dotnet", [program, "--index", folder.File("photos.index"), "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        try
        {
            string? line;
            do
            {
                line = await process.StandardOutput.ReadLineAsync();
            }
            while (line is not null && !line.Contains("Now listening on: ", StringComparison.Ordinal));
            _ = process.StandardOutput.ReadToEndAsync();
            using HttpClient client = new() { BaseAddress = new Uri(line![(line!.LastIndexOf(' ') + 1)..]) };
            Assert.Equal("The search is at /photos/.", await client.GetStringAsync("/"));
            Assert.Contains("\"name\":\"Our photos\"", await client.GetStringAsync("/photos/v1/info"), StringComparison.Ordinal);
            Assert.Contains("<title>", await client.GetStringAsync("/photos/"), StringComparison.Ordinal);
            using HttpResponseMessage refused = await client.DeleteAsync("/photos/v1/items?id=a");
            Assert.Equal(403, (int)refused.StatusCode);
        }
        finally
        {
            process.Kill();
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string folder, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}
