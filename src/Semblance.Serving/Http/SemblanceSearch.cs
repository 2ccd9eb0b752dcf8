using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Semblance.Serving.Browsing;
using Semblance.Serving.Http.Metrics;
using Semblance.Serving.Http.OpenApi;
using Semblance.Serving.Page;

namespace Semblance.Serving.Http;

/// <summary>Search as a part of an ASP.NET Core application.</summary>
/// <example>
/// <code>
/// builder.Services.AddSemblanceSearch(options => options.Index = "photos.index");
/// app.MapGroup("/search").MapSemblance();
/// </code>
/// </example>
public static class SemblanceSearch
{
    /// <summary>The category under which requests are logged.</summary>
    internal const string RequestLog = "Semblance.Serving.Requests";

    private const string Unmatched = "{**path}";

    /// <summary>Adds what <see cref="MapSemblance"/> needs. The index is opened when the application starts, and closed when it has stopped.</summary>
    /// <param name="services">Of the application.</param>
    /// <param name="configure">Says what is served.</param>
    public static IServiceCollection AddSemblanceSearch(this IServiceCollection services, Action<SearchServiceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        SearchServiceOptions options = new();
        configure(options);
        return AddSemblanceSearch(services, options);
    }

    /// <summary>Adds what <see cref="MapSemblance"/> needs, with settings that are there already.</summary>
    /// <param name="services">Of the application.</param>
    /// <param name="options">What is served.</param>
    public static IServiceCollection AddSemblanceSearch(this IServiceCollection services, SearchServiceOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.AddMetrics();
        ApiDocument.Add(services);
        services.AddRouting();
        services.TryAddSingleton<PrometheusExporter>();
        services.TryAddSingleton<ServiceMetrics>();
        services.TryAddSingleton(provider => new SearchService(options, provider.GetRequiredService<ServiceMetrics>(), provider.GetRequiredService<PrometheusExporter>()));
        services.AddHostedService(provider => provider.GetRequiredService<SearchService>());
        return services;
    }

    /// <summary>Maps all operations of the service, below a group of routes where one is given.</summary>
    /// <param name="endpoints">The application, or a group of its routes.</param>
    /// <returns>The routes, to add conventions to.</returns>
    /// <exception cref="InvalidOperationException"><see cref="AddSemblanceSearch(IServiceCollection, Action{SearchServiceOptions})"/> was not called.</exception>
    public static IEndpointConventionBuilder MapSemblance(this IEndpointRouteBuilder endpoints) => Map(endpoints, alone: false);

    /// <summary>Maps all operations, and answers for every other path as well.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="alone">Whether nothing else is mapped, so that paths that are not known are ours too.</param>
    internal static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, bool alone)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        SearchService service = endpoints.ServiceProvider.GetService<SearchService>() ?? throw new InvalidOperationException("MapSemblance needs AddSemblanceSearch. Call it on the services of the application.");
        Operation[] operations = [.. SearchEndpoints.All(), .. ItemEndpoints.All(), .. ImageEndpoints.All(), .. InfoEndpoints.All(), .. DocumentEndpoint.All(), .. BrowsingEndpoints.All(), .. JudgmentEndpoints.All()];
        Dispatcher dispatcher = new(service, operations, endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger(RequestLog));
        RouteGroupBuilder routes = endpoints.MapGroup("");
        foreach (Operation operation in operations)
        {
            RequestDelegate run = context => dispatcher.RunAsync(context, operation);
            routes.MapMethods(operation.Path, [operation.Method], run).WithMetadata(operation, run.Method).WithGroupName(ApiDocument.Name);
        }
        PageEndpoints.Map(routes, PageFiles.All, dispatcher.ShowAsync);
        string below = alone ? "/" : "/v1/";
        routes.Map(below + Unmatched, context => dispatcher.RefuseAsync(context, below + context.Request.RouteValues["path"])).WithOrder(int.MaxValue);
        return routes;
    }
}
