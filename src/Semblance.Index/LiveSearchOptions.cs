namespace Semblance.Index;

/// <summary>What a search of a <see cref="LiveIndex"/> may return and how it runs. None of it but the filters changes which items are found.</summary>
public sealed record LiveSearchOptions
{
    /// <summary>Only items whose tags it accepts; null for all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Only items for which it is true; called, possibly on several threads and more than once, for items that are near enough. Null for all.</summary>
    public Func<Item, bool>? Where { get; init; }

    /// <summary>Whether results carry the item with its tags and payload.</summary>
    public bool Items { get; init; }

    /// <summary>Threads for a batch of queries; 0 for one a processor.</summary>
    public int Threads { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Threads must be 0 (one a processor) or more."); }

    /// <summary>The way to search; <see cref="SearchPlan.Auto"/> chooses the fastest.</summary>
    public SearchPlan Plan { get; init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"Plan must be one of {string.Join(", ", Enum.GetNames<SearchPlan>())}."); }

    /// <summary>Ends the search early with <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }
}
