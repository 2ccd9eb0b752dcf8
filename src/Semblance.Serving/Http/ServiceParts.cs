using Semblance.Encoders;
using Semblance.Serving.Browsing;
using Semblance.Serving.Images;
using Semblance.Serving.Security;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Http;

/// <summary>The store, the encoder and the images of a service.</summary>
internal sealed record ServiceParts : IAsyncDisposable
{
    private readonly OwnParts _own;

    private ServiceParts(OwnParts own) => _own = own;

    /// <summary>What is searched.</summary>
    public required ISearchStore Store { get; init; }

    /// <summary>What makes codes of images; null where images cannot be searched with.</summary>
    public required IImageEncoder? Encoder { get; init; }

    /// <summary>The images of the items; null where the service has none.</summary>
    public required ImageLibrary? Library { get; init; }

    /// <summary>The collection as a whole, and judgments of results.</summary>
    public required BrowsingService Browsing { get; init; }

    /// <summary>Fetches images of other hosts; null where that is switched off.</summary>
    public required UrlFetcher? Fetcher { get; init; }

    /// <summary>Opens them.</summary>
    /// <param name="options">What is served.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InvalidDataException">The store or the run cannot be read, or they do not belong together.</exception>
    public static async Task<ServiceParts> OpenAsync(SearchServiceOptions options, CancellationToken cancellation)
    {
        OwnParts own = new();
        try
        {
            ImageIntake intake = own.Add(new ImageIntake(new ImageLimits { MaxBytes = options.MaxImageBytes, MaxPixels = options.MaxPixels }));
            // A model takes a while to load; who waits for the start does other things meanwhile.
            IImageEncoder encoder = options.Encoder ?? own.Add(await Task.Run(() => OpenEncoder(options, intake), cancellation).ConfigureAwait(false));
            ISearchStore store = options.Store ?? own.Add(await OpenStoreAsync(options, encoder.Bits, cancellation).ConfigureAwait(false));
            return new ServiceParts(own)
            {
                Store = store,
                Encoder = await MatchedAsync(options, store, encoder, cancellation).ConfigureAwait(false),
                Library = options.Library ?? (options.Images is { } folder ? new ImageLibrary(folder, intake) : null),
                Fetcher = options.UrlHosts.Count == 0 ? null : own.Add(new UrlFetcher(options.UrlHosts, options.MaxImageBytes)),
                Browsing = own.Add(BrowsingService.Open(store, options.Browsing)),
            };
        }
        catch
        {
            await own.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _own.DisposeAsync();

    private static EncoderQueue OpenEncoder(SearchServiceOptions options, ImageIntake intake)
    {
        EncoderQueueOptions how = new() { Intake = intake };
        return options.Model is { } run ? EncoderQueue.OfRun(run, how) : EncoderQueue.Perceptual(how);
    }

    private static Task<ISearchStore> OpenStoreAsync(SearchServiceOptions options, int bits, CancellationToken cancellation) => SearchStores.OpenAsync(
        options.Index ?? throw new ArgumentException("the service has nothing to search. Set Index to the directory of an index, or Store to a store that is open."),
        new StoreOptions { ReadOnly = options.ReadOnly, CreateBits = options.Create ? bits : null },
        cancellation);

    /// <summary>The encoder, where it belongs to the codes; null where it does not and nobody asked for it.</summary>
    private static async Task<IImageEncoder?> MatchedAsync(SearchServiceOptions options, ISearchStore store, IImageEncoder encoder, CancellationToken cancellation)
    {
        EncodedNote? note = await store.NoteAsync(cancellation).ConfigureAwait(false);
        if (Mismatch(store, note, encoder) is { } mismatch)
        {
            return options.Encoder is null && options.Model is null ? null : throw new InvalidDataException(mismatch);
        }
        if (note is null && !options.ReadOnly && !store.ReadOnly && (await store.InfoAsync(cancellation).ConfigureAwait(false)).Items == 0)
        {
            await store.SetNoteAsync(encoder.Note, cancellation).ConfigureAwait(false);
        }
        return encoder;
    }

    private static string? Mismatch(ISearchStore store, EncodedNote? note, IImageEncoder encoder) =>
        store.Bits != encoder.Bits ? $"{store.Name} holds codes of {store.Bits} bits and the model gives {encoder.Bits} values. Search with the model that encoded them."
        : note is not null && note.Model != encoder.Note.Model ? $"{store.Name} was encoded by model {note.Model} (run {note.Run}); run {encoder.Note.Run} holds model {encoder.Note.Model}. Search with the run that encoded it, or encode again."
        : null;

    /// <summary>What the service has opened itself; closed the last one first. What its options gave is the caller's.</summary>
    private sealed class OwnParts : IAsyncDisposable
    {
        private readonly Stack<object> _parts = new();

        public T Add<T>(T part)
            where T : class
        {
            _parts.Push(part);
            return part;
        }

        public async ValueTask DisposeAsync()
        {
            while (_parts.TryPop(out object? part))
            {
                if (part is IAsyncDisposable open)
                {
                    await open.DisposeAsync().ConfigureAwait(false);
                }
                else
                {
                    ((IDisposable)part).Dispose();
                }
            }
        }
    }
}
