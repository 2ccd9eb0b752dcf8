using System.Globalization;

namespace Semblance.Training.Comparison;

/// <summary>What a reader must know before numbers are set against each other.</summary>
internal static class RunNotes
{
    public static IEnumerable<string> Of(IReadOnlyList<FinishedRun> runs, IReadOnlyList<RunTable> tables, string metric, IReadOnlyList<string> unfinished)
    {
        if (tables.Count > 1)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{metric} was measured under {tables.Count} protocols that differ in {Differences(tables)}. Scores of different protocols do not compare; each has a table of its own.");
        }
        foreach (RunTable table in tables)
        {
            string[] hashes = [.. table.Rows.SelectMany(row => row.Sources).Select(source => source.Run.Note?.DataHash).OfType<string>().Distinct()];
            if (hashes.Length > 1)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"Runs {In(table, tables)} have {hashes.Length} data hashes: their images or labels differ although the protocol is the same.");
            }
        }
        if (DifferingBaseline(tables) is { } differing)
        {
            yield return differing;
        }
        FinishedRun[] old = [.. runs.Where(run => run.Details is null)];
        if (old.Length > 0)
        {
            yield return $"{Folders([.. old.Select(run => run.Folder)])} {(old.Length == 1 ? "has" : "have")} no details.json, so curves, code statistics and galleries lack {(old.Length == 1 ? "it" : "them")}. 'semblance evaluate RUN' writes the file.";
        }
        if (unfinished.Count > 0)
        {
            yield return $"Left out because {(unfinished.Count == 1 ? "it has" : "they have")} not ended: {Folders(unfinished)}.";
        }
    }

    /// <summary>The parts of protocol ids that are not the same in all tables.</summary>
    private static string Differences(IReadOnlyList<RunTable> tables)
    {
        Dictionary<string, string>[] parts = [.. tables.Select(table => table.Protocol.Split('/').Select(part => part.Split('=', 2)).DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[^1]))];
        string[] differing = [.. parts.SelectMany(one => one.Keys).Distinct().Where(key => parts.Select(one => one.GetValueOrDefault(key)).Distinct().Count() > 1)];
        return string.Join(", ", differing.Select(key => $"{key} ({string.Join(" or ", parts.Select(one => one.GetValueOrDefault(key, "none")).Distinct())})"));
    }

    /// <summary>A baseline that is not the same number in runs of one seed and code length has seen something else in each.</summary>
    private static string? DifferingBaseline(IReadOnlyList<RunTable> tables)
    {
        foreach (RunTable table in tables)
        {
            FinishedRun[] runs = [.. table.Rows.Where(row => !row.IsBaseline).SelectMany(row => row.Sources).Select(source => source.Run).Distinct()];
            foreach (RunModel shown in table.Rows.Where(row => row.IsBaseline).SelectMany(row => row.Sources))
            {
                foreach (FinishedRun run in runs.Where(run => run.Seed == shown.Run.Seed && run.Bits == shown.Run.Bits))
                {
                    bool differs = run.Models.Where(model => model.IsBaseline && model.Name == shown.Scores.Name).SelectMany(model => model.Scores)
                        .Any(score => shown.Scores.Scores.Any(other => other.Name == score.Name && other.Protocol == score.Protocol && Math.Abs(other.Value - score.Value) > 1e-6));
                    if (differs)
                    {
                        return $"The baseline {shown.Scores.Name} is another in {run.Folder} than in {shown.Run.Folder}, which is shown: their features or training images differ.";
                    }
                }
            }
        }
        return null;
    }

    private static string In(RunTable table, IReadOnlyList<RunTable> tables) => tables.Count == 1 ? "of this table" : string.Create(CultureInfo.InvariantCulture, $"of table {tables.ToList().IndexOf(table) + 1}");

    private static string Folders(IReadOnlyList<string> folders) => folders.Count <= 3
        ? string.Join(", ", folders)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", folders.Take(3))} and {folders.Count - 3} more");
}
