namespace Semblance.Data.Readers;

/// <summary>Food-101N as distributed: <c>meta/classes.txt</c>, <c>meta/imagelist.tsv</c>, <c>meta/verified_train.tsv</c> and <c>meta/verified_val.tsv</c>, and the folder <c>images</c>.</summary>
/// <remarks>
/// All images are in split <c>train</c>; those of the verified lists in <c>verified-train</c> and <c>verified-val</c> as well. People said of these whether the label is right: then it is the true one; where it is
/// wrong, nobody said what is right, and the true labels are none. Scores are published on the test images of Food-101: where a folder holds both, as <c>Food-101N_release</c> and <c>food-101</c>, these are split <c>test</c>.
/// </remarks>
internal sealed class Food101NFolder
{
    private const string Set = "Food-101N";
    private const string List = "meta/imagelist.tsv";
    private const string Clean = "food-101";
    private static readonly string[] Noisy = ["", "Food-101N_release", "food-101N", "Food-101N"];
    private static readonly (string File, string Split)[] Verified = [("meta/verified_train.tsv", "verified-train"), ("meta/verified_val.tsv", "verified-val")];

    public static bool IsFolder(string folder) => ReleaseIn(folder) is not null;

    public static Dataset Read(string folder, string name, Problems problems)
    {
        string inner = ReleaseIn(folder) ?? throw new InvalidDataException($"{folder} has no {List}, which {Set} comes with. Name the folder into which the set was unpacked, or the one above it and {Clean}.");
        string release = Path.Combine(folder, inner), below = inner.Length == 0 ? "images/" : $"{inner}/images/";
        // The first line is a header, as in the other tables.
        string[] classes = [.. ClassNameFile.Read(Layouts.Demand(Set, release, "meta/classes.txt")).Where(line => line != "class_name")];
        Dictionary<string, (string Split, bool Right)> checks = Checks(release, problems);
        ListedImages listed = new(folder, problems);
        foreach (TextLine line in Rows(Path.Combine(release, List)))
        {
            if (Food101Folder.ClassOf(line, line.Text, classes, problems) is { } label)
            {
                bool isChecked = checks.Remove(line.Text, out (string Split, bool Right) check);
                listed.Add(line.Place, below + line.Text, [label], isChecked ? $"train {check.Split}" : "train", isChecked ? (check.Right ? [label] : []) : null);
            }
        }
        foreach (string stranger in checks.Keys)
        {
            // The published tables differ in the class of an image or two.
            problems.Note($"{release}: \"{stranger}\" was verified and is not in {List}; it was passed over.");
        }
        string test = Path.Combine(folder, Clean, "meta/test.txt");
        if (File.Exists(test))
        {
            Food101Folder.ReadList(test, $"{Clean}/images/", "test", classes, listed, problems);
        }
        return listed.ToDataset(name, classes);
    }

    private static string? ReleaseIn(string folder) => Array.Find(Noisy, inner => File.Exists(Path.Combine(folder, inner, List)));

    private static IEnumerable<TextLine> Rows(string file) => TextLines.Read(file).Where(line => !line.Text.StartsWith("class_name", StringComparison.Ordinal));

    private static Dictionary<string, (string Split, bool Right)> Checks(string release, Problems problems)
    {
        Dictionary<string, (string, bool)> checks = new(StringComparer.Ordinal);
        foreach ((string file, string split) in Verified.Where(list => File.Exists(Path.Combine(release, list.File))))
        {
            foreach (TextLine line in Rows(Path.Combine(release, file)))
            {
                if (line.Values() is not [string image, "0" or "1"])
                {
                    problems.Add($"{line.Place}: \"{line.Text}\" was found; an image, a tab and 1 (right) or 0 (wrong) are needed. Correct the line.");
                }
                else if (!checks.TryAdd(line.Values()[0], (split, line.Text[^1] == '1')))
                {
                    problems.Add($"{line.Place}: \"{line.Values()[0]}\" was already verified. Keep one of the two lines.");
                }
            }
        }
        return checks;
    }
}
