using System.Globalization;

namespace Semblance.Data.Readers;

/// <summary>Published lists whose labels are the numbers of so many classes, known by the names of their files.</summary>
/// <remarks>ImageNet-LT and Places-LT: Liu et al., CVPR 2019; iNaturalist 2018: the lists that are used for long tails, with the 8,142 categories of the competition.</remarks>
internal static class NumberedLists
{
    private static readonly (string Beginning, int Classes)[] Known = [("ImageNet_LT_", 1_000), ("Places_LT_", 365), ("iNaturalist18_", 8_142)];

    /// <summary>How many classes the labels of a list count; null where labels may be any words.</summary>
    public static int? ClassesOf(string file) =>
        Known.Where(list => Path.GetFileName(file).StartsWith(list.Beginning, StringComparison.OrdinalIgnoreCase)).Select(list => (int?)list.Classes).FirstOrDefault();

    /// <summary>The number of the class behind a path, from 0; null where there is none.</summary>
    /// <param name="values">What stands behind the path.</param>
    /// <param name="classes">How many classes there are.</param>
    public static string? Label(string[] values, int classes) =>
        values is [string label] && int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < classes ? number.ToString(CultureInfo.InvariantCulture) : null;
}
