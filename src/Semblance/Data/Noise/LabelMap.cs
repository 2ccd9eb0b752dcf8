using System.Globalization;
using System.Text;

namespace Semblance.Data.Noise;

/// <summary>What images are and what they were observed as, as a table: id, true label, observed label, with tabs between and a header.</summary>
public static class LabelMap
{
    /// <summary>The header.</summary>
    public const string Header = "id\ttrue\tobserved";

    /// <summary>The table.</summary>
    /// <param name="data">The images; where nobody knows better, the observed label is the true one.</param>
    /// <returns>A line an image, in their order. Labels are names of classes, several with '|' between.</returns>
    public static string ToText(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        StringBuilder text = new StringBuilder(Header).Append('\n');
        foreach (DataItem item in data.Items)
        {
            text.Append(item.Id).Append('\t').Append(Names(data, item.TrueLabels ?? item.Labels)).Append('\t').Append(Names(data, item.Labels)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>How many observed labels are wrong, as a sentence.</summary>
    /// <param name="data">The images.</param>
    public static string Describe(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        int known = data.Items.Count(item => item.TrueLabels is not null), wrong = data.Items.Count(item => item.TrueLabels is { } right && !right.SequenceEqual(item.Labels));
        return string.Create(CultureInfo.InvariantCulture, $"{wrong:N0} of {known:N0} labels differ from the true ones ({(known == 0 ? 0 : 100.0 * wrong / known):0.00} %)");
    }

    private static string Names(Dataset data, int[] labels) => string.Join('|', labels.Select(label => data.ClassNames[label]));
}
