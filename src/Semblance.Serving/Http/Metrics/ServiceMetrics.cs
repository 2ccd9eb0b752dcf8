using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Semblance.Serving.Http.Metrics;

/// <summary>What a service counts, and the source of its traces.</summary>
internal sealed class ServiceMetrics : IDisposable
{
    /// <summary>The name of the meter and of the source of traces.</summary>
    public const string Name = "Semblance.Serving";

    private static readonly object[] Statuses = [.. Enumerable.Range(0, 600).Select(status => (object)status)];
    private readonly Meter _meter;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _requestSeconds;
    private readonly Counter<long> _hits;
    private readonly Histogram<double> _searchSeconds;
    private long _items;

    /// <summary>Makes the instruments of one service.</summary>
    public ServiceMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(Name);
        _requests = _meter.CreateCounter<long>("semblance.http.requests", null, "Requests that were answered.");
        _requestSeconds = _meter.CreateHistogram<double>("semblance.http.request.duration", "s", "Seconds from a request to the end of its answer.");
        _hits = _meter.CreateCounter<long>("semblance.search.hits", null, "Items that searches found.");
        _searchSeconds = _meter.CreateHistogram<double>("semblance.search.duration", "s", "Seconds that the store took to search.");
        _meter.CreateObservableGauge("semblance.items", () => Volatile.Read(ref _items), null, "Items of the store.");
        ObserveProcess(_meter);
    }

    /// <summary>Takes note of how many items there are.</summary>
    public void Holds(long items) => Volatile.Write(ref _items, items);

    /// <summary>The source of traces.</summary>
    public static ActivitySource Traces { get; } = new(Name);

    /// <summary>Counts a request.</summary>
    public void Requested(string method, string route, int status, TimeSpan took)
    {
        _requests.Add(1, new("method", method), new("route", route), new("status", Boxed(status)));
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

    private static object Boxed(int status) => status is >= 0 and < 600 ? Statuses[status] : status;

    private static void ObserveProcess(Meter meter)
    {
        meter.CreateObservableGauge("process.resident.memory", () => Environment.WorkingSet, "By", "Memory of the process that is in the machine's.");
        meter.CreateObservableGauge("dotnet.gc.heap", () => GC.GetTotalMemory(forceFullCollection: false), "By", "Memory of managed objects.");
        meter.CreateObservableCounter("dotnet.gc.allocated", () => GC.GetTotalAllocatedBytes(), "By", "Memory of managed objects that was ever taken.");
        meter.CreateObservableCounter("dotnet.gc.pause", () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Seconds for which the collector stopped the process.");
        meter.CreateObservableCounter("dotnet.gc.collections", () => Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => new Measurement<long>(GC.CollectionCount(generation), new KeyValuePair<string, object?>("generation", generation))), null, "Garbage collections.");
        meter.CreateObservableCounter("process.cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Seconds of processors that the process used.");
        meter.CreateObservableGauge("dotnet.thread_pool.queue.length", () => ThreadPool.PendingWorkItemCount, null, "Work that waits for a thread.");
    }
}
