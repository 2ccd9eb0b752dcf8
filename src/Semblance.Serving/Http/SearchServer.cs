using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Semblance.Serving.Http;

/// <summary>How a search service is reached when it is a program of its own.</summary>
public sealed record SearchServerOptions
{
    /// <summary>The address to listen at.</summary>
    public IPAddress Host { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for one that the system chooses.</summary>
    public int Port { get; init => field = value is >= 0 and <= IPEndPoint.MaxPort ? value : throw new ArgumentException($"the port is {value}; 0 to {IPEndPoint.MaxPort} are needed."); }

    /// <summary>Whether log lines are JSON.</summary>
    public bool JsonLog { get; init; }

    /// <summary>Whether every request has a line in the log.</summary>
    public bool LogRequests { get; init; }
}

/// <summary>A search service as a program of its own.</summary>
public static class SearchServer
{
    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);
    private const int BodyBytesPerSecond = 1024;

    /// <summary>Makes the application; it listens when it is started.</summary>
    /// <param name="server">How it is reached.</param>
    /// <param name="configure">What it serves.</param>
    public static WebApplication Make(SearchServerOptions server, Action<SearchServiceOptions> configure) => Make(server, configure, _ => { });

    /// <summary>Makes the application with more settings of its host.</summary>
    internal static WebApplication Make(SearchServerOptions server, Action<SearchServiceOptions> configure, Action<WebApplicationBuilder> host)
    {
        ArgumentNullException.ThrowIfNull(server);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        Log(builder.Logging, server);
        builder.Services.AddSemblanceSearch(configure);
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, server));
        host(builder);
        WebApplication app = builder.Build();
        SemblanceSearch.Map(app, alone: true);
        return app;
    }

    /// <summary>Where a started application listens.</summary>
    public static IReadOnlyList<string> AddressesOf(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
    }

    private static void Limit(KestrelServerOptions kestrel, SearchServerOptions server)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(BodyBytesPerSecond, BodyGrace);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(BodyBytesPerSecond, BodyGrace);
        kestrel.Listen(server.Host, server.Port);
    }

    private static void Log(ILoggingBuilder logging, SearchServerOptions server)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter("Semblance.Serving.Requests", server.LogRequests ? LogLevel.Information : LogLevel.Warning);
        if (server.JsonLog)
        {
            logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        }
        else
        {
            logging.AddSimpleConsole(console => (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-dd HH:mm:ss "));
        }
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
