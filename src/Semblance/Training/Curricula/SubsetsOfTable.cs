using Semblance.Curriculum;
using Semblance.Data;

namespace Semblance.Training.Curricula;

/// <summary>The subsets of training images from a table of <c>semblance curriculum</c>, and into one.</summary>
internal static class SubsetsOfTable
{
    /// <summary>Finds every training image in a table.</summary>
    /// <param name="path">The table; it may have further images.</param>
    /// <param name="train">The images that train.</param>
    /// <param name="settings">How many subsets there may be.</param>
    /// <exception cref="InvalidDataException">An image is not in the table, stands there under another label, or is in a subset that there is not.</exception>
    public static DividedImages Read(string path, Dataset train, CurriculumRecipe settings)
    {
        IReadOnlyList<SubsetRow> table = SubsetTable.Read(path);
        Dictionary<string, int> rows = table.Select((row, place) => (row.Id, place)).ToDictionary(StringComparer.Ordinal);
        string[] missing = [.. train.Items.Where(item => !rows.ContainsKey(item.Id)).Select(item => item.Id)];
        if (missing.Length > 0)
        {
            throw new InvalidDataException($"{path} lacks {missing.Length} of the {train.Count} training images, such as \"{missing[0]}\". Make the table of the same images with 'semblance curriculum'.");
        }
        int[] places = [.. train.Items.Select(item => rows[item.Id])];
        SubsetRow[] found = [.. places.Select(place => table[place])];
        for (int index = 0; index < found.Length; index++)
        {
            string label = train.ClassNames[train.Items[index].Labels[0]];
            if (found[index].Label != label)
            {
                throw new InvalidDataException($"{path} has \"{found[index].Id}\" in class \"{found[index].Label}\", and it trains in class \"{label}\". Make the table anew with the labels that train.");
            }
            if (found[index].Subset >= settings.MostSubsets)
            {
                int needed = found.Max(row => row.Subset) + 1;
                string remedy = settings.Subsets is { } subsets ? $"curriculum.subsets is {subsets}. Set it to {needed}." : $"curriculum.weights has {settings.Weights.Count} numbers. Give {needed}.";
                throw new InvalidDataException($"{path} has \"{found[index].Id}\" in subset {found[index].Subset}, and {remedy}");
            }
        }
        double[] clean = RelativeDensity.Of(table);
        return new([.. found.Select(row => row.Subset)], [.. found.Select(row => row.Density)], [.. places.Select(place => clean[place])]);
    }

    /// <summary>Writes the table of a run.</summary>
    public static void Write(string path, Dataset train, DividedImages divided) =>
        SubsetTable.Write(path, [.. train.Items.Select((item, index) => new SubsetRow(item.Id, train.ClassNames[item.Labels[0]], divided.Subsets[index], divided.Scores[index]))]);
}
