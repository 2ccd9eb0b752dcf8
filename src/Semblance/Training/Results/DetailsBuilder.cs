using System.Globalization;
using Semblance.Evaluation;

namespace Semblance.Training.Results;

/// <summary>Gathers what a run keeps of its evaluation beside the scores.</summary>
internal static class DetailsBuilder
{
    private const int MostPoints = 200;

    public static RunDetails Of(RunResults results) => new(
        DetailsFile.Version,
        [.. results.Models.Select(Of)],
        results.Searched ? new GalleryBuilder(results).Sample() : null);

    private static ModelDetails Of(ScoredModel model) => model.Codes is { } codes
        ? new(model.Name, model.IsBaseline, codes.Database.Codes.Bits, Statistics(codes), [.. Curves(codes), .. ClassCurves.Of(model.Classified)])
        : new(model.Name, model.IsBaseline, null, new Dictionary<string, double>(), [.. ClassCurves.Of(model.Classified)]);

    private static Dictionary<string, double> Statistics(ScoredCodes codes)
    {
        Dictionary<string, double> numbers = new()
        {
            ["imbalance"] = codes.Bits.MeanImbalance,
            ["correlation"] = codes.Bits.MeanAbsoluteCorrelation,
            ["largest correlation"] = codes.Bits.LargestAbsoluteCorrelation,
            ["entropy"] = codes.Bits.MeanEntropy,
            ["code entropy"] = codes.Bits.CodeEntropy,
            ["dead bits"] = codes.Bits.DeadBits.Length,
            ["distinct codes"] = codes.Bits.DistinctCodes,
        };
        // Of the baselines only the codes are kept.
        if (codes is { QuantisationError: { } error, NearCorners: { } near })
        {
            numbers["quantisation error"] = error;
            numbers["near corners"] = near;
        }
        HashLookupScores lookup = codes.Scores.Lookup;
        numbers[string.Create(CultureInfo.InvariantCulture, $"empty balls, radius {lookup.Radius}")] = lookup.EmptyFraction;
        return numbers;
    }

    private static IEnumerable<NamedCurve> Curves(ScoredCodes codes)
    {
        string Cut(string cut, TieRule ties = TieRule.Expected) => (codes.Scores.Protocol with { Cutoff = cut, Ties = ties }).Id;
        yield return Curve(CurveNames.ByRadius, Cut("every-radius"), "radius", codes.ByRadius, [.. Enumerable.Range(0, codes.ByRadius.At.Length)]);
        if (codes.Scores.ByRank is { } byRank)
        {
            yield return Curve(CurveNames.ByRank, Cut("every-rank", TieRule.StableIndexOrder), "rank", byRank, Thinned(byRank.At.Length));
        }
        if (codes.PrecisionAt.Count > 0)
        {
            double[] cutoffs = [.. codes.PrecisionAt.Keys.Order().Select(cutoff => (double)cutoff)];
            yield return new NamedCurve(CurveNames.PrecisionAt, Cut("top-N"), new Dictionary<string, double[]> { ["n"] = cutoffs, ["precision"] = [.. codes.PrecisionAt.OrderBy(entry => entry.Key).Select(entry => entry.Value)] });
        }
        yield return new NamedCurve(CurveNames.Bits, "", new Dictionary<string, double[]> { ["bit"] = Counted(codes.Bits.Balance.Length), ["ones"] = codes.Bits.Balance });
        yield return new NamedCurve(CurveNames.Distances, "", new Dictionary<string, double[]>
        {
            ["distance"] = Counted(codes.Scores.RelevantPairs.Count),
            ["relevant"] = [.. codes.Scores.RelevantPairs.Select(count => (double)count)],
            ["irrelevant"] = [.. codes.Scores.IrrelevantPairs.Select(count => (double)count)],
        });
    }

    private static NamedCurve Curve(string name, string protocol, string at, PrecisionRecallCurve curve, int[] kept) => new(name, protocol, new Dictionary<string, double[]>
    {
        [at] = [.. kept.Select(k => (double)curve.At[k])],
        ["precision"] = [.. kept.Select(k => curve.Precision[k])],
        ["recall"] = [.. kept.Select(k => curve.Recall[k])],
    });

    /// <summary>Places of a long curve, evenly spaced on a logarithmic scale; the first and the last are among them.</summary>
    private static int[] Thinned(int count) => count <= MostPoints
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, MostPoints).Select(k => (int)Math.Round(Math.Pow(count, k / (MostPoints - 1.0))) - 1).Distinct()];

    private static double[] Counted(int count) => [.. Enumerable.Range(0, count).Select(value => (double)value)];
}
