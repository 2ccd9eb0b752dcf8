using System.Globalization;

namespace Semblance.Data.Readers;

/// <summary>Cars-196 as distributed: all images with <c>cars_annos.mat</c>, or two folders with the annotations of the devkit.</summary>
internal static class CarsFolder
{
    private const string Set = "Cars-196";
    private const string Whole = "cars_annos.mat";
    private static readonly string[] TrainLists = ["devkit/cars_train_annos.mat", "cars_train_annos.mat"];
    // The labels of the test images are a download of their own.
    private static readonly string[] TestLists = ["devkit/cars_test_annos_withlabels.mat", "cars_test_annos_withlabels.mat"];

    public static bool IsFolder(string folder) => Layouts.Find(folder, Whole) is not null || Layouts.Find(folder, TrainLists) is not null;

    public static Dataset Read(string folder, string name, Problems problems)
    {
        ListedImages listed = new(folder, problems);
        string[] names = Layouts.Find(folder, Whole) is { } whole ? ReadWhole(whole, listed, problems) : ReadDevkit(folder, listed, problems);
        return listed.ToDataset(name, [.. Enumerable.Range(1, names.Length).Select(Text)], names);
    }

    private static string[] ReadWhole(string file, ListedImages listed, Problems problems)
    {
        string[] names = Names(file);
        Annotations annotations = new(file, names.Length, problems);
        annotations.Each(i =>
        {
            if (annotations.Class(i) is { } label && annotations.Flag("test", i) is { } test)
            {
                listed.Add(annotations.At(i), annotations.Text("relative_im_path", i), label, test ? "test" : "train");
            }
        });
        return names;
    }

    private static string[] ReadDevkit(string folder, ListedImages listed, Problems problems)
    {
        string[] names = Names(Layouts.Demand(Set, folder, "devkit/cars_meta.mat", "cars_meta.mat"));
        foreach ((string split, string[] lists) in new[] { ("train", TrainLists), ("test", TestLists) })
        {
            Annotations annotations = new(Layouts.Demand(Set, folder, lists), names.Length, problems);
            annotations.Each(i =>
            {
                if (annotations.Class(i) is { } label)
                {
                    listed.Add(annotations.At(i), $"cars_{split}/{annotations.Text("fname", i)}", label, split);
                }
            });
        }
        return names;
    }

    private static string[] Names(string file)
    {
        MatArray names = MatFile.Read(file, "class_names");
        return names.Cells.Length > 0 && names.Cells.All(cell => cell.Text.Length > 0)
            ? [.. names.Cells.Select(cell => cell.Text)]
            : throw new InvalidDataException($"{file}: class_names is not a list of names. Copy the file again.");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The array of structures that describes the images, one each.</summary>
    private sealed class Annotations(string file, int classes, Problems problems)
    {
        private readonly MatArray _array = MatFile.Read(file, "annotations");

        public void Each(Action<int> read)
        {
            for (int i = 0; i < _array.Count; i++)
            {
                read(i);
            }
        }

        public Place At(int index) => new(file, index + 1, "annotation");

        public string Text(string field, int index) => Value(field, index).Text is { Length: > 0 } text ? text
            : throw new InvalidDataException($"{At(index)}: {field} is not a text. Copy the file again.");

        public string? Class(int index)
        {
            double number = Number("class", index);
            if (number >= 1 && number <= classes && number == Math.Floor(number))
            {
                return CarsFolder.Text((int)number);
            }
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{At(index)}: class {number} has no name; numbers from 1 to {classes} have one. Copy the file again."));
            return null;
        }

        public bool? Flag(string field, int index)
        {
            double number = Number(field, index);
            if (number is 0 or 1)
            {
                return number == 1;
            }
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{At(index)}: {field} is {number}; 0 or 1 is needed. Copy the file again."));
            return null;
        }

        private double Number(string field, int index) => Value(field, index).Numbers is [double number] ? number
            : throw new InvalidDataException($"{At(index)}: {field} is not a number. Copy the file again.");

        private MatArray Value(string field, int index) => _array.Field(index, field)
            ?? throw new InvalidDataException($"{file}: annotations have no field {field}; they have {(_array.Fields.Length == 0 ? "none" : string.Join(", ", _array.Fields))}. A file of annotations with classes is needed.");
    }
}
