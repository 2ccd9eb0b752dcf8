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

    /// <summary>What must be known before numbers are set against each other, a sentence each; shown first.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>One table a family of runs or a protocol.</summary>
    public IReadOnlyList<ComparedScores> Tables { get; init; } = [];

    /// <summary>What each loss changes in a family's recipe.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Losses { get; init; } = [];

    /// <summary>The recipes.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Recipes { get; init; } = [];

    /// <summary>Facts about the runs, a row each; null for none.</summary>
    public ComparedTexts? Runs { get; init; }
}

/// <summary>What a number of the comparison is given with.</summary>
public enum ComparedSpread
{
    /// <summary>The standard deviation over the seeds.</summary>
    Deviation,

    /// <summary>The 95 % interval of the mean over the seeds.</summary>
    Interval,
}

/// <summary>Scores side by side, and what else is known of those that have them.</summary>
/// <param name="Name">The address of its section.</param>
/// <param name="Rows">Best first; baselines last.</param>
public sealed record ComparedScores(string Name, IReadOnlyList<ComparedRow> Rows)
{
    /// <summary>The heading; null for the name.</summary>
    public string? Title { get; init; }

    /// <summary>What the heads of the rows are.</summary>
    public string Head { get; init; } = "Loss";

    /// <summary>What stands beside a mean.</summary>
    public ComparedSpread Spread { get; init; }

    /// <summary>Said below the table; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Sections of charts.</summary>
    public IReadOnlyList<ComparedCharts> Charts { get; init; } = [];

    /// <summary>Numbers about codes.</summary>
    public IReadOnlyList<ComparedRow> Statistics { get; init; } = [];

    /// <summary>Charts about codes.</summary>
    public IReadOnlyList<ComparedChart> CodeCharts { get; init; } = [];

    /// <summary>The same queries asked of each.</summary>
    public Gallery? Gallery { get; init; }

    /// <summary>Settings that are not the same everywhere; null for none.</summary>
    public ComparedTexts? Settings { get; init; }
}

/// <summary>Scores of one method.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsBaseline">Whether it is only there to compare with.</param>
/// <param name="Cells">One a metric, the metric of the chart first.</param>
public sealed record ComparedRow(string Name, bool IsBaseline, IReadOnlyList<ComparedCell> Cells)
{
    /// <summary>Length of its codes; null where there are none.</summary>
    public int? Bits { get; init; }

    /// <summary>How many seeds, where rows say so.</summary>
    public int? Seeds { get; init; }
}

/// <summary>A score over several seeds.</summary>
/// <param name="Metric">Such as <c>Recall@1</c>.</param>
/// <param name="Protocol">The protocol id.</param>
/// <param name="Mean">Over the seeds.</param>
/// <param name="Deviation">What stands beside the mean, a standard deviation or half an interval; null for one seed.</param>
/// <param name="Values">The value of each seed.</param>
public sealed record ComparedCell(string Metric, string Protocol, double Mean, double? Deviation, IReadOnlyList<double> Values)
{
    /// <summary>Between which values the order of equally distant items can put it; null where nothing is known.</summary>
    public (double Low, double High)? Ties { get; init; }

    /// <summary>Whether none of the same length of codes is better.</summary>
    public bool IsBest { get; init; }

    /// <summary>Whether it folds away below the table.</summary>
    public bool IsMinor { get; init; }
}

/// <summary>A section of charts.</summary>
/// <param name="Id">Its address.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Charts">The charts.</param>
public sealed record ComparedCharts(string Id, string Title, IReadOnlyList<ComparedChart> Charts);

/// <summary>A chart with a line for each method.</summary>
/// <param name="Id">Its address.</param>
/// <param name="Title">Its heading.</param>
/// <param name="X">What the x axis is.</param>
/// <param name="Y">What the y axis is.</param>
/// <param name="Lines">The lines.</param>
public sealed record ComparedChart(string Id, string Title, string X, string Y, IReadOnlyList<ComparedLine> Lines)
{
    /// <summary>What the places 0, 1, ... of the x axis are called; null where x is a measure.</summary>
    public IReadOnlyList<string>? Places { get; init; }

    /// <summary>Where the axes begin and end; null for where the lines do.</summary>
    public (double? FromX, double? ToX, double? FromY, double? ToY) Range { get; init; }

    /// <summary>Whether it is a histogram, filled.</summary>
    public bool IsArea { get; init; }

    /// <summary>What a reader should know; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The protocol id; null where the numbers are no scores.</summary>
    public string? Protocol { get; init; }
}

/// <summary>A line of a chart.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="X">Along the x axis.</param>
/// <param name="Y">Along the y axis; what is not finite is a gap.</param>
public sealed record ComparedLine(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>How far each value reaches up and down; null for none.</summary>
    public IReadOnlyList<double?>? Spread { get; init; }

    /// <summary>Its place in an order that all charts share, so that a method looks the same everywhere; null for its place in the chart.</summary>
    public int? Style { get; init; }

    /// <summary>What each point is called; null for its place on the x axis.</summary>
    public IReadOnlyList<string>? Points { get; init; }
}

/// <summary>A table of texts.</summary>
/// <param name="Columns">Headings, that of the row heads first.</param>
/// <param name="Rows">A cell for each column.</param>
public sealed record ComparedTexts(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
