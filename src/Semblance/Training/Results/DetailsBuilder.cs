using Semblance.Evaluation;

namespace Semblance.Training.Results;

/// <summary>Gathers what a run keeps of its evaluation beside the scores.</summary>
internal static class DetailsBuilder
{
    private const int MostPoints = 200;

    public static RunDetails Of(RunResults results) => new(
        DetailsFile.Version,
        [.. results.Models.Select(model => Of(model, results))],
        new GalleryBuilder(results).Sample());

    private static ModelDetails Of(ScoredModel model, RunResults results) => model.Codes is { } codes
        ? new(model.Name, model.IsBaseline, codes.Database.Codes.Bits, Statistics(model, codes, results), [.. Curves(model, codes, results)])
        : new(model.Name, model.IsBaseline, null, new Dictionary<string, double>(), []);

    private static Dictionary<string, double> Statistics(ScoredModel model, ScoredCodes codes, RunResults results)
    {
        Dictionary<string, double> numbers = new()
        {
            ["imbalance"] = codes.Bits.MeanImbalance,
            ["correlation"] = codes.Bits.MeanAbsoluteCorrelation,
            ["entropy"] = codes.Bits.Balance.Average(Entropy),
            ["dead bits"] = codes.Bits.DeadBits.Length,
            ["distinct codes"] = codes.Bits.DistinctCodes,
        };
        if (ReferenceEquals(model, results.Models[0]))
        {
            // Of the baselines only the codes are kept.
            numbers["quantisation error"] = BitDiagnostics.QuantisationError(results.Database.Encoded.Rows);
        }
        foreach (Score score in codes.AllScores.Where(score => score.Name.StartsWith("empty-balls@", StringComparison.Ordinal)))
        {
            numbers[score.Name.Replace("empty-balls@", "empty balls, ", StringComparison.Ordinal).Replace("radius", "radius ", StringComparison.Ordinal)] = score.Value;
        }
        return numbers;
    }

    /// <summary>Bits that a bit carries which is 1 with a given probability.</summary>
    private static double Entropy(double share) => share is 0 or 1 ? 0 : -((share * Math.Log2(share)) + ((1 - share) * Math.Log2(1 - share)));

    private static IEnumerable<NamedCurve> Curves(ScoredModel model, ScoredCodes codes, RunResults results)
    {
        string protocol = model.Scores.First(score => score.Name == "mAP").ProtocolId;
        string Cut(string cut) => protocol.Replace("cut=all,over-relevant-in-top", $"cut={cut}", StringComparison.Ordinal);
        yield return Curve(CurveNames.ByRadius, Cut("every-radius"), "radius", codes.ByRadius, [.. Enumerable.Range(0, codes.ByRadius.At.Length)]);
        if (codes.ByRank is { } byRank)
        {
            string stable = Cut("every-rank").Replace("ties=expected", "ties=index-order", StringComparison.Ordinal);
            yield return Curve(CurveNames.ByRank, stable, "rank", byRank, Thinned(byRank.At.Length));
        }
        if (codes.PrecisionAt.Count > 0)
        {
            double[] cutoffs = [.. codes.PrecisionAt.Keys.Order().Select(cutoff => (double)cutoff)];
            yield return new NamedCurve(CurveNames.PrecisionAt, Cut("top-N"), new Dictionary<string, double[]> { ["n"] = cutoffs, ["precision"] = [.. codes.PrecisionAt.OrderBy(entry => entry.Key).Select(entry => entry.Value)] });
        }
        yield return new NamedCurve(CurveNames.Bits, "", new Dictionary<string, double[]> { ["bit"] = Counted(codes.Bits.Balance.Length), ["ones"] = codes.Bits.Balance });
        if (!model.IsBaseline)
        {
            (long[] relevant, long[] irrelevant) = PairDistances.Of(codes, results.LeaveOneOut);
            yield return new NamedCurve(CurveNames.Distances, "", new Dictionary<string, double[]>
            {
                ["distance"] = Counted(relevant.Length),
                ["relevant"] = [.. relevant.Select(count => (double)count)],
                ["irrelevant"] = [.. irrelevant.Select(count => (double)count)],
            });
        }
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
