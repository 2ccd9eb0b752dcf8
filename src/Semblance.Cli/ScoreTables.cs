using System.Globalization;
using Semblance.Evaluation;
using Semblance.Training.Results;
using Spectre.Console;

namespace Semblance.Cli;

/// <summary>Prints scores, each with its protocol.</summary>
internal static class ScoreTables
{
    /// <summary>One row a model, one column a metric; the protocols below.</summary>
    public static void Print(IAnsiConsole console, IReadOnlyList<ScoredModel> models)
    {
        Score[][] rows = [.. models.Select(model => model.Headlines().ToArray())];
        string[] metrics = [.. rows.SelectMany(row => row.Select(score => score.Name)).Distinct()];
        Table table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii).AddColumn("");
        foreach (string metric in metrics)
        {
            table.AddColumn(new TableColumn(metric.EscapeMarkup()).RightAligned());
        }
        for (int k = 0; k < rows.Length; k++)
        {
            string Cell(string metric) => rows[k].Where(score => score.Name == metric).Select(score => score.Value.ToString("0.000", CultureInfo.InvariantCulture)).FirstOrDefault("-");
            table.AddRow([models[k].Name.EscapeMarkup(), .. metrics.Select(Cell)]);
        }
        console.Write(table);
        // Every id stands once, behind the numbers that it is of.
        foreach (IGrouping<string, string> same in rows.SelectMany(row => row).GroupBy(score => score.ProtocolId, score => score.Name))
        {
            console.WriteLine($"{string.Join(", ", same.Distinct()),-18} {same.Key}");
        }
        if (models[0].Queries > 0)
        {
            console.WriteLine(models[0].DescribeQueries());
        }
    }
}
