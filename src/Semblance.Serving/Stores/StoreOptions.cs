using Semblance.Index;
using Semblance.Serving.Postgres;

namespace Semblance.Serving.Stores;

/// <summary>How a store is opened.</summary>
public sealed record StoreOptions
{
    /// <summary>Refuse writes, so that another process may write.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Bits of the codes of a store that is not there yet; null refuses to make one.</summary>
    public int? CreateBits { get; init; }

    /// <summary>What the ids of a store that is made are.</summary>
    public IdKind CreateIds { get; init; } = IdKind.Text;
}

/// <summary>Opens stores by name.</summary>
public static class SearchStores
{
    /// <summary>Opens a store.</summary>
    /// <param name="name">The directory of an index, or <c>postgres://user:password@host/database</c>.</param>
    /// <param name="options">How; null for reading and writing what is there.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InvalidDataException">It is no store, damaged, or of a newer version.</exception>
    /// <exception cref="IOException">Another process writes to it.</exception>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public static async Task<ISearchStore> OpenAsync(string name, StoreOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        cancellation.ThrowIfCancellationRequested();
        return PostgresUrl.Is(name)
            ? await PostgresStore.OpenAsync(PostgresUrl.Parse(name), options ?? new StoreOptions(), cancellation).ConfigureAwait(false)
            : LocalStore.Open(name, options ?? new StoreOptions());
    }
}
