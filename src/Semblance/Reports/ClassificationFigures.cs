using Semblance.Evaluation.Classification;

namespace Semblance.Reports;

/// <summary>How well a model tells classes; one of the two kinds of scores is given.</summary>
/// <param name="Names">Names of the classes, by index.</param>
public sealed record ClassificationFigures(IReadOnlyList<string> Names)
{
    /// <summary>Of images with one label each.</summary>
    public ClassificationScores? Single { get; init; }

    /// <summary>Of images with several labels.</summary>
    public MultiLabelScores? Several { get; init; }
}
