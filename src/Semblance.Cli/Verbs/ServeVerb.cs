using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Semblance.Serving.Browsing;
using Semblance.Serving.Http;
using Semblance.Serving.Security;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance serve</c>.</summary>
internal static class ServeVerb
{
    private const int UsualPort = 8080;

    private const string Description =
        """
        Serves an index over HTTP: search by image, code or item, and writes; and a page in the browser. A line tells the
        address when it is ready. Ctrl+C and SIGTERM finish the requests under way, close the index and end with code 0.

        Without --model images are encoded by the perceptual hash, where the codes of the index are its, as 'semblance
        ingest' makes them. Without --keys the service is for this machine alone. --settings takes Kestrel's settings, for
        TLS and several addresses.

        Examples:
          semblance serve --index photos.index
          semblance serve --index photos.index --model runs/photos --images photos
          semblance serve --index new.index --create --images uploads
          semblance serve --index photos.index --read-only --port 9000
          semblance serve --index photos.index --host 0.0.0.0 --keys keys.json --log json
        """;

    public static Command Make()
    {
        Option<string> index = new("--index") { Description = "The directory of an index, or postgres://user:password@host/database.", Required = true };
        Option<string?> model = new("--model") { Description = "Folder of the run whose model made the codes, to search with images." };
        Option<string?> images = new("--images") { Description = "Folder of the images, to show them: an item's image is the file that its id names below it. Uploads are kept there too, in .uploads." };
        Option<string> host = new("--host") { Description = "The address to listen at.", DefaultValueFactory = _ => "127.0.0.1" };
        Option<int> port = new("--port") { Description = "The port to listen at; 0 for one that is free.", DefaultValueFactory = _ => UsualPort };
        Option<bool> create = new("--create") { Description = "Make the index where there is none." };
        Option<bool> readOnly = new("--read-only") { Description = "Refuse writes, so that another process may write to the index; what that writes is found a second later." };
        Option<string?> judgments = new("--judgments") { Description = "File in which the page keeps which results people marked right or wrong (default: beside the index, INDEX.judgments.jsonl); a database needs one." };
        Option<string?> keys = new("--keys") { Description = "File of API keys, which 'semblance keys' makes; needed to listen at an address that other machines reach." };
        Option<int?> rate = new("--rate") { Description = "Requests a minute of a key that names no rate of its own (default: any number)." };
        Option<string[]> allowUrl = new("--allow-url") { Description = "A host from which images may be fetched to search with, such as images.example.org or *.example.org; may be repeated." };
        Option<string> name = new("--name") { Description = "What people see as the name of the collection.", DefaultValueFactory = _ => "Semblance" };
        Option<string?> settings = new("--settings") { Description = "A JSON file of ASP.NET Core settings, such as Kestrel's endpoints and certificates, which take the place of --host and --port; paths in it start from its folder." };
        Option<string> log = new("--log") { Description = "Form of the log on standard error: text or json.", DefaultValueFactory = _ => "text" };
        log.AcceptOnlyFromAmong("text", "json");
        Option<bool> logRequests = new("--log-requests") { Description = "Log a line for every request." };
        Command verb = new("serve", Description) { index, model, images, host, port, create, readOnly, judgments, keys, rate, allowUrl, name, settings, log, logRequests };
        verb.SetAction(parsed =>
        {
            SearchServerOptions server = new()
            {
                Host = AddressOf(parsed.GetValue(host)!),
                Port = PortOf(parsed.GetValue(port)),
                Settings = Existing(parsed.GetValue(settings)),
                JsonLog = parsed.GetValue(log) == "json",
                LogRequests = parsed.GetValue(logRequests),
            };
            return RunAsync(server, options =>
            {
                options.Name = parsed.GetValue(name)!;
                options.Index = parsed.GetValue(index);
                options.Model = parsed.GetValue(model);
                options.Images = parsed.GetValue(images);
                options.Create = parsed.GetValue(create);
                options.ReadOnly = parsed.GetValue(readOnly);
                options.Browsing = new BrowsingOptions { JudgmentsFile = parsed.GetValue(judgments) };
                options.UrlHosts = parsed.GetValue(allowUrl) ?? [];
                options.Access = new AccessOptions { Keys = parsed.GetValue(keys) is { } file ? ApiKeys.Open(file) : null, Rate = RateOf(parsed.GetValue(rate)) };
            }).GetAwaiter().GetResult();
        });
        return verb;
    }

    private static IPAddress AddressOf(string text) => text == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(text, out IPAddress? address) ? address
        : throw new ArgumentException($"--host {text} is no address of this machine; give one such as 127.0.0.1, or 0.0.0.0 for all.");

    private static int PortOf(int port) => port is >= 0 and <= IPEndPoint.MaxPort ? port
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--port is {port}; 0 (one that is free) to {IPEndPoint.MaxPort} are needed."));

    private static int? RateOf(int? rate) => rate is null or >= 1 ? rate
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--rate is {rate}; 1 or more is needed. Leave it out for any number."));

    private static string? Existing(string? settings) => settings is null || File.Exists(settings) ? settings : throw new FileNotFoundException($"{settings} is not there; --settings needs a JSON file.");

    private static async Task<int> RunAsync(SearchServerOptions server, Action<SearchServiceOptions> configure)
    {
        await using WebApplication app = SearchServer.Make(server, configure);
        await StartAsync(app, server).ConfigureAwait(false);
        Console.Out.WriteLine($"Serving {SearchServer.NameOf(app)} at {string.Join(" and ", SearchServer.AddressesOf(app))}");
        await app.WaitForShutdownAsync().ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static async Task StartAsync(WebApplication app, SearchServerOptions server)
    {
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is SocketException or IOException { InnerException: AddressInUseException })
        {
            throw new IOException(SearchServer.EndpointsOf(app.Configuration).Count > 0 ? OfSettings(fault, server.Settings) : OfOptions(fault, server), fault);
        }
        catch (IOException fault) when (fault.Message.Contains("another writer", StringComparison.Ordinal) || fault.Message.Contains("is read-only", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{fault.Message} To serve searches all the same, add --read-only.", fault);
        }
    }

    /// <summary>Why it cannot listen at the addresses of its settings; those that are in use are named by the exception alone.</summary>
    private static string OfSettings(Exception fault, string? settings) => fault switch
    {
        IOException => $"an address of the settings{In(settings)} is in use by another program: {fault.Message} Choose another there.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => $"an address of the settings{In(settings)} is none of this machine. Correct it there.",
        _ => $"the service cannot listen at an address of the settings{In(settings)}: {fault.Message}. Choose another there.",
    };

    private static string In(string? settings) => settings is null ? "" : $" in {settings}";

    private static string OfOptions(Exception fault, SearchServerOptions server) => fault switch
    {
        IOException => string.Create(CultureInfo.InvariantCulture, $"port {server.Port} of {server.Host} is in use by another program. Choose another with --port, or 0 for one that is free."),
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => $"{server.Host} is no address of this machine. Give one that is with --host, such as 127.0.0.1, or 0.0.0.0 for all.",
        _ => string.Create(CultureInfo.InvariantCulture, $"the service cannot listen at port {server.Port} of {server.Host}: {fault.Message}. Choose others with --host and --port."),
    };
}
