using System.Globalization;
using System.Text;

namespace Semblance.Serving.Browsing;

/// <summary>Judgments as tables (CSV, RFC 4180).</summary>
internal static class JudgmentExport
{
    /// <summary>A line a judgment: <c>query,item,relevant,time</c>. A query that is no item is its code behind <c>code:</c>.</summary>
    public static string Csv(IReadOnlyList<Judgment> judgments)
    {
        StringBuilder text = new("query,item,relevant,time\n");
        foreach (Judgment judgment in judgments)
        {
            string query = judgment.Query.Id ?? "code:" + judgment.Query.Code;
            text.Append(CultureInfo.InvariantCulture, $"{Cell(query)},{Cell(judgment.Item)},{(judgment.Relevant ? "true" : "false")},{judgment.Time.UtcDateTime:O}\n");
        }
        return text.ToString();
    }

    /// <summary>A data set for training: <c>path,label,conflicts</c>, a line an image that belongs to a group.</summary>
    /// <param name="groups">The groups, which become classes.</param>
    /// <param name="pathOf">The path of an item's image below the folder of images; null where ids are paths.</param>
    /// <remarks>
    /// The column <c>conflicts</c> says how many judgments hold that an image does not belong to another of its group; readers of data sets pass over it.
    /// </remarks>
    public static string Labels(JudgmentGroups groups, Func<string, string>? pathOf = null)
    {
        StringBuilder text = new("path,label,conflicts\n");
        Dictionary<string, int> conflicts = groups.Conflicts.SelectMany(judgment => (string?[])[judgment.Query.Id, judgment.Item]).OfType<string>()
            .GroupBy(id => id, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        foreach ((int number, IReadOnlyList<string> group) in groups.Groups.Index())
        {
            foreach (string id in group)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Cell(pathOf?.Invoke(id) ?? id)},group-{number + 1},{conflicts.GetValueOrDefault(id)}\n");
            }
        }
        return text.ToString();
    }

    private static string Cell(string value) => value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
