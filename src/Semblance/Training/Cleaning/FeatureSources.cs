using System.Globalization;
using System.Runtime.InteropServices;
using Semblance.Curriculum;
using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Encoders;
using Semblance.Index.Files;
using Semblance.Models;
using Semblance.Tensors;

namespace Semblance.Training.Cleaning;

/// <summary>Gets labelled features from images and a model, or from files.</summary>
public static class FeatureSources
{
    /// <summary>The file in the output folder that encoded images go to.</summary>
    public const string EncodedName = "features.embeddings";

    private const string GroupedName = "features.grouped";
    private const long MemoryBytes = 256L << 20;

    /// <summary>The images of a set, as a model sees them; what is encoded stays in the folder, and an interrupted encoding goes on.</summary>
    /// <param name="data">The images.</param>
    /// <param name="encoder">Passes over damaged images where its options say so.</param>
    /// <param name="note">What the model is.</param>
    /// <param name="folder">The output folder.</param>
    /// <param name="observer">Hears of the progress.</param>
    /// <param name="stop">Stops between batches.</param>
    public static LabelledFeatures OfImages(Dataset data, Encoder encoder, EncodedNote note, string folder, IRunObserver observer, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(observer);
        RefuseUnfit(data);
        string path = Path.Combine(folder, EncodedName);
        if (!Holds(path, note, data))
        {
            Directory.CreateDirectory(folder);
            EncodedCounts counts = EncodedFile.Write(path, encoder, data, RowKind.Embedding, note, done => observer.Progressed("encoding", done, data.Count), stop);
            foreach (string skipped in counts.Skipped)
            {
                observer.Warned(skipped);
            }
        }
        return OfEmbeddings(path, data, folder, data.Name, stop);
    }

    /// <summary>A file of embeddings that <c>semblance encode</c> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="images">Its images, whose labels count where they are given; null to take the file's labels and show none.</param>
    /// <param name="folder">Where large features are put in the order of their classes while they are looked at.</param>
    /// <param name="name">What the samples are called; null for the file's name.</param>
    /// <param name="stop">Stops between blocks.</param>
    /// <exception cref="InvalidDataException">The file is missing, damaged or of codes, or a sample has not one label.</exception>
    public static LabelledFeatures OfEmbeddings(string path, Dataset? images, string folder, string? name = null, CancellationToken stop = default) => OfEmbeddings(path, images, folder, MemoryBytes, name, stop);

    /// <summary>The same; features of more than so many bytes stay on disk.</summary>
    internal static LabelledFeatures OfEmbeddings(string path, Dataset? images, string folder, long memoryBytes, string? name = null, CancellationToken stop = default)
    {
        Dictionary<string, int[]>? labels = images?.Items.ToDictionary(item => item.Id, item => item.Labels, StringComparer.Ordinal);
        List<(string Id, IReadOnlyList<int> Labels)> samples = [];
        int width;
        IReadOnlyList<string> classes;
        using (RowFileReader reader = Open(path))
        {
            width = reader.Format.Width;
            classes = images?.ClassNames ?? EncodedNote.Parse(reader.Metadata)?.Classes ?? [];
            foreach (RowItem item in reader.Blocks().SelectMany(block => block.Items))
            {
                stop.ThrowIfCancellationRequested();
                samples.Add((item.Id, labels is null ? item.Labels : labels.TryGetValue(item.Id, out int[]? of) ? of : throw new InvalidDataException($"{path} holds \"{item.Id}\", which is not among the images of {images!.Name}. Give the images that were encoded.")));
            }
        }
        if (samples.Count == 0)
        {
            throw new InvalidDataException($"{path} holds no rows; there is nothing to look at.");
        }
        name ??= Path.GetFileName(path);
        return (long)samples.Count * width * sizeof(float) <= memoryBytes
            ? LabelledFeatures.InMemory(name, Rows(path, samples.Count, width, stop), width, samples, classes, images)
            : Grouped(path, samples, width, Path.Combine(folder, GroupedName), classes, images, name, stop);
    }

