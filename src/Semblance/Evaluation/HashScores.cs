using System.Globalization;

namespace Semblance.Evaluation;

/// <summary>How well binary codes retrieve, every number under its protocol.</summary>
public sealed record HashScores
{
    /// <summary>The protocol of the headline number, the expected mAP over the whole ranking.</summary>
    public required Protocol Protocol { get; init; }

    /// <summary>The denominator of average precision.</summary>
    public required ApDenominator Denominator { get; init; }

    /// <summary>Number of queries.</summary>
    public required int Queries { get; init; }

    /// <summary>Queries for which the database holds no relevant item.</summary>
    public required int QueriesWithoutRelevant { get; init; }

    /// <summary>Size of the database.</summary>
    public required long DatabaseCount { get; init; }

    /// <summary>Rows that were left out of rankings because they were copies of the query.</summary>
    public required long ExcludedCopies { get; init; }

    /// <summary>The precision of a random order: the mean share of relevant items in the database.</summary>
    public required double RandomBaseline { get; init; }

    /// <summary>The metrics over the whole ranking.</summary>
    public required CutoffScores Whole { get; init; }

    /// <summary>The metrics at every cut-off N that was asked for.</summary>
    public required IReadOnlyDictionary<int, CutoffScores> At { get; init; }

    /// <summary>Hash lookup within a radius.</summary>
    public required HashLookupScores Lookup { get; init; }

    /// <summary>Precision and recall by radius, which no tie touches.</summary>
    public required PrecisionRecallCurve ByRadius { get; init; }

    /// <summary>Precision and recall by rank in stable order, where asked for.</summary>
    public PrecisionRecallCurve? ByRank { get; init; }

    /// <summary>Mean average precision over the whole ranking.</summary>
    public TieValues MeanAveragePrecision => Whole.AveragePrecision;

    /// <summary>The numbers to print, each with its protocol: mAP under every tie rule, all others as expected over ties.</summary>
    public IEnumerable<Score> Scores()
    {
        foreach (TieRule rule in Enum.GetValues<TieRule>())
        {
            yield return new Score("mAP", MeanAveragePrecision[rule], Cut($"all,{DenominatorText}", rule));
        }

        foreach ((int cutoff, CutoffScores scores) in At)
        {
            foreach (Score score in AtCutoff(cutoff, scores))
            {
                yield return score;
            }
        }

        string ball = Cut($"radius-{Text(Lookup.Radius)}", TieRule.Expected);
        yield return new Score($"precision@radius{Text(Lookup.Radius)}", Lookup.PrecisionEmptyIsZero, ball);
        yield return new Score($"recall@radius{Text(Lookup.Radius)}", Lookup.Recall, ball);
        yield return new Score($"mAP@radius{Text(Lookup.Radius)}", Lookup.AveragePrecisionInBall.Expected, ball);
        yield return new Score($"empty-balls@radius{Text(Lookup.Radius)}", Lookup.EmptyFraction, ball);
        yield return new Score("random-baseline", RandomBaseline, Cut("all", TieRule.Expected));
    }

    private IEnumerable<Score> AtCutoff(int cutoff, CutoffScores scores)
    {
        string n = Text(cutoff);
        string id = Cut($"top-{n}", TieRule.Expected);
        yield return new Score($"mAP@{n}", scores.AveragePrecision.Expected, Cut($"top-{n},{DenominatorText}", TieRule.Expected));
        yield return new Score($"precision@{n}", scores.Precision.Expected, id);
        yield return new Score($"nDCG@{n}", scores.Ndcg.Expected, id);
        yield return new Score($"ACG@{n}", scores.Acg.Expected, id);
        yield return new Score($"WAP@{n}", scores.Wap.Expected, id);
    }

    private string DenominatorText => Denominator switch
    {
        ApDenominator.RelevantInTop => "over-relevant-in-top",
        ApDenominator.RelevantUpToCutoff => "over-min-relevant-cut",
        _ => "over-all-relevant",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private string Cut(string cutoff, TieRule ties) => (Protocol with { Cutoff = cutoff, Ties = ties }).Id;
}
