namespace Semblance.Index;

/// <summary>What a search may return and how it runs. None of it but the filters changes a result.</summary>
public sealed record SearchOptions
{
    /// <summary>Only these rows; null for all.</summary>
    public RowSet? Rows { get; init; }

    /// <summary>Only rows for which it is true; called, possibly on several threads, for rows that are near enough to be results. Null for all.</summary>
    public Func<int, bool>? Where { get; init; }

    /// <summary>Threads for a batch of queries; 0 for one a processor.</summary>
    public int Threads { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Threads must be 0 (one a processor) or more."); }

    /// <summary>The way to search; <see cref="SearchPlan.Auto"/> chooses the fastest.</summary>
    public SearchPlan Plan { get; init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"Plan must be one of {string.Join(", ", Enum.GetNames<SearchPlan>())}."); }

    /// <summary>Ends the search early with <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Whether rows at the distance of the k-th are returned too, however many: for callers who order equal distances by something other than the row.</summary>
    internal bool KeepTies { get; init; }
}
