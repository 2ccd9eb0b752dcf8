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

    /// <summary>Share of the queries with a relevant item among the first K, for every K that was asked for; the expected value over ties.</summary>
    public required IReadOnlyDictionary<int, double> RecallAt { get; init; }

    /// <summary>Hash lookup within a radius.</summary>
    public required HashLookupScores Lookup { get; init; }

    /// <summary>Precision and recall by radius, which no tie touches.</summary>
    public required PrecisionRecallCurve ByRadius { get; init; }

    /// <summary>Pairs of a query and a relevant item at each distance.</summary>
    public required IReadOnlyList<long> RelevantPairs { get; init; }

    /// <summary>Pairs of a query and an irrelevant item at each distance.</summary>
    public required IReadOnlyList<long> IrrelevantPairs { get; init; }

    /// <summary>Precision and recall by rank in stable order, where asked for.</summary>
    public PrecisionRecallCurve? ByRank { get; init; }

    /// <summary>Mean average precision over the whole ranking.</summary>
    public TieValues MeanAveragePrecision => Whole.AveragePrecision;

    /// <summary>The numbers to print, each with its protocol: mAP under every tie rule, all others as expected over ties.</summary>
    public IEnumerable<Score> Scores()
    {
        IEnumerable<Score> whole = [.. UnderEveryRule("mAP", MeanAveragePrecision, $"all,{DenominatorText}"), .. Graded("", Cut("all", TieRule.Expected), Whole)];
        return [.. whole, .. At.SelectMany(at => AtCutoff(at.Key, at.Value)), .. InBall(), new Score("random-baseline", RandomBaseline, Cut("all", TieRule.Expected)), .. Recall()];
    }

    private IEnumerable<Score> Recall() => RecallAt.OrderBy(at => at.Key).Select(at => new Score($"Recall@{Text(at.Key)}", at.Value, Cut($"top-{Text(at.Key)},hamming", TieRule.Expected)));

    /// <summary>The expected value first, then those that other people's sorts give: by index, and the best and the worst case.</summary>
    private IEnumerable<Score> UnderEveryRule(string name, TieValues values, string cutoff) => Enum.GetValues<TieRule>()
        .Where(rule => !double.IsNaN(values[rule]))
        .Select(rule => new Score(name, values[rule], Cut(cutoff, rule)));

    private static IEnumerable<Score> Graded(string at, string id, CutoffScores scores) =>
        [new Score($"nDCG{at}", scores.Ndcg.Expected, id), new Score($"ACG{at}", scores.Acg.Expected, id), new Score($"WAP{at}", scores.Wap.Expected, id)];

    private IEnumerable<Score> AtCutoff(int cutoff, CutoffScores scores)
    {
        string n = Text(cutoff), id = Cut($"top-{n}", TieRule.Expected);
        return [.. UnderEveryRule($"mAP@{n}", scores.AveragePrecision, $"top-{n},{DenominatorText}"), new Score($"precision@{n}", scores.Precision.Expected, id), .. Graded($"@{n}", id, scores)];
    }

    private IEnumerable<Score> InBall()
    {
        string radius = $"radius{Text(Lookup.Radius)}", id = Cut($"radius-{Text(Lookup.Radius)}", TieRule.Expected);
        return
        [
            new Score($"precision@{radius}", Lookup.PrecisionEmptyIsZero, id),
            new Score($"precision-nonempty@{radius}", Lookup.PrecisionNonEmptyOnly, Cut($"radius-{Text(Lookup.Radius)},empty-left-out", TieRule.Expected)),
            new Score($"recall@{radius}", Lookup.Recall, id),
            new Score($"mAP@{radius}", Lookup.AveragePrecisionInBall.Expected, id),
            new Score($"empty-balls@{radius}", Lookup.EmptyFraction, id),
        ];
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
