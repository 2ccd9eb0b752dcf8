using System.Globalization;
using Semblance.Evaluation.Classification;

namespace Semblance.Reports.Sections;

/// <summary>The confusion matrix as a map: a row a class, a column a prediction, the stronger the larger the share of the row.</summary>
internal static class ConfusionMap
{
    // More rows than these are too small to be seen; their most frequent confusions are told in words.
    private const int MostClasses = 100;

    // Up to so many classes there is room for numbers and for names above the columns.
    private const int MostWithNumbers = 20;
    private const int Cell = 30;
    private const int SmallCell = 12;
    private const int MostLetters = 18;

    /// <summary>Writes the map, where there is room for one.</summary>
    /// <param name="page">The page.</param>
    /// <param name="names">Names of the classes, by index.</param>
    /// <param name="scores">What was counted.</param>
    /// <param name="order">The classes from the top and from the left.</param>
    public static void Write(ReportPage page, IReadOnlyList<string> names, ClassificationScores scores, int[] order)
    {
        if (order.Length is 0 or > MostClasses)
        {
            return;
        }
        bool numbers = order.Length <= MostWithNumbers;
        int cell = numbers ? Cell : SmallCell;
        int margin = 16 + (7 * order.Max(label => Math.Min(names[label].Length, MostLetters)));
        // Names above the columns lean to the right by 60 degrees.
        (int top, int side, int right) = (numbers ? (int)(margin * 0.9) : 4, order.Length * cell, numbers ? margin / 2 : 4);
        (int width, int height) = (margin + side + right, top + side + 4);
        Html html = page.Body;
        html.Add($"""<h3>Confusion</h3><figure class="heat"><div class="scroll" role="region" aria-label="Confusion matrix" tabindex="0"><svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="Confusion matrix of {order.Length} classes; the table below tells the most frequent confusions">""");
        html.Add($"""<rect class="ground" x="{margin}" y="{top}" width="{side}" height="{side}"/>""");
        for (int place = 0; place < order.Length; place++)
        {
            string name = Short(names[order[place]]);
            double middle = (place + 0.5) * cell;
            html.Add($"""<text class="name{(numbers ? "" : " small")}" x="{margin - 6}" y="{Number(top + middle)}" text-anchor="end">{name}</text>""");
            if (numbers)
            {
                html.Add($"""<text class="name" transform="translate({Number(margin + middle)} {top - 6}) rotate(-60)">{name}</text>""");
            }
        }
        AddCells(html, names, scores, order, (margin, top, cell, numbers));
        html.Add($"""</svg></div><figcaption class="note">Rows are the classes of the queries, columns what they were taken for, both from the most training images to the fewest; a cell is as strong as its share of the row{(numbers ? ", in percent" : "")}. The diagonal is right.</figcaption></figure>""");
    }

    private static void AddCells(Html html, IReadOnlyList<string> names, ClassificationScores scores, int[] order, (int Left, int Top, int Side, bool Numbers) cells)
    {
        int[] placeOf = new int[names.Count];
        for (int place = 0; place < order.Length; place++)
        {
            placeOf[order[place]] = place;
        }
        foreach (ConfusionCell cell in scores.Confusion)
        {
            double share = (double)cell.Count / scores.ByClass[cell.Label].Items;
            (int x, int y) = (cells.Left + (placeOf[cell.Predicted] * cells.Side), cells.Top + (placeOf[cell.Label] * cells.Side));
            html.Add($"""<rect class="{(cell.Label == cell.Predicted ? "own" : "other")}" x="{x}" y="{y}" width="{cells.Side}" height="{cells.Side}" fill-opacity="{Number(0.06 + (0.94 * share))}"><title>{names[cell.Label]} taken for {names[cell.Predicted]}: {cell.Count} of {scores.ByClass[cell.Label].Items}</title></rect>""");
            if (cells.Numbers && share >= 0.005)
            {
                html.Add($"""<text class="share{(share > 0.55 ? " over" : "")}" x="{Number(x + (cells.Side / 2.0))}" y="{Number(y + (cells.Side / 2.0))}" text-anchor="middle">{(100 * share).ToString("0", CultureInfo.InvariantCulture)}</text>""");
            }
        }
    }

    private static string Short(string name) => name.Length <= MostLetters ? name : name[..(MostLetters - 1)] + "…";

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