    /// <summary>A NumPy array of features with a list of labels.</summary>
    /// <param name="path">Rows of float32 or float64, C order.</param>
    /// <param name="labelFile">One label a row: a class's number or name; or an id, a tab, and that.</param>
    /// <param name="images">Images by the ids of the list; null to show none.</param>
    /// <exception cref="InvalidDataException">The files do not fit.</exception>
    public static LabelledFeatures OfArray(string path, string labelFile, Dataset? images)
    {
        (NpyHeader header, long start) = Header(path);
        if (header.Shape.Count != 2 || header.FortranOrder || header.Type is not ("<f4" or "<f8"))
        {
            throw new InvalidDataException($"{path}: it holds {header.Type} of shape ({string.Join(", ", header.Shape)}){(header.FortranOrder ? " in Fortran order" : "")}; a matrix of float32 or float64, a row a sample, is needed. Save numpy.ascontiguousarray(features, 'float32').");
        }
        if (header.Elements == 0)
        {
            throw new InvalidDataException($"{path} holds no features: its shape is ({string.Join(", ", header.Shape)}). Save an array with a row a sample.");
        }
        (List<(string Id, IReadOnlyList<int> Labels)> samples, string[] classes) = ReadLabels(labelFile, images);
        if (samples.Count != header.Shape[0])
        {
            throw new InvalidDataException($"{path} has {header.Shape[0]} rows and {labelFile} {samples.Count} labels; every row needs one.");
        }
        int width = checked((int)header.Shape[1]);
        string name = Path.GetFileName(path);
        if (header.Type == "<f4")
        {
            return LabelledFeatures.InFile(name, FeatureRows.InFile(path, start, samples.Count, width), [.. Enumerable.Range(0, samples.Count)], samples, classes, images, null);
        }
        float[] rows = Array.ConvertAll(NpyFile.Read<double>(path).Data, value => (float)value);
        return LabelledFeatures.InMemory(name, rows, width, samples, classes, images);
    }

    /// <summary>The training images of a recipe as its backbone sees them before training; kept features are taken where the recipe keeps some.</summary>
    /// <param name="recipe">With its long tail and noise.</param>
    /// <param name="folder">The output folder.</param>
    /// <param name="observer">Hears of the progress.</param>
    /// <param name="stop">Stops between batches.</param>
    public static LabelledFeatures OfRecipe(Recipe recipe, string folder, IRunObserver observer, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        Dataset train = Train(recipe, observer, stop);
        RefuseUnfit(train);
        Torch.Threads = TrainingJob.OperatorThreads(recipe);
        if (FrozenFeatures.Of(recipe, Path.Combine(folder, "features"), observer) is { } kept)
        {
            float[] rows = kept.Read(train);
            return LabelledFeatures.InMemory(train.Name, rows, rows.Length / train.Count, [.. train.Items.Select(item => (item.Id, (IReadOnlyList<int>)item.Labels))], train.ClassNames, train);
        }
        using Model backbone = ModelBuilder.BackboneOf(recipe);
        string weights = recipe.Model.Weights is { } file ? EncodedNote.FingerprintOf(file) : string.Create(CultureInfo.InvariantCulture, $"seed {recipe.Seed}");
        EncodedNote note = new(recipe.Model.Backbone, weights, DataOpening.Transform(recipe.Data, augment: false).Key, train.ClassNames);
        return OfImages(train, EncoderOf(backbone, recipe), note, folder, observer, stop);
    }

