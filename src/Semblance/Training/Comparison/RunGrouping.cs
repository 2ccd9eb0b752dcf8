using System.Globalization;
using Semblance.Training.Results;

namespace Semblance.Training.Comparison;

/// <summary>Groups runs: by protocol into tables, by what differs beside seed and bits into methods, by bits into rows.</summary>
internal static class RunGrouping
{
    private const int MostNamedSettings = 2;
    private const string Expected = "/ties=expected/";
    private static readonly string[] Orders = ["index-order", "optimistic", "pessimistic"];

    /// <summary>One table for each protocol of a metric, those of the runs themselves before those of post-processed models.</summary>
    public static IEnumerable<RunTable> Tables(IReadOnlyList<FinishedRun> runs, string metric)
    {
        RunModel[] models = [.. runs.SelectMany(run => run.Models.Select(model => new RunModel(run, model)))];
        return models.Select(model => (Model: model, Protocol: ProtocolOf(model.Scores, metric))).Where(entry => entry.Protocol is not null)
            .GroupBy(entry => entry.Protocol!).OrderBy(group => !group.Any(entry => entry.Model.IsMain))
            .Select(group => Table(group.Key, metric, [.. group.Select(entry => entry.Model)]));
    }

    private static RunTable Table(string protocol, string metric, RunModel[] models)
    {
        RunRow[] rows = [.. Methods([.. models.Where(model => !model.Scores.IsBaseline)]).SelectMany(method => Rows(method.Name, method.Models, metric))];
        // Runs of one code length and seed all have the same baselines; one of each is enough.
        IEnumerable<RunRow> baselines = models.Where(model => model.Scores.IsBaseline).GroupBy(model => (model.Scores.Name, Bits: BitsOf(model)))
            .Select(group => Row(group.Key.Name, group.Key.Bits, true, [.. group.DistinctBy(model => model.Run.Seed).OrderBy(model => model.Run.Seed)], metric));
        return new RunTable(protocol, [.. Ordered(rows, metric), .. Ordered([.. baselines], metric)]);
    }

    /// <summary>Methods by their best mean at the largest number of bits, each with its code lengths ascending.</summary>
    private static IEnumerable<RunRow> Ordered(RunRow[] rows, string metric)
    {
        int sign = RunMetrics.LessIsBetter(metric) ? 1 : -1;
        return rows.GroupBy(row => row.Method)
            .OrderBy(method => sign * (method.OrderBy(row => row.Bits ?? 0).Last().Scores.FirstOrDefault(score => score.Metric == metric)?.Mean ?? double.NegativeInfinity * -sign))
            .SelectMany(method => method.OrderBy(row => row.Bits ?? 0));
    }

