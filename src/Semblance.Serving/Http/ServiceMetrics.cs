using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Semblance.Serving.Http;

/// <summary>What a service counts, and the source of its traces.</summary>
internal sealed class ServiceMetrics : IDisposable
{
    /// <summary>The name of the meter and of the source of traces.</summary>
    public const string Name = "Semblance.Serving";

    private readonly Meter _meter;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _requestSeconds;
    private readonly Counter<long> _hits;
    private readonly Histogram<double> _searchSeconds;

    /// <summary>Makes the instruments of one service.</summary>
    public ServiceMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(Name);
        _requests = _meter.CreateCounter<long>("semblance.http.requests", null, "Requests that were answered.");
        _requestSeconds = _meter.CreateHistogram<double>("semblance.http.request.duration", "s", "Seconds from a request to the end of its answer.");
        _hits = _meter.CreateCounter<long>("semblance.search.hits", null, "Items that searches found.");
        _searchSeconds = _meter.CreateHistogram<double>("semblance.search.duration", "s", "Seconds that the store took to search.");
    }

    /// <summary>The source of traces.</summary>
    public static ActivitySource Traces { get; } = new(Name);

    /// <summary>Counts a request.</summary>
    public void Requested(string method, string route, int status, TimeSpan took)
    {
        _requests.Add(1, new("method", method), new("route", route), new("status", status));
        _requestSeconds.Record(took.TotalSeconds, new KeyValuePair<string, object?>("route", route));
    }

    /// <summary>Counts a search.</summary>
    public void Searched(int hits, TimeSpan took)
    {
        _hits.Add(hits);
        _searchSeconds.Record(took.TotalSeconds);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
