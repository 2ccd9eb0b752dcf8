using System.Globalization;

namespace Semblance.Data.Readers;

/// <summary>In-Shop Clothes Retrieval (DeepFashion) as distributed: <c>list_eval_partition.txt</c>, and images below <c>img</c>.</summary>
/// <remarks>The list begins with the number of images and a header; each line is path, item and one of train, query and gallery.</remarks>
internal static class InShopFolder
{
    private static readonly string[] Lists = ["list_eval_partition.txt", "Eval/list_eval_partition.txt"];
    private static readonly string[] Statuses = ["train", "query", "gallery"];

    public static bool IsFolder(string folder) => Layouts.Find(folder, Lists) is not null;

    public static Dataset Read(string folder, string name, Problems problems)
    {
        string list = Layouts.Demand("In-Shop Clothes Retrieval", folder, Lists);
        // The images come in an archive of their own, which is unpacked beside the list or where it lies.
        string root = Directory.Exists(Path.Combine(folder, "img")) || !Directory.Exists(Path.Combine(folder, "Img/img")) ? folder : Path.Combine(folder, "Img");
        ListedImages listed = new(root, problems);
        (TextLine First, int Promised)? count = null;
        int rows = 0;
        foreach (TextLine line in TextLines.Read(list))
        {
            if (count is null)
            {
                count = (line, Count(line));
            }
            else if (rows > 0 || line.Values()[0] != "image_name")
            {
                rows++;
                Add(listed, line, problems);
            }
        }
        if (count is { } promise && promise.Promised != rows)
        {
            problems.Add($"{promise.First.Place}: the list promises {promise.Promised} images and names {rows}. Copy it again, or correct the number.");
        }
        return listed.ToDataset(name, listed.Labels());
    }

    private static int Count(TextLine line) => int.TryParse(line.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count
        : throw new InvalidDataException($"{line.Place}: \"{line.Text}\" was found; the number of images is needed there. Copy the list again.");

    private static void Add(ListedImages listed, TextLine line, Problems problems)
    {
        string[] values = line.Values();
        if (values.Length != 3)
        {
            problems.Add($"{line.Place}: {(values.Length == 1 ? "1 value" : $"{values.Length} values")}; image_name, item_id and evaluation_status are needed. Correct the line.");
        }
        else if (!Statuses.Contains(values[2], StringComparer.Ordinal))
        {
            problems.Add($"{line.Place}: evaluation_status is \"{values[2]}\"; train, query or gallery is needed. Correct the line.");
        }
        else
        {
            listed.Add(line.Place, values[0], values[1], values[2]);
        }
    }
}
