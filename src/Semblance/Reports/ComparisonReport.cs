namespace Semblance.Reports;

/// <summary>What the page of a comparison of losses tells.</summary>
public sealed record ComparisonReport
{
    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>One or two sentences that say what was compared.</summary>
    public string Summary { get; init; } = "";

    /// <summary>When the table was made.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>One table a family of runs.</summary>
    public IReadOnlyList<ComparedScores> Tables { get; init; } = [];

    /// <summary>What each loss changes in a family's recipe.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Losses { get; init; } = [];

    /// <summary>The families' recipes.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Recipes { get; init; } = [];
}

/// <summary>Scores of losses under one recipe.</summary>
/// <param name="Name">Of the family; also the address of its section.</param>
/// <param name="Rows">Best first; the baseline last.</param>
public sealed record ComparedScores(string Name, IReadOnlyList<ComparedRow> Rows);

/// <summary>Scores of one loss.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsBaseline">Whether it is only there to compare with.</param>
/// <param name="Cells">One a metric, the metric of the chart first.</param>
public sealed record ComparedRow(string Name, bool IsBaseline, IReadOnlyList<ComparedCell> Cells);

/// <summary>A score over several seeds.</summary>
/// <param name="Metric">Such as <c>Recall@1</c>.</param>
/// <param name="Protocol">The protocol id.</param>
/// <param name="Mean">Over the seeds.</param>
/// <param name="Deviation">Standard deviation; null for one seed.</param>
/// <param name="Values">The value of each seed.</param>
public sealed record ComparedCell(string Metric, string Protocol, double Mean, double? Deviation, IReadOnlyList<double> Values);
