using Microsoft.AspNetCore.Http;
using Semblance.IO;
using Semblance.Serving.Http;
using Semblance.Serving.Stores;

namespace Semblance.Serving.Browsing;

/// <summary>What the operations of browsing work with: the browser of a store, and the judgments of its results.</summary>
internal sealed class BrowsingService : IAsyncDisposable
{
    private readonly JudgmentLog? _judgments;
    private readonly string _store;

    private BrowsingService(ISearchStore store, BrowsingOptions options, JudgmentLog? judgments) => (_store, Browser, _judgments) = (store.Name, new CollectionBrowser(store, options), judgments);

    /// <summary>Tags, map, clusters, near-duplicates.</summary>
    public CollectionBrowser Browser { get; }

    /// <summary>The judgments.</summary>
    /// <exception cref="RefusedException">The store is no directory, and no file was named.</exception>
    public JudgmentLog Judgments => _judgments
        ?? throw new RefusedException(StatusCodes.Status409Conflict, $"{_store} is no directory beside which judgments could be kept. Start the service with --judgments and a file for them.");

    /// <summary>Changes the judgments; a file that cannot be written is told to the caller.</summary>
    public T Write<T>(Func<JudgmentLog, T> change)
    {
        try
        {
            return change(Judgments);
        }
        catch (SemblanceException fault)
        {
            int status = fault.InnerException is null || AtomicFile.IsDiskFull(fault.InnerException) ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status503ServiceUnavailable;
            throw new RefusedException(status, fault.Message);
        }
    }

    /// <summary>Opens the judgments; everything else begins when it is asked for.</summary>
    /// <exception cref="InvalidDataException">The file of judgments cannot be read.</exception>
    public static BrowsingService Open(ISearchStore store, BrowsingOptions options)
    {
        string? file = options.JudgmentsFile ?? (store is LocalStore ? Path.TrimEndingDirectorySeparator(store.Name) + ".judgments.jsonl" : null);
        return new BrowsingService(store, options, file is null ? null : new JudgmentLog(file, options.MaxJudgments));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync().ConfigureAwait(false);
        _judgments?.Dispose();
    }
}
