using System.Globalization;
using Semblance.Evaluation;
using Semblance.Index;
using Semblance.Reports;
using Semblance.Training.Curricula;
using Semblance.Training.Weights;

namespace Semblance.Training.Results;

/// <summary>Makes the page of a run.</summary>
public static class RunReports
{
    /// <summary>Gathers what the page shows.</summary>
    /// <param name="recipe">The run's.</param>
    /// <param name="folder">The run's; its metrics are read.</param>
    /// <param name="results">What was measured.</param>
    /// <param name="finished">When the run ended.</param>
    public static RunReport Of(Recipe recipe, RunFolder folder, RunResults results, DateTimeOffset finished)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(results);
        ScoreTable table = Table(results);
        IReadOnlyList<Metrics> log = File.Exists(folder.MetricsFile) ? MetricsLog.Read(folder.MetricsFile) : [];
        return new RunReport
        {
            Title = recipe.Name,
            Run = Path.GetFileName(folder.Root),
            Summary = table.Describe(),
            Finished = finished,
            Training = File.Exists(folder.MetricsFile) ? Curves(log) : null,
            Stages = StageSummary.Of(log),
            Weights = File.Exists(folder.WeightsFile) ? Weights(WeightLog.Read(folder.WeightsFile)) : [],
            Scores = table,
            Classification = results.Models[0].Classified is { } classified ? new(results.Query.Data.ClassNames) { Single = classified.Single, Several = classified.Several } : null,
            PrecisionRecall = PrecisionRecall(results),
            Distances = Distances(results),
            Bits = results.Models[0].Codes is { } codes ? Bits(codes) : null,
            Gallery = results.Searched ? new GalleryBuilder(results).Build() : null,
            Settings = new RunSettings(RunNote.Read(folder.RunFile).Facts(), recipe.Resolve()),
        };
    }

    private static ScoreTable Table(RunResults results)
    {
        IEnumerable<ScoreRow> rows = results.Models.Select(model => new ScoreRow(model.Name, [.. model.Headlines().Select(score => new ReportScore(score))], model.IsBaseline));
        return new ScoreTable([.. rows]) { Note = results.Models[0].DescribeQueries() };
    }

    private static TrainingCurves Curves(IReadOnlyList<Metrics> metrics)
    {
        Metrics[] train = [.. metrics.Where(line => line.Kind == "train")], validate = [.. metrics.Where(line => line.Kind == "validate")];
        Metrics[] judged = [.. validate.Where(line => line.Step >= StageSummary.FirstStep(metrics))];
        string[] losses = [.. train.SelectMany(line => line.Values.Keys).Distinct().Where(key => key.StartsWith("loss", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        string[] validated = [.. validate.SelectMany(line => line.Values.Keys).Distinct()];
        return new TrainingCurves
        {
            // A single term is the total.
            Losses = [.. (losses.Length == 2 ? losses.Take(1) : losses).Select(key => CurveOf(train, key))],
            Validation = [.. validated.Select(key => CurveOf(validate, key) with { Protocol = validate[0].Text })],
            LearningRates = [CurveOf(train, "lr")],
            KeptStep = judged.Length > 0 && validated.Length > 0 ? KeptStep(judged, validated[0]) : null,
        };
    }

    /// <summary>Of each term the weights of a few batches, from the first to the last.</summary>
    private static IReadOnlyList<TermWeights> Weights(IReadOnlyList<WeightHistogram> all)
    {
        const int Most = 4;
        double[] middles = [.. Enumerable.Range(0, WeightHistogram.Bins).Select(bin => (WeightHistogram.StartOf(bin) + WeightHistogram.StartOf(bin + 1)) / 2)];
        return [.. all.GroupBy(line => line.Term).Select(term =>
        {
            WeightHistogram[] lines = [.. term.OrderBy(line => line.Step)];
            int shown = Math.Min(Most, lines.Length);
            WeightHistogram[] chosen = [.. Enumerable.Range(0, shown).Select(k => lines[shown == 1 ? 0 : (int)Math.Round(k * (lines.Length - 1.0) / (shown - 1))])];
            return new TermWeights(term.Key, middles, [.. chosen.Select(line => new BatchWeights(line.Step, line.Positive.Counts, line.Positive.Weights, line.Negative.Counts, line.Negative.Weights))]);
        })];
    }

    private static long KeptStep(Metrics[] validate, string key) => (key == "loss" ? validate.MinBy(line => line.Values[key]) : validate.MaxBy(line => line.Values[key]))!.Step;

    private static Curve CurveOf(Metrics[] lines, string key)
    {
        Metrics[] with = [.. lines.Where(line => line.Values.ContainsKey(key))];
        return new Curve(key, [.. with.Select(line => line.Step)], [.. with.Select(line => line.Values[key])]);
    }

    private static PrecisionRecall? PrecisionRecall(RunResults results)
    {
        ScoredModel[] withCodes = [.. results.Models.Where(model => model.Codes is not null)];
        if (withCodes.Length == 0)
        {
            return null;
        }
        Protocol protocol = withCodes[0].Codes!.Scores.Protocol with { Cutoff = "every-radius" };
        ScoredModel[] ranked = [.. withCodes.Where(model => model.Codes!.Scores.ByRank is not null)];
        return new PrecisionRecall([.. withCodes.Select(model => new RadiusCurve(model.Name, model.Codes!.ByRadius))], protocol.Id)
        {
            ByRank = [.. ranked.Select(model => new RadiusCurve(model.Name, Thinned(model.Codes!.Scores.ByRank!)))],
            RankProtocol = (protocol with { Cutoff = "every-rank", Ties = TieRule.StableIndexOrder }).Id,
        };
    }

    private static PrecisionRecallCurve Thinned(PrecisionRecallCurve curve)
    {
        CurveValues values = CurveValues.ByRank(curve);
        return new([.. values.At], [.. values.Precision], [.. values.Recall]);
    }

    private static DistanceHistogram? Distances(RunResults results) =>
        results.Models[0].Codes is { } codes ? new DistanceHistogram(codes.Scores.RelevantPairs, codes.Scores.IrrelevantPairs) : null;

    private static BitBalance Bits(ScoredCodes codes)
    {
        BitDiagnostics bits = codes.Bits;
        List<(string, double, string)> numbers =
        [
            ("Different codes", bits.DistinctCodes, "1 would be collapse."),
            ("Entropy of a bit, mean", bits.MeanEntropy, "1 is best: every bit is as often 1 as 0."),
            ("Entropy of whole codes, in bits", bits.CodeEntropy, string.Create(CultureInfo.InvariantCulture, $"At most {Math.Min(bits.Balance.Length, Math.Log2(codes.Database.Codes.Count)):0.0} with so many codes.")),
            ("Correlation of two bits, mean and absolute", bits.MeanAbsoluteCorrelation, string.Create(CultureInfo.InvariantCulture, $"0 is best; the largest is {bits.LargestAbsoluteCorrelation:0.00}.")),
        ];
        if (codes is { QuantisationError: { } error, NearCorners: { } near })
        {
            numbers.Add(("Quantisation error", error, "Mean squared distance of an output from its sign."));
            numbers.Add(("Share of outputs within 0.2 of 1 or -1", near, "Such outputs lose little by becoming bits."));
        }
        return new BitBalance(bits.Balance, codes.Database.Codes.Count) { Correlation = bits.Correlation, Numbers = numbers };
    }
}
