using System.CommandLine;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Semblance.Serving.Http;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance serve</c>.</summary>
internal static class ServeVerb
{
    private const int UsualPort = 8080;

    private const string Description =
        """
        Serves an index over HTTP: search by image, code or item, and writes. A line tells the address when it is ready.
        Ctrl+C and SIGTERM finish the requests under way, close the index and end with code 0.

        Examples:
          semblance serve --index photos.index
          semblance serve --index photos.index --port 9000 --read-only
          semblance serve --index new.index --create
        """;

    public static Command Make()
    {
        Option<string> index = new("--index") { Description = "The directory of an index.", Required = true };
        Option<string?> model = new("--model") { Description = "Folder of the run whose model made the codes, to search with images; without it the perceptual hash, where the codes are its." };
        Option<string> host = new("--host") { Description = "The address to listen at.", DefaultValueFactory = _ => "127.0.0.1" };
        Option<int> port = new("--port") { Description = "The port to listen at; 0 for one that is free.", DefaultValueFactory = _ => UsualPort };
        Option<bool> create = new("--create") { Description = "Make the index where there is none." };
        Option<bool> readOnly = new("--read-only") { Description = "Refuse writes, so that another process may write to the index." };
        Option<string> name = new("--name") { Description = "What people see as the name of the collection.", DefaultValueFactory = _ => "Semblance" };
        Option<string> log = new("--log") { Description = "Form of the log on standard error: text or json.", DefaultValueFactory = _ => "text" };
        log.AcceptOnlyFromAmong("text", "json");
        Option<bool> logRequests = new("--log-requests") { Description = "Log a line for every request." };
        Command verb = new("serve", Description) { index, model, host, port, create, readOnly, name, log, logRequests };
        verb.SetAction(parsed => Run(
            new SearchServerOptions { Host = AddressOf(parsed.GetValue(host)!), Port = parsed.GetValue(port), JsonLog = parsed.GetValue(log) == "json", LogRequests = parsed.GetValue(logRequests) },
            options =>
            {
                options.Name = parsed.GetValue(name)!;
                options.Index = parsed.GetValue(index);
                options.Model = parsed.GetValue(model);
                options.Create = parsed.GetValue(create);
                options.ReadOnly = parsed.GetValue(readOnly);
            }));
        return verb;
    }

    private static IPAddress AddressOf(string text) => text == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(text, out IPAddress? address) ? address
        : throw new ArgumentException($"--host {text} is no address of this machine; give one such as 127.0.0.1, or 0.0.0.0 for all.");

    private static int Run(SearchServerOptions server, Action<SearchServiceOptions> configure)
    {
        if (!IPAddress.IsLoopback(server.Host))
        {
            throw new ArgumentException($"--host {server.Host} is reached from other machines, and no API keys are configured. Stay on 127.0.0.1.");
        }
        return RunAsync(server, configure).GetAwaiter().GetResult();
    }

    private static async Task<int> RunAsync(SearchServerOptions server, Action<SearchServiceOptions> configure)
    {
        SearchServiceOptions options = new();
        configure(options);
        await using WebApplication app = SearchServer.Make(server, configure);
        await StartAsync(app, server, options).ConfigureAwait(false);
        Console.Out.WriteLine($"Serving {options.Index} at {string.Join(" and ", SearchServer.AddressesOf(app))}");
        await app.WaitForShutdownAsync().ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static async Task StartAsync(WebApplication app, SearchServerOptions server, SearchServiceOptions options)
    {
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"port {server.Port} of {server.Host} is in use by another program. Choose another with --port, or 0 for one that is free."), fault);
        }
        catch (IOException fault) when (fault.Message.Contains("another writer", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{fault.Message} To serve searches beside it, add --read-only.", fault);
        }
    }
}
