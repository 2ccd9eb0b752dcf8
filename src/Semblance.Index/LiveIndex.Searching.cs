namespace Semblance.Index;

/// <content>Searching: each call sees one state.</content>
public sealed partial class LiveIndex
{
    /// <summary>The item of an id, or null where there is none.</summary>
    public Item? Find(ItemId id) => Read(snapshot => snapshot.Find(id));

    /// <inheritdoc cref="Semblance.Index.Snapshot.Nearest(ReadOnlySpan{ulong}, int, LiveSearchOptions?)"/>
    public ItemMatch[] Nearest(ReadOnlySpan<ulong> code, int k, LiveSearchOptions? options = null)
    {
        using Snapshot snapshot = Snapshot();
        return snapshot.Nearest(code, k, options);
    }

    /// <inheritdoc cref="Semblance.Index.Snapshot.Within(ReadOnlySpan{ulong}, int, LiveSearchOptions?)"/>
    public ItemMatch[] Within(ReadOnlySpan<ulong> code, int radius, LiveSearchOptions? options = null)
    {
        using Snapshot snapshot = Snapshot();
        return snapshot.Within(code, radius, options);
    }

    /// <inheritdoc cref="Semblance.Index.Snapshot.Nearest(Codes, int, LiveSearchOptions?)"/>
    public ItemMatch[][] Nearest(Codes queries, int k, LiveSearchOptions? options = null) => Read(snapshot => snapshot.Nearest(queries, k, options));

    /// <inheritdoc cref="Semblance.Index.Snapshot.Within(Codes, int, LiveSearchOptions?)"/>
    public ItemMatch[][] Within(Codes queries, int radius, LiveSearchOptions? options = null) => Read(snapshot => snapshot.Within(queries, radius, options));

    /// <inheritdoc cref="Semblance.Index.Snapshot.NearestWeighted"/>
    public ScoredMatch[] NearestWeighted(ReadOnlySpan<ulong> code, ReadOnlySpan<double> weights, int k, LiveSearchOptions? options = null)
    {
        using Snapshot snapshot = Snapshot();
        return snapshot.NearestWeighted(code, weights, k, options);
    }

    /// <inheritdoc cref="Semblance.Index.Snapshot.NearestJaccard"/>
    public ScoredMatch[] NearestJaccard(ReadOnlySpan<ulong> code, int k, LiveSearchOptions? options = null)
    {
        using Snapshot snapshot = Snapshot();
        return snapshot.NearestJaccard(code, k, options);
    }

    /// <inheritdoc cref="Semblance.Index.Snapshot.NearestAsymmetric"/>
    public ScoredMatch[] NearestAsymmetric(ReadOnlySpan<float> embedding, int k, int candidates, LiveSearchOptions? options = null)
    {
        using Snapshot snapshot = Snapshot();
        return snapshot.NearestAsymmetric(embedding, k, candidates, options);
    }

    /// <inheritdoc cref="Semblance.Index.Snapshot.Explain"/>
    public IReadOnlyList<PartExplanation> Explain(ReadOnlySpan<ulong> code, int k, LiveSearchOptions? options = null)
    {
        using Snapshot snapshot = Snapshot();
        return snapshot.Explain(code, k, options);
    }

    /// <summary>The k nearest items, found on another thread.</summary>
    /// <inheritdoc cref="Semblance.Index.Snapshot.Nearest(ReadOnlySpan{ulong}, int, LiveSearchOptions?)"/>
    public Task<ItemMatch[]> NearestAsync(ReadOnlyMemory<ulong> code, int k, LiveSearchOptions? options = null, CancellationToken cancellation = default) =>
        Task.Run(() => Nearest(code.Span, k, With(options, cancellation)), cancellation);

    /// <summary>All items within a radius, found on another thread.</summary>
    /// <inheritdoc cref="Semblance.Index.Snapshot.Within(ReadOnlySpan{ulong}, int, LiveSearchOptions?)"/>
    public Task<ItemMatch[]> WithinAsync(ReadOnlyMemory<ulong> code, int radius, LiveSearchOptions? options = null, CancellationToken cancellation = default) =>
        Task.Run(() => Within(code.Span, radius, With(options, cancellation)), cancellation);

    /// <summary>The k nearest items of every query, found on other threads.</summary>
    /// <inheritdoc cref="Semblance.Index.Snapshot.Nearest(Codes, int, LiveSearchOptions?)"/>
    public Task<ItemMatch[][]> NearestAsync(Codes queries, int k, LiveSearchOptions? options = null, CancellationToken cancellation = default) =>
        Task.Run(() => Nearest(queries, k, With(options, cancellation)), cancellation);

    private static LiveSearchOptions With(LiveSearchOptions? options, CancellationToken cancellation)
    {
        options ??= new LiveSearchOptions();
        return cancellation.CanBeCanceled ? options with { Cancellation = cancellation } : options;
    }

    private T Read<T>(Func<Snapshot, T> read)
    {
        using Snapshot snapshot = Snapshot();
        return read(snapshot);
    }
}
