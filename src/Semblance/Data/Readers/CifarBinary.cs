using System.Globalization;
using Semblance.Data.Stores;

namespace Semblance.Data.Readers;

/// <summary>The binary layout of CIFAR-10 (label, 3 planes of 32 × 32) and CIFAR-100 (coarse label, fine label, 3 planes).</summary>
internal static class CifarBinary
{
    private const int Side = 32;
    private const int Planes = 3 * Side * Side;

    private static readonly string[] Names10 = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>The names of the ten classes of CIFAR-10.</summary>
    public static IReadOnlyList<string> Cifar10Classes => Names10;

    public static Dataset Read(string path, string name, DatasetOptions options, Problems problems)
    {
        (string File, string Split)[] files = Files(path);
        int labelBytes = LabelBytes(files[0].File);
        List<ImageStore> stores = [];
        List<DataItem> items = [];
        foreach ((string file, string split) in files)
        {
            stores.Add(ReadFile(file, split, labelBytes, items, problems));
        }
        problems.ThrowIfAny();
        string[] classes = ClassNames(path, labelBytes, options);
        DemandKnown(path, items, classes);
        return new(name, classes, items, stores.Count == 1 ? stores[0] : new JoinedStore([.. stores]), multiLabel: false, problems.Sentences);
    }

    /// <summary>Whether a folder holds the files of CIFAR-10 or CIFAR-100 by their official names.</summary>
    public static bool IsFolder(string folder) => FolderFiles(folder).Length > 0;

    private static (string File, string Split)[] Files(string path)
    {
        if (File.Exists(path))
        {
            return [(path, "")];
        }
        (string File, string Split)[] files = FolderFiles(path);
        return files.Length > 0 ? files
            : throw new InvalidDataException($"{path} has no CIFAR files; data_batch_1.bin to data_batch_5.bin and test_batch.bin, or train.bin and test.bin, are needed. Unpack the binary version there.");
    }

    private static (string File, string Split)[] FolderFiles(string folder) =>
    [
        .. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin").Append("train.bin").Select(file => (Path.Combine(folder, file), "train"))
            .Concat(new[] { "test_batch.bin", "test.bin" }.Select(file => (Path.Combine(folder, file), "test")))
            .Where(file => File.Exists(file.Item1)),
    ];

    private static int LabelBytes(string file)
    {
        long length = new FileInfo(file).Length;
        return length > 0 && length % (Planes + 1) == 0 ? 1
            : length > 0 && length % (Planes + 2) == 0 ? 2
            : throw new InvalidDataException($"{file} has {length} bytes; a multiple of {Planes + 1} (CIFAR-10) or {Planes + 2} (CIFAR-100) is needed. Copy the file again.");
    }

    private static PlanarStore ReadFile(string file, string split, int labelBytes, List<DataItem> items, Problems problems)
    {
        int record = Planes + labelBytes;
        List<ArchiveEntry> entries = [];
        try
        {
            using FileStream stream = File.OpenRead(file);
            if (stream.Length % record != 0)
            {
                problems.Add($"{file} has {stream.Length} bytes; a multiple of {record} is needed. Copy the file again.");
            }
            string prefix = split.Length > 0 ? split : Path.GetFileNameWithoutExtension(file);
            int before = items.Count(item => item.Split == split);
            for (long at = 0; at + record <= stream.Length; at += record)
            {
                // The fine label, where there are two, is the second.
                stream.Position = at + labelBytes - 1;
                string number = (before + entries.Count).ToString("D5", CultureInfo.InvariantCulture);
                items.Add(new($"{prefix}/{number}", [stream.ReadByte()], split));
                entries.Add(new($"record {entries.Count}", at + labelBytes, Planes));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{file} cannot be read: {exception.Message}", exception);
        }
        return new PlanarStore(new ArchiveStore(file, entries), Side);
    }

    private static string[] ClassNames(string path, int labelBytes, DatasetOptions options)
    {
        if (options.ClassFile.Length > 0)
        {
            return ClassNameFile.Read(options.ClassFile);
        }
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? "";
        string beside = Path.Combine(folder, labelBytes == 1 ? "batches.meta.txt" : "fine_label_names.txt");
        return File.Exists(beside) ? ClassNameFile.Read(beside)
            : labelBytes == 1 ? Names10
            : [.. Enumerable.Range(0, 100).Select(label => label.ToString(CultureInfo.InvariantCulture))];
    }

    private static void DemandKnown(string path, List<DataItem> items, string[] classes)
    {
        foreach (DataItem item in items)
        {
            if (item.Labels[0] >= classes.Length)
            {
                throw new InvalidDataException($"{path}: {item.Id} has label {item.Labels[0]}; labels from 0 to {classes.Length - 1} are needed. Give the class names, or check that the file is a CIFAR binary.");
            }
        }
    }
}
