using System.Globalization;
using Semblance.Evaluation;
using Semblance.Index;

namespace Semblance.Golden.Subjects;

/// <summary><c>hash_evaluation</c>: the metrics of binary codes under every tie rule.</summary>
internal static class HashEvaluationSubject
{
    private static readonly string[] Families = ["map_at", "precision_at", "ndcg_at", "acg_at", "wap_at"];

    public static void Run(GoldenCase golden, GoldenCheck check)
    {
        LabelledCodes queries = Side(golden, check, "query");
        LabelledCodes database = Side(golden, check, "db");
        HashScores scores = HashEvaluation.Run(queries, database, new HashEvaluationOptions
        {
            Cutoffs = Cutoffs(golden, check),
            Radius = golden.Integer("radius", 2),
            ByRank = true,
            Threads = 1,
        });
        Ties(check, "map", scores.MeanAveragePrecision);
        Ties(check, "wap", scores.Whole.Wap);
        foreach ((int cutoff, CutoffScores at) in scores.At)
        {
            AtCutoff(check, cutoff.ToString(CultureInfo.InvariantCulture), at);
        }

        Lookup(check, scores.Lookup);
        Curve(check, "pr_by_radius", "radius", scores.ByRadius);
        Curve(check, "pr_by_rank_stable", "rank", scores.ByRank!);
        check.EqualExactly("distances", Distances(queries.Codes, database.Codes));
    }

    private static LabelledCodes Side(GoldenCase golden, GoldenCheck check, string side)
    {
        GoldenTensor outputs = golden.Input(golden.HasInput($"{side}_codes") ? $"{side}_codes" : $"{side}_outputs");
        Codes codes = Codes.FromSigns(outputs.Data, outputs.Shape[1]);
        check.EqualExactly($"{side}_codes", Signs(codes));
        return new LabelledCodes(codes, new LabelledItems { Name = side, Labels = golden.Input($"{side}_labels").Labels() });
    }

    private static int[] Signs(Codes codes) =>
        [.. Enumerable.Range(0, codes.Count).SelectMany(row => Enumerable.Range(0, codes.Bits).Select(bit => codes.Bit(row, bit) ? 1 : -1))];

    private static int[] Cutoffs(GoldenCase golden, GoldenCheck check)
    {
        IEnumerable<string> named = Families.SelectMany(check.Names)
            .Concat(check.Names("official_map_at").SelectMany(evaluator => check.Names($"official_map_at.{evaluator}")));
        return [.. golden.Numbers("top_n").Select(n => (int)n).Concat(named.Select(n => int.Parse(n, CultureInfo.InvariantCulture))).Distinct()];
    }

    private static void AtCutoff(GoldenCheck check, string n, CutoffScores at)
    {
        Ties(check, $"map_at.{n}", at.AveragePrecision);
        Ties(check, $"precision_at.{n}", at.Precision);
        Ties(check, $"ndcg_at.{n}", at.Ndcg);
        Ties(check, $"acg_at.{n}", at.Acg);
        Ties(check, $"wap_at.{n}", at.Wap);
        foreach (string evaluator in check.Names("official_map_at"))
        {
            check.Equal($"official_map_at.{evaluator}.{n}", at.AveragePrecision.StableIndexOrder);
        }
    }

    private static void Ties(GoldenCheck check, string path, TieValues values)
    {
        check.Equal($"{path}.expected", values.Expected);
        check.Equal($"{path}.stable_index_order", values.StableIndexOrder);
        check.Equal($"{path}.optimistic", values.Optimistic);
        check.Equal($"{path}.pessimistic", values.Pessimistic);
    }

    private static void Lookup(GoldenCheck check, HashLookupScores lookup)
    {
        check.EqualExactly("hash_lookup.radius", [lookup.Radius]);
        check.Equal("hash_lookup.precision_empty_is_zero", lookup.PrecisionEmptyIsZero);
        check.Equal("hash_lookup.precision_nonempty_only", lookup.PrecisionNonEmptyOnly);
        check.Equal("hash_lookup.empty_fraction", lookup.EmptyFraction);
        check.Equal("hash_lookup.recall", lookup.Recall);
        Ties(check, "hash_lookup.map_in_ball", lookup.AveragePrecisionInBall);
    }

    private static void Curve(GoldenCheck check, string path, string axis, PrecisionRecallCurve curve)
    {
        check.EqualExactly($"{path}.{axis}", curve.At);
        check.Equal($"{path}.precision", curve.Precision);
        check.Equal($"{path}.recall", curve.Recall);
    }

    private static int[] Distances(Codes queries, Codes database) =>
        [.. Enumerable.Range(0, queries.Count).SelectMany(query => Enumerable.Range(0, database.Count).Select(row => database.Distance(row, queries[query])))];
}
