using Semblance.Evaluation;
using Semblance.Evaluation.Classification;

namespace Semblance.Training.Results;

/// <summary>How well a model tells classes: by accuracy where images have one label each, else by average precision.</summary>
public sealed record Classified
{
    /// <summary>Images with one label each; null for others.</summary>
    public ClassificationScores? Single { get; init; }

    /// <summary>Images with several labels or none; null for others.</summary>
    public MultiLabelScores? Several { get; init; }

    /// <summary>The numbers to print.</summary>
    public IEnumerable<Score> Scores() => Single?.Scores() ?? Several?.Scores() ?? [];
}
