using System.Globalization;

namespace Semblance.Evaluation;

/// <summary>Everything that must be equal for two scores of verification to be comparable.</summary>
public sealed record VerificationProtocol
{
    /// <summary>Name of the list of pairs.</summary>
    public required string Pairs { get; init; }

    /// <summary>Number of pairs of one class.</summary>
    public required int Same { get; init; }

    /// <summary>Number of pairs of two classes.</summary>
    public required int Other { get; init; }

    /// <summary>What makes two images similar: <c>cosine</c> or <c>hamming</c>.</summary>
    public required string Similarity { get; init; }

    /// <summary>Number of folds, each judged by the best threshold of the others; 0 where all pairs are judged together.</summary>
    public int Folds { get; init; }

    /// <summary>The protocol in one string without spaces; equal strings mean comparable scores.</summary>
    public string Id => string.Create(
        CultureInfo.InvariantCulture,
        $"pairs={Pairs.Replace(' ', '-').Replace('/', '-')}/same={Same}/other={Other}/by={Similarity}/{(Folds > 0 ? $"folds={Folds}/threshold=best-on-other-folds" : "folds=pooled")}");

    /// <inheritdoc/>
    public override string ToString() => Id;

    /// <summary>The numbers that verification is reported by.</summary>
    /// <param name="pooled">All pairs together.</param>
    /// <param name="byFold">Fold by fold; null where there is one fold only.</param>
    /// <returns>Mean accuracy and its standard deviation over the folds, area under the ROC curve, true accept rates at false accept rates.</returns>
    public IEnumerable<Score> Scores(Verification pooled, FoldAccuracy? byFold)
    {
        ArgumentNullException.ThrowIfNull(pooled);
        List<Score> scores = [];
        if (byFold is not null)
        {
            string folded = (this with { Folds = byFold.PerFold.Count }).Id;
            scores.AddRange([new("accuracy", byFold.Mean, folded), new("accuracy-sd", byFold.Deviation, folded)]);
        }
        string together = (this with { Folds = 0 }).Id;
        scores.Add(new("AUC", pooled.AreaUnderCurve, together));
        scores.AddRange(pooled.TrueAcceptRates.OrderByDescending(rate => rate.Key).Select(rate => new Score($"TAR@FAR{Rate(rate.Key)}", rate.Value, together)));
        return scores;
    }

    // A bound is written metric=value, so that the name holds no "=".
    private static string Rate(double rate) => rate.ToString("0.###e-0", CultureInfo.InvariantCulture);
}
