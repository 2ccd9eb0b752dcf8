namespace Semblance.Reports;

/// <summary>What an HTML page tells of a run. Each part but the title may be missing; the page then has no such section.</summary>
public sealed record RunReport
{
    /// <summary>The heading and the name of the page.</summary>
    public required string Title { get; init; }

    /// <summary>The name of the run, usually its folder.</summary>
    public string? Run { get; init; }

    /// <summary>One or two sentences that say how the run went; <see cref="ScoreTable.Describe"/> makes one from scores.</summary>
    public string? Summary { get; init; }

    /// <summary>When the run ended.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>How the training went.</summary>
    public TrainingCurves? Training { get; init; }

    /// <summary>The stages in which images trained.</summary>
    public StageFigures? Stages { get; init; }

    /// <summary>Weights that the pairs of some batches got, one a term.</summary>
    public IReadOnlyList<TermWeights> Weights { get; init; } = [];

    /// <summary>Scores of the run beside those of baselines.</summary>
    public ScoreTable? Scores { get; init; }

    /// <summary>Precision and recall as the radius grows.</summary>
    public PrecisionRecall? PrecisionRecall { get; init; }

    /// <summary>Scores class by class.</summary>
    public ClassTable? Classes { get; init; }

    /// <summary>How well the model tells classes.</summary>
    public ClassificationFigures? Classification { get; init; }

    /// <summary>How far apart pairs are that belong together and pairs that do not.</summary>
    public DistanceHistogram? Distances { get; init; }

    /// <summary>How often each bit is set.</summary>
    public BitBalance? Bits { get; init; }

    /// <summary>Queries with their nearest images.</summary>
    public Gallery? Gallery { get; init; }

    /// <summary>What the run depended on.</summary>
    public RunSettings? Settings { get; init; }
}
