using System.Reflection;
using Microsoft.AspNetCore.Http;
using Semblance.Index;
using Semblance.Serving.Http.Messages;
using Semblance.Serving.Http.Metrics;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Http;

/// <summary>What the service is, and whether it works.</summary>
internal static class InfoEndpoints
{
    private const string Group = "Service";

    private static readonly string Version = typeof(InfoEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>The operations.</summary>
    public static IEnumerable<Operation> All() =>
    [
        new("GET", "/v1/info", "getInfo", "Tells what is served, by which model, and how much at once.", InfoAsync)
        {
            Group = Group,
            Answers = [new(StatusCodes.Status200OK, "What the service is.", typeof(InfoResponse))],
        },
        new("GET", "/health/live", "getLiveness", "Tells that the process runs.", LiveAsync)
        {
            Group = Group,
            Scope = null,
            Answers = [new(StatusCodes.Status200OK, "It runs.", typeof(HealthResponse))],
        },
        new("GET", "/health/ready", "getReadiness", "Tells whether searches would succeed now.", ReadyAsync)
        {
            Group = Group,
            Scope = null,
            Answers = [new(StatusCodes.Status200OK, "They would.", typeof(HealthResponse))],
        },
        new("GET", "/metrics", "getMetrics", "Gives what was counted and measured, in Prometheus's text format.", MetricsAsync)
        {
            Group = Group,
            Answers = [new(StatusCodes.Status200OK, "Metrics in text format 0.0.4.") { MediaTypes = ["text/plain"] }],
        },
    ];

    private static async Task InfoAsync(HttpContext context, SearchService service)
    {
        StoreInfo info = await service.Store.InfoAsync(context.RequestAborted).ConfigureAwait(false);
        SearchServiceOptions options = service.Options;
        InfoResponse response = new()
        {
            Name = options.Name,
            Version = Version,
            Store = new StoreMessage { Engine = info.Engine, Items = info.Items, Bits = info.Bits, Ids = info.Ids == IdKind.Text ? "text" : "number", Bytes = info.Bytes, ReadOnly = service.ReadOnly, Warning = info.Warning },
            Encoder = service.Encoder is { } encoder ? new EncoderMessage(encoder.Note.Run, encoder.Note.Model, encoder.Bits, encoder.Note.Transform) : null,
            Features = new FeaturesMessage(Write: !service.ReadOnly, Images: service.Library is not null, Url: service.Fetcher is not null, Browse: true),
            Limits = new LimitsMessage(options.MaxImageBytes, options.MaxPixels, options.MaxJsonBytes, options.MaxK, options.MaxBatch, options.MaxHits),
        };
        await Reply.JsonAsync(context, response, ServingJson.Default.InfoResponse).ConfigureAwait(false);
    }

    private static Task LiveAsync(HttpContext context, SearchService service) => Reply.JsonAsync(context, new HealthResponse("live"), ServingJson.Default.HealthResponse);

    private static async Task MetricsAsync(HttpContext context, SearchService service)
    {
        try
        {
            service.Metrics.Holds((await service.Store.InfoAsync(context.RequestAborted).ConfigureAwait(false)).Items);
        }
        catch (StoreUnavailableException)
        {
            // What was known of the store stays; the other metrics matter most just now.
        }
        context.Response.ContentType = PrometheusExporter.MediaType;
        await context.Response.WriteAsync(service.Exporter.Write(), context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task ReadyAsync(HttpContext context, SearchService service)
    {
        await service.CheckAsync(context.RequestAborted).ConfigureAwait(false);
        await Reply.JsonAsync(context, new HealthResponse("ready"), ServingJson.Default.HealthResponse).ConfigureAwait(false);
    }
}
