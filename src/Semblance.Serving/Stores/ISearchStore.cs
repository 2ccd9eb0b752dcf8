using Semblance.Encoders;
using Semblance.Index;

namespace Semblance.Serving.Stores;

/// <summary>What the service searches and writes: an index in a directory, or a database. All methods may be called at the same time.</summary>
/// <remarks>
/// Answers are ordered by (distance, id) and are the same whatever the store, unless <see cref="StoreSearch.Approximate"/> asks for less. A write counts, and is as durable as
/// the store promises, when its task completes.
/// Failures: <see cref="ArgumentException"/> for what the caller gave, <see cref="StoreUnavailableException"/> for a store that cannot be reached now,
/// <see cref="ReadOnlyStoreException"/> for a write that is not allowed, <see cref="IOException"/> for a disk.
/// </remarks>
public interface ISearchStore : IAsyncDisposable
{
    /// <summary>The store in words for people: the directory, or the database without its password.</summary>
    string Name { get; }

    /// <summary>Bits of a code.</summary>
    int Bits { get; }

    /// <summary>What the ids are.</summary>
    IdKind Ids { get; }

    /// <summary>Whether writes are refused.</summary>
    bool ReadOnly { get; }

    /// <summary>Searches with each of some codes.</summary>
    /// <param name="queries">Codes of <see cref="Bits"/> bits.</param>
    /// <param name="search">How many, how far, which.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>One answer a code.</returns>
    Task<IReadOnlyList<StoreAnswer>> SearchAsync(Codes queries, StoreSearch search, CancellationToken cancellation = default);

    /// <summary>The item of an id, or null.</summary>
    Task<Item?> FindAsync(ItemId id, CancellationToken cancellation = default);

    /// <summary>All items of one moment in the order of their ids.</summary>
    /// <param name="after">Begins behind this id; null for the first.</param>
    /// <param name="cancellation">Ends it.</param>
    IAsyncEnumerable<Item> ItemsAsync(ItemId? after = null, CancellationToken cancellation = default);

    /// <summary>Adds items and replaces those whose ids are there, all of them or none.</summary>
    /// <returns>How many replaced an item that was there.</returns>
    Task<int> UpsertAsync(IReadOnlyCollection<Item> items, CancellationToken cancellation = default);

    /// <summary>Deletes items, all of them or none.</summary>
    /// <returns>How many were there.</returns>
    Task<int> DeleteAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellation = default);

    /// <summary>What the store holds.</summary>
    Task<StoreInfo> InfoAsync(CancellationToken cancellation = default);

    /// <summary>Which model made the codes; null where the store does not know.</summary>
    Task<EncodedNote?> NoteAsync(CancellationToken cancellation = default);

    /// <summary>Remembers which model made the codes.</summary>
    Task SetNoteAsync(EncodedNote note, CancellationToken cancellation = default);

    /// <summary>Whether it can be searched now.</summary>
    /// <exception cref="StoreUnavailableException">It cannot, with the reason.</exception>
    Task CheckAsync(CancellationToken cancellation = default);
}
