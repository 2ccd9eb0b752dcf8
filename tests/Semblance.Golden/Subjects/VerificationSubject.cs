using System.Globalization;
using Semblance.Evaluation;

namespace Semblance.Golden.Subjects;

/// <summary><c>verification</c>: pairs told apart by a similarity threshold.</summary>
internal static class VerificationSubject
{
    public static void Run(GoldenCase golden, GoldenCheck check)
    {
        double[] similarities = golden.Input("similarities").Data;
        bool[] same = [.. golden.Input("same").Data.Select(value => value != 0)];
        Dictionary<double, string> rates = check.Paths
            .Where(path => path.StartsWith("tar_at_far.", StringComparison.Ordinal))
            .ToDictionary(path => double.Parse(path["tar_at_far.".Length..], CultureInfo.InvariantCulture));
        Verification verification = Verification.Of(similarities, same, [.. golden.Numbers("far"), .. rates.Keys]);
        check.Equal("best_accuracy", verification.BestAccuracy);
        check.Equal("auc", verification.AreaUnderCurve);
        foreach ((double rate, string path) in rates)
        {
            check.Equal(path, verification.TrueAcceptRates[rate]);
        }
    }
}
