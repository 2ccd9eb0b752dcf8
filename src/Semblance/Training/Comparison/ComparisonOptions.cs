namespace Semblance.Training.Comparison;

/// <summary>Which part of a comparison is made, and where.</summary>
public sealed record ComparisonOptions
{
    /// <summary>Folder of runs, kept features and tables.</summary>
    public required string Output { get; init; }

    /// <summary>Names of the losses to run; empty for all.</summary>
    public IReadOnlyList<string> Losses { get; init; } = [];

    /// <summary>Names of the families to run; empty for all.</summary>
    public IReadOnlyList<string> Families { get; init; } = [];

    /// <summary>Lengths of codes to run; empty for all.</summary>
    public IReadOnlyList<int> Bits { get; init; } = [];

    /// <summary>Number of seeds; null for that of the comparison.</summary>
    public int? Seeds { get; init; }

    /// <summary>Folder that holds the data sets under the last part of their path; null leaves the families' paths.</summary>
    public string? DataRoot { get; init; }

    /// <summary>Changes of every recipe, as <c>--set</c> takes them.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Trains for a few steps only, to see that everything works; the scores mean nothing.</summary>
    public bool Quick { get; init; }
}
