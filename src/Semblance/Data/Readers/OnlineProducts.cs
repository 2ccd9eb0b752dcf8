using System.Globalization;

namespace Semblance.Data.Readers;

/// <summary>Stanford Online Products as distributed: <c>Ebay_train.txt</c> and <c>Ebay_test.txt</c> beside the folders of images.</summary>
internal static class OnlineProducts
{
    private const string Columns = "image_id, class_id, super_class_id and path";

    public static bool IsFolder(string folder) => Layouts.Find(folder, "Ebay_train.txt") is not null;

    public static Dataset Read(string folder, string name, Problems problems)
    {
        ListedImages listed = new(folder, problems);
        foreach (string split in new[] { "train", "test" })
        {
            foreach (TextLine line in TextLines.Read(Layouts.Demand("Stanford Online Products", folder, $"Ebay_{split}.txt")))
            {
                Add(listed, line, split, problems);
            }
        }
        return listed.ToDataset(name, listed.Labels());
    }

    private static void Add(ListedImages listed, TextLine line, string split, Problems problems)
    {
        string[] values = line.Values();
        if (line.Place.Number == 1 && values[0] == "image_id")
        {
            return;
        }
        if (values.Length != 4)
        {
            problems.Add($"{line.Place}: {(values.Length == 1 ? "1 value" : $"{values.Length} values")}; {Columns} are needed. Correct the line.");
        }
        else if (!int.TryParse(values[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            problems.Add($"{line.Place}: class_id is \"{values[1]}\"; a whole number is needed. Correct the line.");
        }
        else
        {
            listed.Add(line.Place, values[3], values[1], split);
        }
    }
}
