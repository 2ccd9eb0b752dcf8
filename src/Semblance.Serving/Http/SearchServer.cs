using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Semblance.Serving.Security;

namespace Semblance.Serving.Http;

/// <summary>A search service as a program of its own.</summary>
public static class SearchServer
{
    private const int BytesPerSecond = 1024;

    /// <summary>Makes the application; it listens when it is started.</summary>
    /// <param name="server">How it is reached.</param>
    /// <param name="configure">What it serves.</param>
    /// <exception cref="ArgumentException">It would be reached from other machines, and no keys are configured.</exception>
    /// <exception cref="InvalidDataException">The file of settings cannot be read.</exception>
    public static WebApplication Make(SearchServerOptions server, Action<SearchServiceOptions> configure) => Make(server, configure, _ => { });

    /// <summary>Makes the application with more settings of its host.</summary>
    internal static WebApplication Make(SearchServerOptions server, Action<SearchServiceOptions> configure, Action<WebApplicationBuilder> host)
    {
        ArgumentNullException.ThrowIfNull(server);
        // Paths in the settings, such as those of certificates, start from their folder.
        string root = server.Settings is { } settings ? Path.GetDirectoryName(Path.GetFullPath(settings))! : AppContext.BaseDirectory;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = root });
        AddSettings(builder.Configuration, server);
        Log(builder.Logging, server);
        SearchServiceOptions options = new();
        configure(options);
        builder.Services.AddSemblanceSearch(options);
        IReadOnlyList<string> endpoints = EndpointsOf(builder.Configuration);
        IReadOnlyList<string> warnings = ServiceBinding.Require(endpoints.Count > 0 ? endpoints : [$"http://{new IPEndPoint(server.Host, server.Port)}"], options.Access.Keys);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, server, listen: endpoints.Count == 0));
        host(builder);
        WebApplication app = builder.Build();
        foreach (string warning in warnings)
        {
            app.Logger.LogWarning("{Warning}", warning);
        }
        SemblanceSearch.Map(app, alone: true);
        return app;
    }

    /// <summary>Where a started application listens.</summary>
    public static IReadOnlyList<string> AddressesOf(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
    }

    /// <summary>The addresses that the settings name, which take the place of the host and port of the options; empty for none.</summary>
    internal static IReadOnlyList<string> EndpointsOf(IConfiguration configuration) => [.. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"] ?? "")];

    /// <summary>What a started application serves, in words: the directory, or the database without its password.</summary>
    public static string NameOf(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Services.GetRequiredService<SearchService>().Store.Name;
    }

    private static void AddSettings(ConfigurationManager configuration, SearchServerOptions server)
    {
        if (server.Settings is not { } file)
        {
            return;
        }
        try
        {
            configuration.AddJsonFile(Path.GetFullPath(file), optional: false);
        }
        catch (Exception fault) when (fault is InvalidDataException or FormatException)
        {
            throw new InvalidDataException($"{file} is no file of settings: {(fault.InnerException ?? fault).Message} Give JSON, such as {{\"Kestrel\": {{\"Endpoints\": ...}}}}.", fault);
        }
    }

    private static void Limit(KestrelServerOptions kestrel, SearchServerOptions server, bool listen)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(BytesPerSecond, server.SlowBody);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(BytesPerSecond, server.SlowBody);
        if (listen)
        {
            kestrel.Listen(server.Host, server.Port);
        }
    }

    private static void Log(ILoggingBuilder logging, SearchServerOptions server)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Warning);
        // What keeps a service from starting is told by whoever starts it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter(SemblanceSearch.RequestLog, server.LogRequests ? LogLevel.Information : LogLevel.Warning);
        if (server.JsonLog)
        {
            logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        }
        else
        {
            logging.AddSimpleConsole(console => (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-dd HH:mm:ss "));
        }
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
