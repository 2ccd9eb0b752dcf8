using System.Globalization;
using Semblance.Evaluation;
using Semblance.Index;

namespace Semblance.Training.Results;

/// <summary>What was measured of a model or a baseline.</summary>
/// <param name="Name">The model's or the baseline's.</param>
/// <param name="IsBaseline">Whether it is there to compare with.</param>
/// <param name="Scores">Every number, with its protocol.</param>
/// <param name="Codes">Details of codes; null for embeddings.</param>
public sealed record ScoredModel(string Name, bool IsBaseline, IReadOnlyList<Score> Scores, ScoredCodes? Codes)
{
    /// <summary>Number of queries.</summary>
    public int Queries { get; init; }

    /// <summary>Queries without a relevant image in the database.</summary>
    public int QueriesWithoutPositives { get; init; }

    /// <summary>Whether the queries searched anything.</summary>
    public bool Searched { get; init; } = true;

    /// <summary>How well the model tells the classes of the queries; null where it does not, or where they do not train.</summary>
    public Classified? Classified { get; init; }

    /// <summary>Says how many queries there were, and what became of those that have nothing to find.</summary>
    public string DescribeQueries() => !Searched ? string.Create(CultureInfo.InvariantCulture, $"{Queries} images, classified and not searched.") : string.Create(CultureInfo.InvariantCulture, $"{Queries} queries, {QueriesWithoutPositives} of them without a relevant image in the database")
        + (QueriesWithoutPositives == 0 ? "." : ": misses for a protocol with zero=counts-0, left out under zero=dropped.");

    /// <summary>The numbers that a table has room for, best known first.</summary>
    public IEnumerable<Score> Headlines() => Scores.Where(score => IsHeadline(score.Name)).DistinctBy(score => score.Name);

    internal static bool IsHeadline(string name) =>
        name == "mAP" || name.StartsWith("Recall@", StringComparison.Ordinal) || name.StartsWith("precision@radius", StringComparison.Ordinal)
        || IsOfClasses(name) || name is "R-precision" or "mAP@R" or "NMI" or "AMI" or "ARI" or "F1" or "accuracy" or "accuracy-sd" or "AUC" || name.StartsWith("TAR@FAR", StringComparison.Ordinal)
        || (name.StartsWith("precision@", StringComparison.Ordinal) && !name.Contains("radius", StringComparison.Ordinal))
        || (name.StartsWith("mAP@", StringComparison.Ordinal) && !name.Contains("radius", StringComparison.Ordinal));

    /// <summary>Whether a score is one of a classifier.</summary>
    internal static bool IsOfClasses(string name) => name is "per-class" or "many" or "medium" or "few" or "ECE" or "class-mAP" or "tau" || name.StartsWith("top-", StringComparison.Ordinal);
}

/// <summary>What was measured of codes beside the scores.</summary>
/// <param name="Query">Codes of the queries.</param>
/// <param name="Database">Codes of the database.</param>
/// <param name="Scores">How well they retrieve.</param>
/// <param name="Bits">What single bits do, over the database.</param>
public sealed record ScoredCodes(LabelledCodes Query, LabelledCodes Database, HashScores Scores, BitDiagnostics Bits)
{
    /// <summary>Precision and recall by radius.</summary>
    public PrecisionRecallCurve ByRadius => Scores.ByRadius;

    /// <summary>Precision within the first N, expected over ties, for a ladder of N.</summary>
    public IReadOnlyDictionary<int, double> PrecisionAt { get; init; } = new Dictionary<int, double>();

    /// <summary>Mean squared distance of the database's outputs from their signs; null where there are no outputs.</summary>
    public double? QuantisationError { get; init; }

    /// <summary>Share of the database's outputs that are within 0.2 of 1 or -1; null where there are no outputs.</summary>
    public double? NearCorners { get; init; }

    /// <summary>Adds what is known of the outputs that the codes are the signs of.</summary>
    public ScoredCodes WithOutputs(ReadOnlySpan<float> outputs) => this with { QuantisationError = BitDiagnostics.QuantisationError(outputs), NearCorners = BitDiagnostics.NearCorners(outputs) };
}
