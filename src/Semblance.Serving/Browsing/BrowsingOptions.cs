namespace Semblance.Serving.Browsing;

/// <summary>Where judgments are kept, and how much of a collection is looked at to browse it. The defaults bound memory and time for any number of items.</summary>
public sealed record BrowsingOptions
{
    /// <summary>The file of judgments; null for a file beside the index, <c>INDEX.judgments.jsonl</c>. A store that is no directory needs one.</summary>
    public string? JudgmentsFile { get; init; }

    /// <summary>The most judgments that are kept.</summary>
    public int MaxJudgments { get; init => field = Positive(value); } = 1_000_000;

    /// <summary>The most items that map, clusters and near-duplicates are made of.</summary>
    public int SampleItems { get; init => field = Positive(value); } = 50_000;

    /// <summary>Points of a map where nobody says how many.</summary>
    public int MapPoints { get; init => field = Positive(value); } = 5_000;

    /// <summary>The most different tags that are counted.</summary>
    public int MaxTags { get; init => field = Positive(value); } = 10_000;

    /// <summary>How long one pass over a store may take; what it has seen by then counts.</summary>
    public TimeSpan ScanTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For how long a pass is good while hardly anything changes; a pass that took long is good for longer.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromSeconds(30);

    private static int Positive(int value) => value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 or more is needed.");
}
