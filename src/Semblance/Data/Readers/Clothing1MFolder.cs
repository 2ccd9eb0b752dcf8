using System.Globalization;

namespace Semblance.Data.Readers;

/// <summary>Clothing-1M as distributed: lists of images (<c>*_key_list.txt</c>), tables of their labels (<c>*_label_kv.txt</c>), in the folder or in <c>annotations</c>, and the folder <c>images</c>.</summary>
/// <remarks>
/// Split <c>train</c> is the list of noisily labelled images; <c>clean-train</c>, <c>val</c> and <c>test</c> are those that experts labelled. Labels are those of a split's own table. Where an
/// image of <c>train</c> has an expert's label too, that is its true label. Images of <c>clean-train</c> have one anyway; where <c>label-column</c> is <c>noisy</c>, those that also have a noisy label get that
/// one, and the expert's as the true label, and the others of that list are left out.
/// </remarks>
internal sealed class Clothing1MFolder
{
    private const string Set = "Clothing-1M";
    private const string NoisyLabels = "noisy_label_kv.txt";
    private const string CleanLabels = "clean_label_kv.txt";
    private const string ClassFile = "category_names_eng.txt";

    // The names as the paper gives them, for copies without the file.
    private static readonly string[] Names =
        ["T-Shirt", "Shirt", "Knitwear", "Chiffon", "Sweater", "Hoodie", "Windbreaker", "Jacket", "Downcoat", "Suit", "Shawl", "Dress", "Vest", "Underwear"];

    private readonly string _lists;
    private readonly string[] _classes;
    private readonly ListedImages _listed;
    private readonly Problems _problems;
    private readonly Dictionary<string, string> _noisy;
    private readonly Dictionary<string, string> _clean;

    private Clothing1MFolder(string folder, Problems problems)
    {
        _problems = problems;
        _lists = ListsIn(folder) ?? throw new InvalidDataException($"{folder} has no {NoisyLabels}, which {Set} comes with. Name the folder into which the set was unpacked, or unpack its annotations there.");
        _classes = Layouts.Find(_lists, ClassFile) is { } file ? ClassNameFile.Read(file) : Names;
        _listed = new(folder, problems);
        _noisy = Labels(NoisyLabels);
        _clean = Labels(CleanLabels);
    }

    public static bool IsFolder(string folder) => ListsIn(folder) is not null;

    public static Dataset Read(string folder, string name, DatasetOptions options, Problems problems)
    {
        bool observed = options.LabelColumn switch
        {
            "noisy" => true,
            "clean" or "" => false,
            string other => throw new InvalidDataException($"{folder}: the label column is \"{other}\"; {Set} has clean and noisy. Name one of them, or leave it out."),
        };
        Clothing1MFolder lists = new(folder, problems);
        lists.ReadNoisy();
        lists.ReadClean("clean_train_key_list.txt", "clean-train", observed);
        lists.ReadClean("clean_val_key_list.txt", "val", false);
        lists.ReadClean("clean_test_key_list.txt", "test", false);
        return lists._listed.ToDataset(name, [.. Enumerable.Range(0, lists._classes.Length).Select(label => label.ToString(CultureInfo.InvariantCulture))], lists._classes);
    }

    private static string? ListsIn(string folder) =>
        Layouts.Find(folder, NoisyLabels, $"annotations/{NoisyLabels}") is { } file ? Path.GetDirectoryName(file) : null;

    private void ReadNoisy()
    {
        foreach (TextLine line in Lines("noisy_train_key_list.txt"))
        {
            if (Find(_noisy, NoisyLabels, line) is { } label)
            {
                _listed.Add(line.Place, line.Text, [label], "train", _clean.TryGetValue(line.Text, out string? known) ? [known] : null);
            }
        }
    }

    private void ReadClean(string list, string split, bool observed)
    {
        foreach (TextLine line in Lines(list))
        {
            if (Find(_clean, CleanLabels, line) is not { } label || (observed && !_noisy.ContainsKey(line.Text)))
            {
                continue;
            }
            _listed.Add(line.Place, line.Text, [observed ? _noisy[line.Text] : label], split, [label]);
        }
    }

    private IEnumerable<TextLine> Lines(string list) => TextLines.Read(Layouts.Demand(Set, _lists, list));

    private string? Find(Dictionary<string, string> labels, string file, TextLine line)
    {
        if (!labels.TryGetValue(line.Text, out string? label))
        {
            _problems.Add($"{line.Place}: \"{line.Text}\" has no line in {file}. Add it, or remove the image.");
        }
        return label;
    }

    private Dictionary<string, string> Labels(string name)
    {
        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        foreach (TextLine line in Lines(name))
        {
            if (LabelledLine.Cut(line, _classes.Length, $"the {_classes.Length} classes of {Set}", _problems) is { } cut && !labels.TryAdd(cut.Path, cut.Label))
            {
                _problems.Add($"{line.Place}: \"{cut.Path}\" already has a label. Keep one of the two lines.");
            }
        }
        return labels;
    }
}