    private static IEnumerable<RunRow> Rows(string method, RunModel[] models, string metric)
    {
        foreach (IGrouping<int, RunModel> bits in models.GroupBy(model => model.Run.Bits ?? 0).OrderBy(group => group.Key))
        {
            if (bits.GroupBy(model => model.Run.Seed).FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                string at = bits.Key == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" at {bits.Key} bits");
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{string.Join(" and ", twice.Select(model => model.Run.Folder))} are both seed {twice.Key} of {method}{at}, so they are no two measurements. Leave one of them out."));
            }
            yield return Row(method, bits.First().Run.Bits, false, [.. bits.OrderBy(model => model.Run.Seed)], metric);
        }
    }

    private static RunRow Row(string method, int? bits, bool isBaseline, RunModel[] models, string metric)
    {
        NamedScore[] all = [.. models.SelectMany(model => Shown(model.Scores))];
        ComparedScore[] scores =
        [
            .. all.GroupBy(score => (score.Name, score.Protocol)).Select(group => new ComparedScore(group.Key.Name, group.Key.Protocol, [.. group.Select(score => score.Value)]) { Ties = Ties(models, group.Key.Name, group.Key.Protocol) }),
        ];
        string[] order = [.. RunMetrics.Order(scores.Select(score => score.Metric), metric)];
        return new RunRow(method, bits, isBaseline, [.. models.Select(model => model.Run.Seed)], [.. scores.OrderBy(score => Array.IndexOf(order, score.Metric))]) { Sources = models };
    }

    /// <summary>The protocol under which a model has a metric, that of expected ties where there are several.</summary>
    public static string? ProtocolOf(ModelScores model, string metric) => Shown(model).FirstOrDefault(score => score.Name == metric)?.Protocol;

    /// <summary>What orders of equally distant items could make of an expected score is told beside it, not as a score of its own.</summary>
    private static IEnumerable<NamedScore> Shown(ModelScores model)
    {
        HashSet<(string, string)> orders = [.. model.Scores.Where(score => score.Protocol.Contains(Expected, StringComparison.Ordinal)).SelectMany(score => Orders.Select(order => (score.Name, score.Protocol.Replace(Expected, $"/ties={order}/", StringComparison.Ordinal))))];
        return model.Scores.Where(score => !orders.Contains((score.Name, score.Protocol)));
    }

    private static TieInterval? Ties(RunModel[] models, string metric, string protocol)
    {
        if (!protocol.Contains(Expected, StringComparison.Ordinal))
        {
            return null;
        }
        double? Mean(string order)
        {
            string id = protocol.Replace(Expected, $"/ties={order}/", StringComparison.Ordinal);
            double[] values = [.. models.SelectMany(model => model.Scores.Scores.Where(score => score.Name == metric && score.Protocol == id).Take(1)).Select(score => score.Value)];
            return values.Length == models.Length ? values.Average() : null;
        }
        return Mean("pessimistic") is { } low && Mean("optimistic") is { } high ? new TieInterval(low, high) : null;
    }

    /// <summary>Length of a baseline's codes: kept in the details, else known by the ties that only codes have.</summary>
    private static int? BitsOf(RunModel model) => model.Run.Bits is not { } bits ? model.Details?.Bits
        : model.Details is { } details ? details.Bits
        : model.Scores.Scores.Any(score => score.Name == "mAP" && score.Protocol.Contains("/ties=pessimistic/", StringComparison.Ordinal)) ? bits : null;

    private static IEnumerable<(string Name, RunModel[] Models)> Methods(RunModel[] models)
    {
        foreach (IGrouping<(string Name, string Losses), RunModel> named in models.GroupBy(model => (NameOf(model), LossesOf(model.Run))))
        {
            string[][] settings = [.. named.Select(SettingsOf).DistinctBy(lines => string.Join('\n', lines))];
            bool sameNameElsewhere = models.Any(model => NameOf(model) == named.Key.Name && LossesOf(model.Run) != named.Key.Losses);
            // Settings that go with the code length, such as a weight tuned for it, do not make another method.
            if (named.GroupBy(model => model.Run.Bits).All(bits => bits.Select(model => string.Join('\n', SettingsOf(model))).Distinct().Count() == 1))
            {
                yield return (sameNameElsewhere ? $"{named.Key.Name} ({named.Key.Losses})" : named.Key.Name, [.. named]);
                continue;
            }
            IGrouping<string, RunModel>[] methods = [.. named.GroupBy(model => string.Join('\n', SettingsOf(model)))];
            string[] labels = [.. Labels(named.Key.Name, methods)];
            for (int k = 0; k < methods.Length; k++)
            {
                yield return (labels[k], [.. methods[k]]);
            }
        }
    }

    /// <summary>Names that tell methods apart by their settings; by number where the settings are too many.</summary>
    private static IEnumerable<string> Labels(string name, IGrouping<string, RunModel>[] methods)
    {
        IReadOnlyDictionary<string, string>[] all = [.. methods.Select(method => method.First().Run.Settings)];
        string[] differing = [.. all.SelectMany(settings => settings.Keys).Where(FlatRecipe.Matters).Distinct().Where(key => all.Select(settings => settings.GetValueOrDefault(key)).Distinct().Count() > 1)];
        string[] told = [.. differing.Take(MostNamedSettings)];
        string[] labels = [.. all.Select(settings => $"{name} ({string.Join(", ", told.Select(key => $"{key.Split('.')[^1]}={settings.GetValueOrDefault(key, "none")}"))})")];
        return labels.Distinct().Count() == labels.Length ? labels : labels.Select((label, k) => string.Create(CultureInfo.InvariantCulture, $"{label} #{k + 1}"));
    }

    private static string[] SettingsOf(RunModel model) => [.. model.Run.Settings.Where(entry => FlatRecipe.Matters(entry.Key)).Select(entry => $"{entry.Key}={entry.Value}")];

    private static string LossesOf(FinishedRun run) => string.Join(" + ", run.Settings.Where(entry => entry.Key.EndsWith("].loss", StringComparison.Ordinal)).Select(entry => entry.Value));

    /// <summary>Name of the recipe without its bits and seed, and what was done after the model.</summary>
    private static string NameOf(RunModel model)
    {
        string name = model.Run.Name;
        string suffix = !model.IsMain && model.Scores.Name.StartsWith(name, StringComparison.Ordinal) ? model.Scores.Name[name.Length..] : "";
        string seed = model.Run.Seed.ToString(CultureInfo.InvariantCulture), bits = model.Run.Bits?.ToString(CultureInfo.InvariantCulture) ?? seed;
        string[] dropped = [seed, $"s{seed}", $"seed{seed}", "seed", bits, $"{bits}b", $"{bits}bit", $"{bits}bits"];
        int end = name.Length;
        while (name.AsSpan(0, end).LastIndexOfAny('-', '_', ' ') is var cut && cut > 0 && dropped.Contains(name[(cut + 1)..end]))
        {
            end = cut;
        }
        return name[..end] + suffix;
    }
}
