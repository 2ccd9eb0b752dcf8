using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Semblance.Index;
using Semblance.Serving.Browsing;
using Semblance.Serving.Http.Metrics;
using Semblance.Serving.Http.OpenApi;
using Semblance.Serving.Images;
using Semblance.Serving.Security;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Http;

/// <summary>What the operations work with: the store, the encoder, the images and the limits. Opened when the application starts, closed when it has stopped.</summary>
internal sealed class SearchService(SearchServiceOptions options, ServiceMetrics metrics, PrometheusExporter exporter) : IHostedLifecycleService, IAsyncDisposable
{
    private readonly AccessGuard _guard = new(options.Access);
    private readonly ItemLocks _locks = new();
    private ServiceParts? _parts;
    private volatile bool _stopping;

    /// <summary>What is searched.</summary>
    public ISearchStore Store => Parts.Store;

    /// <summary>What makes codes of images; null where images cannot be searched with.</summary>
    public IImageEncoder? Encoder => Parts.Encoder;

    /// <summary>The images of the items; null where the service has none.</summary>
    public ImageLibrary? Library => Parts.Library;

    /// <summary>The collection as a whole, and judgments of results.</summary>
    public BrowsingService Browsing => Parts.Browsing;

    /// <summary>Fetches images of other hosts; null where that is switched off.</summary>
    public UrlFetcher? Fetcher => Parts.Fetcher;

    /// <summary>Says who may.</summary>
    public AccessGuard Guard => _guard;

    /// <summary>Names and limits.</summary>
    public SearchServiceOptions Options => options;

    /// <summary>What bodies take together.</summary>
    public BodyBytes Bodies { get; } = new(options.MaxBodyBytes);

    /// <summary>What is counted.</summary>
    public ServiceMetrics Metrics => metrics;

    /// <summary>Writes what is counted.</summary>
    public PrometheusExporter Exporter => exporter;

    /// <summary>What describes the operations.</summary>
    public KeptDocument Document { get; } = new();

    /// <summary>Whether writes are refused.</summary>
    public bool ReadOnly => options.ReadOnly || Store.ReadOnly;

    private ServiceParts Parts => _parts ?? throw new StoreUnavailableException("the service is starting. Send the request again.");

    /// <summary>Fails where no search would succeed now.</summary>
    /// <exception cref="StoreUnavailableException">The service starts or stops, or its store cannot be searched.</exception>
    public Task CheckAsync(CancellationToken cancellation) =>
        _stopping ? throw new StoreUnavailableException("the service is stopping. Send requests to another one.") : Store.CheckAsync(cancellation);

    /// <summary>The code of an image that somebody sent.</summary>
    /// <exception cref="RefusedException">It cannot be read, or there is no model.</exception>
    public async Task<ReadOnlyMemory<ulong>> EncodeAsync(ReadOnlyMemory<byte> image, ImageRegion? region, CancellationToken cancellation)
    {
        if (Encoder is not { } encoder)
        {
            throw new RefusedException(StatusCodes.Status409Conflict, "this service has no model that belongs to its codes, so images cannot be encoded. Start it with --model and the run that made the codes, or send codes.");
        }
        try
        {
            return await encoder.EncodeAsync(image, "the image", region, cancellation).ConfigureAwait(false);
        }
        catch (InvalidDataException fault)
        {
            throw Problems.OfImage(fault);
        }
    }

    /// <summary>Puts items, all or none.</summary>
    /// <returns>How many replaced one that was there.</returns>
    public async Task<int> UpsertAsync(IReadOnlyCollection<Item> items, CancellationToken cancellation)
    {
        RequireWritable();
        using Activity? activity = ServiceMetrics.Traces.StartActivity("store.upsert")?.SetTag("semblance.items", items.Count);
        return await Store.UpsertAsync(items, cancellation).ConfigureAwait(false);
    }

    /// <summary>Puts an item and its image: both or, where it fails, not the item.</summary>
    /// <returns>How many items it replaced, 0 or 1.</returns>
    public async Task<int> PutAsync(Item item, ReadOnlyMemory<byte> image, CancellationToken cancellation)
    {
        RequireWritable();
        using IDisposable held = await _locks.HoldAsync([item.Id], cancellation).ConfigureAwait(false);
        // Acknowledged is what is on the disk: the image first, so that no item names one that is not there. From then on a client that goes does not part them.
        Library?.Save(item.Id.ToString(), image);
        return await UpsertAsync([item], CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Deletes items, all or none, and what was uploaded for them.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DeleteAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellation)
    {
        RequireWritable();
        using Activity? activity = ServiceMetrics.Traces.StartActivity("store.delete")?.SetTag("semblance.items", ids.Count);
        using IDisposable held = await _locks.HoldAsync(Library is null ? [] : ids, cancellation).ConfigureAwait(false);
        int deleted = await Store.DeleteAsync(ids, cancellation).ConfigureAwait(false);
        foreach (ItemId id in Library is null ? [] : ids)
        {
            Library!.Delete(id.ToString());
        }
        return deleted;
    }

    /// <summary>Refuses where writes are.</summary>
    /// <exception cref="ReadOnlyStoreException">They are.</exception>
    public void RequireWritable()
    {
        if (ReadOnly)
        {
            throw new ReadOnlyStoreException($"{Store.Name} is open for reading only.");
        }
    }

    /// <summary>Whether the service has the image of an item.</summary>
    public bool HasImage(ItemId id) => Library?.Find(id.ToString()) is not null;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken) => _parts = await ServiceParts.OpenAsync(options, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync().ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_parts is { } parts)
        {
            await parts.DisposeAsync().ConfigureAwait(false);
        }
        _guard.Dispose();
        _locks.Dispose();
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
