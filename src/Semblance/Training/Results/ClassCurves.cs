using Semblance.Evaluation.Classification;

namespace Semblance.Training.Results;

/// <summary>What a run keeps of its classes beside the scores.</summary>
internal static class ClassCurves
{
    public static IEnumerable<NamedCurve> Of(Classified? classified) =>
        classified?.Single is { } single ? Of(single) : classified?.Several is { } several ? [Of(several)] : [];

    private static IEnumerable<NamedCurve> Of(ClassificationScores scores)
    {
        yield return new NamedCurve(CurveNames.Classes, scores.ClassProtocolId, new Dictionary<string, double[]>
        {
            ["class"] = [.. scores.ByClass.Select(row => (double)row.Label)],
            ["train"] = [.. scores.ByClass.Select(row => (double)row.Trained)],
            ["queries"] = [.. scores.ByClass.Select(row => (double)row.Items)],
            ["accuracy"] = [.. scores.ByClass.Select(row => row.Accuracy)],
            ["precision"] = [.. scores.ByClass.Select(row => row.Precision)],
        });
        yield return new NamedCurve(CurveNames.Confusion, scores.ProtocolId, new Dictionary<string, double[]>
        {
            ["class"] = [.. scores.Confusion.Select(cell => (double)cell.Label)],
            ["predicted"] = [.. scores.Confusion.Select(cell => (double)cell.Predicted)],
            ["count"] = [.. scores.Confusion.Select(cell => (double)cell.Count)],
        });
        if (scores.Reliability.Count > 0)
        {
            yield return new NamedCurve(CurveNames.Reliability, scores.CalibrationProtocolId, new Dictionary<string, double[]>
            {
                ["from"] = [.. scores.Reliability.Select(bin => bin.From)],
                ["to"] = [.. scores.Reliability.Select(bin => bin.To)],
                ["queries"] = [.. scores.Reliability.Select(bin => (double)bin.Items)],
                ["confidence"] = [.. scores.Reliability.Select(bin => bin.Confidence)],
                ["accuracy"] = [.. scores.Reliability.Select(bin => bin.Accuracy)],
            });
        }
    }

    private static NamedCurve Of(MultiLabelScores scores) => new(CurveNames.Classes, scores.ProtocolId, new Dictionary<string, double[]>
    {
        ["class"] = [.. scores.ByClass.Select(row => (double)row.Label)],
        ["train"] = [.. scores.ByClass.Select(row => (double)row.Trained)],
        ["queries"] = [.. scores.ByClass.Select(row => (double)row.Items)],
        ["average-precision"] = [.. scores.ByClass.Select(row => row.AveragePrecision)],
    });
}
