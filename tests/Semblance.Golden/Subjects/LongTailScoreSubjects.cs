using Semblance.Evaluation;
using Semblance.Evaluation.Classification;

namespace Semblance.Golden.Subjects;

/// <summary><c>lt_accuracy_split</c> and <c>tau_norm</c>: scores of classifiers and what is done to them after training.</summary>
internal static class LongTailScoreSubjects
{
    private const double Empty = -1;

    public static void Accuracy(GoldenCase golden, GoldenCheck check)
    {
        GoldenTensor logits = golden.Input("logits"), labels = golden.Input("labels");
        LabelledItems items = LabelledItems.OfClasses(golden.Name, labels.Integers());
        ClassificationOptions options = new()
        {
            K = golden.Integer("k", 5),
            Bins = golden.Integer("bins", 15),
            Groups = new ShotGroups { Many = golden.Integer("many_above", 100), Few = golden.Integer("few_below", 20) },
        };
        ClassificationScores scores = ClassificationEvaluation.Run(
            new(logits.Data, logits.Shape[1], items), [.. golden.Input("train_counts").Data.Select(count => (long)count)], options);
        check.Equal("top1", scores.Top1);
        check.Equal("topk", scores.TopK);
        check.Equal("balanced", scores.PerClass);
        foreach (GroupAccuracy group in scores.Groups)
        {
            check.Equal(group.Name, group.Accuracy ?? Empty);
        }

        check.Equal("ece", scores.CalibrationError ?? Empty);
        check.Equal("per_class", [.. scores.ByClass.Select(row => row.Items == 0 ? Empty : row.Accuracy)]);
        double[] confusion = new double[scores.Classes * scores.Classes];
        foreach (ConfusionCell cell in scores.Confusion)
        {
            confusion[(cell.Label * scores.Classes) + cell.Predicted] = cell.Count;
        }

        check.Equal("confusion", confusion);
    }

    public static void TauNormalisation(GoldenCase golden, GoldenCheck check)
    {
        GoldenTensor weight = golden.Input("weight");
        int classes = weight.Shape[0], width = weight.Shape[1];
        double[] scaled = TauNorm.Weights(weight.Data, classes, golden.Number("tau", 1));
        check.Equal("weight_normalised", scaled);
        if (golden.HasInput("features"))
        {
            GoldenTensor features = golden.Input("features");
            check.Equal("logits", [.. Enumerable.Range(0, features.Shape[0] * classes).Select(place => Enumerable.Range(0, width).Sum(k => features.Data[(place / classes * width) + k] * scaled[(place % classes * width) + k]))]);
        }
    }
}