    /// <summary>Images as a backbone with published weights sees them.</summary>
    /// <param name="data">The images.</param>
    /// <param name="backbone">Name of the backbone.</param>
    /// <param name="weights">File of its weights.</param>
    /// <param name="size">Pixels across and down; null for 224.</param>
    /// <param name="folder">The output folder.</param>
    /// <param name="observer">Hears of the progress.</param>
    /// <param name="stop">Stops between batches.</param>
    public static LabelledFeatures OfBackbone(Dataset data, string backbone, string weights, int? size, string folder, IRunObserver observer, CancellationToken stop = default)
    {
        string pixels = size is { } side ? string.Create(CultureInfo.InvariantCulture, $", size: {side}") : "";
        string text = $"data: {{path: {Quoted("images")}{pixels}}}\nmodel: {{backbone: {Quoted(backbone)}, weights: {Quoted(weights)}}}\nobjective: [{{loss: multi-similarity}}]\n";
        Recipe recipe = Recipe.Parse(text, "the options", TrainingRun.Catalogue);
        Torch.Threads = TrainingJob.OperatorThreads(recipe);
        using Model model = ModelBuilder.BackboneOf(recipe);
        EncodedNote note = new(backbone, EncodedNote.FingerprintOf(weights), DataOpening.Transform(recipe.Data, augment: false).Key, data.ClassNames);
        return OfImages(data, EncoderOf(model, recipe), note, folder, observer, stop);
    }

    private static string Quoted(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>Images as the model of a run sees them.</summary>
    /// <param name="path">The run's folder.</param>
    /// <param name="images">The images; null for those that trained the run.</param>
    /// <param name="folder">The output folder.</param>
    /// <param name="observer">Hears of the progress.</param>
    /// <param name="stop">Stops between batches.</param>
    public static LabelledFeatures OfRun(string path, Dataset? images, string folder, IRunObserver observer, CancellationToken stop = default)
    {
        Recipe recipe = TrainingRun.LoadRecipe(path);
        using RunFolder run = RunFolder.Open(path);
        using Model model = TrainingRun.LoadModel(run, recipe);
        Torch.Threads = TrainingJob.OperatorThreads(recipe);
        Dataset data = images ?? Train(recipe, observer, stop);
        EncodedNote note = new(recipe.Name, EncodedNote.FingerprintOf(run.ModelFile), DataOpening.Transform(recipe.Data, augment: false).Key, data.ClassNames);
        return OfImages(data, EncoderOf(model, recipe), note, folder, observer, stop);
    }

    private static Dataset Train(Recipe recipe, IRunObserver observer, CancellationToken stop) =>
        DataParts.Of(DataOpening.Open(recipe.Data, TrainingJob.LoaderThreads(recipe), (done, total) => observer.Progressed("drawing images", done, total), stop), recipe.Data).Train;

    private static Encoder EncoderOf(Model model, Recipe recipe) => new(
        model, DataOpening.Transform(recipe.Data, augment: false), new EncoderOptions { Threads = TrainingJob.LoaderThreads(recipe), Device = Device.Parse(recipe.Device), SkipDamaged = true });

    private static void RefuseUnfit(Dataset data)
    {
        if (data.ClassNames.Count == 0)
        {
            throw new InvalidDataException($"{data.Name} has images but no labels; there is nothing to look at. Give a folder with a class folder for each class, or a table of labels.");
        }
        if (Enumerable.Range(0, data.Count).FirstOrDefault(image => data.Items[image].Labels.Length != 1, -1) is >= 0 and var image)
        {
            throw new InvalidDataException($"{data.Describe(image)} has {data.Items[image].Labels.Length} labels; this looks at one label an image. Look at one label at a time, with a table of labels of your own.");
        }
    }

    /// <summary>Whether a file holds the images as this model sees them.</summary>
    private static bool Holds(string path, EncodedNote note, Dataset data)
    {
        if (!File.Exists(path))
        {
            return false;
        }
        try
        {
            using RowFileReader reader = new(path);
            HashSet<string> ids = [.. data.Items.Select(item => item.Id)];
            return reader.Metadata == note.ToJson() && ids.SetEquals(reader.Blocks().SelectMany(block => block.Items).Select(item => item.Id));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static RowFileReader Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path} is not there. Give images, the folder of a run, a recipe, a file of embeddings that 'semblance encode' wrote, or an .npy array.");
        }
        RowFileReader reader = new(path);
        if (reader.Format.Kind == RowKind.Embedding)
        {
            return reader;
        }
        reader.Dispose();
        throw new InvalidDataException($"{path} holds {reader.Format}; embeddings are needed. Encode the images with a model that gives embeddings.");
    }

