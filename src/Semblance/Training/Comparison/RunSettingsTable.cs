using System.Globalization;
using Semblance.Reports;

namespace Semblance.Training.Comparison;

/// <summary>The settings that are not the same in all runs of a table.</summary>
internal static class RunSettingsTable
{
    /// <summary>A row for each such key, a column for each method.</summary>
    public static ComparedTexts Of(RunTable table)
    {
        (string Name, FinishedRun[] Runs)[] methods = [.. table.Rows.Where(row => !row.IsBaseline).GroupBy(row => row.Method).Select(method => (method.Key, method.SelectMany(row => row.Sources).Select(source => source.Run).ToArray()))];
        FinishedRun[] all = [.. methods.SelectMany(method => method.Runs)];
        string[] keys = [.. all.SelectMany(run => run.Settings.Keys).Distinct().Where(FlatRecipe.Matters).Where(key => all.Select(run => run.Settings.GetValueOrDefault(key)).Distinct().Count() > 1).Order(StringComparer.Ordinal)];
        return new ComparedTexts(["Key", .. methods.Select(method => method.Name)], [.. keys.Select(key => (IReadOnlyList<string>)[key, .. methods.Select(method => Value(key, method.Runs))])]);
    }

    /// <summary>The value of a method, with the code lengths where it goes with them.</summary>
    private static string Value(string key, FinishedRun[] runs)
    {
        (string Value, int?[] Bits)[] values = [.. runs.GroupBy(run => run.Settings.GetValueOrDefault(key, "-")).Select(group => (group.Key, group.Select(run => run.Bits).Distinct().Order().ToArray()))];
        return values.Length == 1
            ? values[0].Value
            : string.Join("; ", values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Value} ({string.Join(", ", value.Bits)} bits)")));
    }
}
