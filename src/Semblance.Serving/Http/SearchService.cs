using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Semblance.Deduplication;
using Semblance.Encoders;
using Semblance.Index;
using Semblance.Serving.Browsing;
using Semblance.Serving.Http.Metrics;
using Semblance.Serving.Http.OpenApi;
using Semblance.Serving.Images;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Http;

/// <summary>What the operations work with: the store, the encoder and the limits. Opened when the application starts, closed when it has stopped.</summary>
internal sealed class SearchService(SearchServiceOptions options, ServiceMetrics metrics, PrometheusExporter exporter) : IHostedLifecycleService
{
    private readonly Func<string, bool> _images = static _ => false;
    private ISearchStore? _store;
    private BrowsingService? _browsing;
    private volatile bool _stopping;

    /// <summary>What is searched.</summary>
    public ISearchStore Store => _store ?? throw new StoreUnavailableException("the service is starting. Send the request again.");

    /// <summary>What makes codes of images; null where images cannot be searched with.</summary>
    public IImageEncoder? Encoder { get; private set; }

    /// <summary>The collection as a whole, and judgments of results.</summary>
    public BrowsingService Browsing => _browsing ?? throw new StoreUnavailableException("the service is starting. Send the request again.");

    /// <summary>Names and limits.</summary>
    public SearchServiceOptions Options => options;

    /// <summary>What is counted.</summary>
    public ServiceMetrics Metrics => metrics;

    /// <summary>Writes what is counted.</summary>
    public PrometheusExporter Exporter => exporter;

    /// <summary>What describes the operations.</summary>
    public KeptDocument Document { get; } = new();

    /// <summary>Whether writes are refused.</summary>
    public bool ReadOnly => options.ReadOnly || Store.ReadOnly;

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
        if (image.IsEmpty)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, "the body is empty; send the bytes of an image file.");
        }
        try
        {
            return await encoder.EncodeAsync(image, "the image", region, cancellation).ConfigureAwait(false);
        }
        catch (InvalidDataException fault)
        {
            throw new RefusedException(StatusCodes.Status422UnprocessableEntity, fault.Message);
        }
    }

    /// <summary>Whether the service has the image of an item.</summary>
    public bool HasImage(ItemId id) => _images(id.ToString());

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Encoder = options.Encoder ?? OpenEncoder();
        _store = options.Store ?? await OpenStoreAsync(cancellationToken).ConfigureAwait(false);
        _browsing = BrowsingService.Open(_store, options.Browsing);
        EncodedNote? note = await _store.NoteAsync(cancellationToken).ConfigureAwait(false);
        bool chosen = options.Encoder is not null || options.Model is not null;
        if (Encoder is not null && Mismatch(_store, note, Encoder) is { } mismatch)
        {
            Encoder = !chosen ? null : throw new InvalidDataException(mismatch);
        }
        if (Encoder is not null && note is null && !ReadOnly && (await _store.InfoAsync(cancellationToken).ConfigureAwait(false)).Items == 0)
        {
            await _store.SetNoteAsync(Encoder.Note, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (options.Encoder is null && Encoder is { } encoder)
        {
            await encoder.DisposeAsync().ConfigureAwait(false);
        }
        if (_browsing is { } browsing)
        {
            await browsing.DisposeAsync().ConfigureAwait(false);
        }
        if (options.Store is null && _store is { } store)
        {
            await store.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string? Mismatch(ISearchStore store, EncodedNote? note, IImageEncoder encoder) =>
        store.Bits != encoder.Bits ? $"{store.Name} holds codes of {store.Bits} bits and the model gives {encoder.Bits}. Search with the model that encoded them."
        : note is not null && note.Model != encoder.Note.Model ? $"{store.Name} was encoded by model {note.Model} (run {note.Run}); run {encoder.Note.Run} holds model {encoder.Note.Model}. Search with the run that encoded it, or encode again."
        : null;

    private IImageEncoder OpenEncoder() => options.Model is null ? new PerceptualEncoder() : throw new NotSupportedException("models come with the encoder queue");

    private Task<ISearchStore> OpenStoreAsync(CancellationToken cancellation)
    {
        StoreOptions how = new() { ReadOnly = options.ReadOnly, CreateBits = options.Create ? Encoder?.Bits ?? PerceptualHash.Bits : null };
        return SearchStores.OpenAsync(options.Index ?? throw new ArgumentException("the service has nothing to search. Set Index to the directory of an index, or Store to a store that is open."), how, cancellation);
    }
}