    private static float[] Rows(string path, int count, int width, CancellationToken stop)
    {
        float[] rows = GC.AllocateUninitializedArray<float>(checked(count * width));
        using RowFileReader reader = Open(path);
        int at = 0;
        foreach (RowBlock block in reader.Blocks())
        {
            stop.ThrowIfCancellationRequested();
            float[] some = block.ToEmbeddings();
            some.CopyTo(rows, at);
            at += some.Length;
        }
        return rows;
    }

    /// <summary>Writes the rows class by class, so that a class is one read.</summary>
    private static LabelledFeatures Grouped(string path, List<(string Id, IReadOnlyList<int> Labels)> samples, int width, string grouped, IReadOnlyList<string> classes, Dataset? images, string name, CancellationToken stop)
    {
        int[] order = [.. Enumerable.Range(0, samples.Count).OrderBy(place => samples[place].Labels.FirstOrDefault(-1))];
        var rowOf = new int[order.Length];
        for (int row = 0; row < order.Length; row++)
        {
            rowOf[order[row]] = row;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(grouped))!);
        using (RowFileReader reader = Open(path))
        using (var file = File.OpenHandle(grouped, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            int at = 0;
            foreach (RowBlock block in reader.Blocks())
            {
                stop.ThrowIfCancellationRequested();
                float[] rows = block.ToEmbeddings();
                for (int k = 0; k < rows.Length; k += width)
                {
                    RandomAccess.Write(file, MemoryMarshal.AsBytes(rows.AsSpan(k, width)), (long)rowOf[at++] * width * sizeof(float));
                }
            }
        }
        return LabelledFeatures.InFile(name, FeatureRows.InFile(grouped, 0, order.Length, width), order, samples, classes, images, grouped);
    }

    private static (NpyHeader Header, long Start) Header(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path} is not there; an .npy array of features is needed.");
        }
        using FileStream stream = File.OpenRead(path);
        NpyHeader header = NpyHeader.Read(stream, path);
        return (header, stream.Position);
    }

    private static (List<(string Id, IReadOnlyList<int> Labels)> Samples, string[] Classes) ReadLabels(string path, Dataset? images)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path} is not there; a list of labels, one a line, is needed (--labels).");
        }
        string[][] lines = [.. File.ReadLines(path).Select(line => line.Split('\t'))];
        int wrong = Array.FindIndex(lines, fields => fields.Length > 2 || fields[^1].Length == 0);
        if (wrong >= 0)
        {
            throw new InvalidDataException($"{path}, line {wrong + 1}: \"{string.Join('\t', lines[wrong])}\" is no label; write the class's number or name, or an id, a tab, and that.");
        }
        string[] words = [.. lines.Select(fields => fields[^1])];
        bool numbers = words.All(word => int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        string[] classes = images?.ClassNames.ToArray() is { Length: > 0 } names ? names : numbers ? [] : [.. words.Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, int> places = Enumerable.Range(0, classes.Length).ToDictionary(place => classes[place], StringComparer.Ordinal);
        int Number(int line) => places.TryGetValue(words[line], out int place) ? place
            : numbers && (int.Parse(words[line], CultureInfo.InvariantCulture) is var number) && (classes.Length == 0 || (number >= 0 && number < classes.Length)) ? number
            : throw new InvalidDataException($"{path}, line {line + 1}: \"{words[line]}\" is no class of {images!.Name}{(NearestName.Of(words[line], classes) is { } near ? $"; nearest is \"{near}\"" : "")}. Correct the line.");
        List<(string Id, IReadOnlyList<int> Labels)> samples = [.. lines.Select((fields, line) => (fields.Length == 2 ? fields[0] : line.ToString(CultureInfo.InvariantCulture), (IReadOnlyList<int>)[Number(line)]))];
        string? twice = samples.GroupBy(sample => sample.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? (samples, classes) : throw new InvalidDataException($"{path}: the id \"{twice}\" is there twice; every id stands once.");
    }
}
