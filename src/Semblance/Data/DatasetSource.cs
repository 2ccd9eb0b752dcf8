using Semblance.Data.Readers;
using Semblance.Data.Stores;

namespace Semblance.Data;

/// <summary>Opens data sets of every kind.</summary>
public static class DatasetSource
{
    /// <summary>Opens a data set.</summary>
    /// <param name="path">A folder, table, archive or binary file.</param>
    /// <param name="kind">How it is kept; found by looking where it is <see cref="DatasetKind.Auto"/>.</param>
    /// <param name="options">What to read of it.</param>
    /// <exception cref="InvalidDataException">The path is missing, or what lies there does not fit; the message names file and line.</exception>
    public static Dataset Open(string path, DatasetKind kind = DatasetKind.Auto, DatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Path.Exists(path))
        {
            throw new InvalidDataException($"{path} is not there. Name an existing folder, table (.csv), list (.txt), archive (.tar, .jpgs.gz), annotations (.json) or CIFAR file (.bin).");
        }
        options ??= new();
        Problems problems = new(options.Lenient);
        kind = kind == DatasetKind.Auto ? Detect(path, options) : kind;
        DemandImageFolder(path, kind, options.ImageFolder);
        string name = options.Name.Length > 0 ? options.Name : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        Dataset dataset = Read(kind, path, name, options, problems);
        // The table of these two kinds is the set itself.
        if (options.LabelFile.Length > 0 && kind is not (DatasetKind.Tar or DatasetKind.Csv))
        {
            dataset = LabelOverride.Apply(dataset, options, problems);
        }
        return options.Split.Length > 0 ? dataset.Split(options.Split) : dataset;
    }

    /// <summary>Unlabelled images, file by file, as queries are given.</summary>
    /// <param name="paths">Image files; a file may be named twice.</param>
    /// <exception cref="InvalidDataException">A file is missing.</exception>
    public static Dataset OfFiles(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        string? missing = paths.FirstOrDefault(path => !File.Exists(path));
        if (missing is not null)
        {
            throw new InvalidDataException(Directory.Exists(missing) ? $"{missing} is a folder; give an image file." : $"{missing} is not there; give an image file.");
        }
        DataItem[] items = [.. paths.Select((path, index) => new DataItem($"{index}:{path}", [], ""))];
        return new Dataset("queries", [], items, new FileStore([.. paths]), multiLabel: false);
    }

    /// <summary>Finds out how a data set is kept.</summary>
    /// <param name="path">A folder, table, archive or binary file.</param>
    /// <exception cref="InvalidDataException">It is none of the kinds that are read.</exception>
    public static DatasetKind Detect(string path) => Detect(path, new());

    private static DatasetKind Detect(string path, DatasetOptions options)
    {
        if (Directory.Exists(path))
        {
            return DetectFolder(path, options);
        }
        string name = Path.GetFileName(path).ToUpperInvariant();
        return name.EndsWith(".TXT", StringComparison.Ordinal) ? DatasetKind.List
            : name.EndsWith(".JSON", StringComparison.Ordinal) ? (CocoJson.IsFile(path) ? DatasetKind.Coco : DatasetKind.INaturalist)
            : name.EndsWith(".CSV", StringComparison.Ordinal) ? DatasetKind.Csv
            : name.EndsWith(".TAR", StringComparison.Ordinal) ? DatasetKind.Tar
            : name.EndsWith(".ZIP", StringComparison.Ordinal) ? DatasetKind.Omniglot
            : name.EndsWith(".BIN", StringComparison.Ordinal) ? DatasetKind.Cifar
            : name.EndsWith(".GZ", StringComparison.Ordinal) && !name.EndsWith(".TAR.GZ", StringComparison.Ordinal) ? DatasetKind.Records
            : throw new InvalidDataException($"{path} is no data set by its name; a folder, a table (.csv), a list (.txt), an archive (.tar, .jpgs.gz, Omniglot's .zip), annotations (.json) or a CIFAR file (.bin) is needed.");
    }

    private static DatasetKind DetectFolder(string folder, DatasetOptions options) =>
        Layouts.Detect(folder) is { } published ? published
        : RecordFiles(folder).Length > 0 ? DatasetKind.Records
        : CifarBinary.IsFolder(folder) ? DatasetKind.Cifar
        : OmniglotArchives.IsFolder(folder) ? DatasetKind.Omniglot
        : Tars(folder).Length == 1 ? DatasetKind.Tar
        : options.LabelFile.Length == 0 && Table(folder) is not null ? DatasetKind.Csv
        : Directory.EnumerateDirectories(folder).Any(inner => Path.GetFileName(inner)[0] != '.') ? DatasetKind.Folders
        : DatasetKind.Images;

    private static Dataset Read(DatasetKind kind, string path, string name, DatasetOptions options, Problems problems) => kind switch
    {
        DatasetKind.Folders => ClassFolders.Read(Folder(path), name, problems),
        DatasetKind.Images => ClassFolders.ReadUnlabelled(Folder(path), name, problems),
        DatasetKind.Csv => ReadTable(path, name, options, problems),
        DatasetKind.Tar => ReadTar(path, name, options, problems),
        DatasetKind.Cifar => CifarBinary.Read(path, name, options, problems),
        DatasetKind.Records => ReadRecords(path, name, options, problems),
        DatasetKind.Cub => CubFolder.Read(path, name, problems),
        DatasetKind.Cars => CarsFolder.Read(path, name, problems),
        DatasetKind.OnlineProducts => OnlineProducts.Read(path, name, problems),
        DatasetKind.InShop => InShopFolder.Read(path, name, problems),
        DatasetKind.List => PathLists.Read(path, name, options, problems),
        DatasetKind.INaturalist => INaturalistJson.Read(path, name, problems),
        DatasetKind.Omniglot => OmniglotArchives.Read(path, name, problems),
        DatasetKind.Coco => CocoJson.Read(path, name, options, problems),
        DatasetKind.NusWide => NusWideFolder.Read(path, name, options, problems),
        DatasetKind.MirFlickr => MirFlickrFolder.Read(path, name, options, problems),
        DatasetKind.Voc => VocFolder.Read(path, name, problems),
        DatasetKind.WebVision => WebVisionFolder.Read(path, name, problems),
        DatasetKind.Clothing1M => Clothing1MFolder.Read(path, name, options, problems),
        DatasetKind.Food101 => Food101Folder.Read(path, name, problems),
        DatasetKind.Food101N => Food101NFolder.Read(path, name, problems),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static void DemandImageFolder(string path, DatasetKind kind, string folder)
    {
        if (folder.Length > 0 && kind is not (DatasetKind.Csv or DatasetKind.List or DatasetKind.Coco or DatasetKind.NusWide or DatasetKind.MirFlickr))
        {
            throw new InvalidDataException($"{path} tells itself where its images are; a folder of images ({folder}) is for tables, lists, COCO, NUS-WIDE and MIRFLICKR. Leave it out.");
        }
        if (folder.Length > 0 && !Directory.Exists(folder))
        {
            throw new InvalidDataException($"{folder} is not there; the folder of the images is needed.");
        }
    }

    private static Listing Folder(string path) => Directory.Exists(path) ? Listing.OfFolder(path)
        : throw new InvalidDataException($"{path} is a file; a folder of images is needed.");

    private static Dataset ReadTable(string path, string name, DatasetOptions options, Problems problems)
    {
        string file = !Directory.Exists(path) ? path
            : Table(path) ?? throw new InvalidDataException($"{path} has no labels.csv. Name the table itself, or the kind of the set.");
        string root = options.ImageFolder.Length > 0 ? options.ImageFolder : Path.GetDirectoryName(file) ?? "";
        return new Manifest(CsvTable.Read(file, problems), options, problems).Over(root, name);
    }

    private static Dataset ReadTar(string path, string name, DatasetOptions options, Problems problems)
    {
        string archive = !Directory.Exists(path) ? path
            : Tars(path) is [string only] ? only : throw new InvalidDataException($"{path} has {Tars(path).Length} tar archives. Name one of them.");
        Listing listing = TarListing.Read(archive);
        string? table = options.LabelFile.Length > 0 ? options.LabelFile : Table(Path.GetDirectoryName(archive) ?? "");
        return table is null ? ClassFolders.Read(listing, name, problems) : new Manifest(CsvTable.Read(table, problems), options, problems).Over(listing, name);
    }

    private static Dataset ReadRecords(string path, string name, DatasetOptions options, Problems problems)
    {
        string[] files = Directory.Exists(path) ? RecordFiles(path) : [path];
        if (files.Length == 0)
        {
            throw new InvalidDataException($"{path} has no .jpgs.gz files. Name a folder that has some.");
        }
        List<ImageStore> stores = [];
        List<DataItem> items = [];
        foreach (string file in files)
        {
            string split = Path.GetFileName(file).Split('.')[0];
            (ImageStore store, DataItem[] read) = RecordStream.Read(file, split, problems);
            stores.Add(store);
            items.AddRange(read);
        }
        if (items.Count == 0)
        {
            throw new InvalidDataException($"{path} holds no records. Copy the file again.");
        }
        return new(name, RecordClasses(items, options), items, new JoinedStore([.. stores]), multiLabel: false, problems.Sentences);
    }

    private static IReadOnlyList<string> RecordClasses(List<DataItem> items, DatasetOptions options)
    {
        int count = items.Max(item => item.Labels[0]) + 1;
        IReadOnlyList<string> names = options.ClassFile.Length > 0 ? ClassNameFile.Read(options.ClassFile)
            : count == CifarBinary.Cifar10Classes.Count ? CifarBinary.Cifar10Classes
            : [.. Enumerable.Range(0, count).Select(label => label.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        return names.Count >= count ? names
            : throw new InvalidDataException($"{options.ClassFile} names {names.Count} classes; labels up to {count - 1} occur. Add the missing names.");
    }

    private static string[] RecordFiles(string folder)
    {
        // Training first, whatever the letters say.
        string[] files = Directory.GetFiles(folder, "*.jpgs.gz");
        return [.. files.OrderBy(file => !Path.GetFileName(file).StartsWith("train", StringComparison.Ordinal)).ThenBy(file => file, StringComparer.Ordinal)];
    }

    private static string[] Tars(string folder) => Directory.GetFiles(folder, "*.tar");

    private static string? Table(string folder)
    {
        string labels = Path.Combine(folder, "labels.csv"), manifest = Path.Combine(folder, "manifest.csv");
        return File.Exists(labels) ? labels : File.Exists(manifest) ? manifest : null;
    }
}
