using Semblance.Data;
using Semblance.Data.Noise;

namespace Semblance.Bench.WebFolders;

/// <summary>CIFAR-10 as three folders of images with a folder for each class: <c>web</c>, the training images under what people called them (CIFAR-10N), <c>gallery</c>, the same under what they are, and <c>queries</c>, the test images.</summary>
internal static class WebFolder
{
    public static int Write(string data, string column, string folder)
    {
        Dataset train = DatasetSource.Open(Path.Combine(data, "train.jpgs.gz")), test = DatasetSource.Open(Path.Combine(data, "test.jpgs.gz"));
        IReadOnlyDictionary<string, int> labels = ObservedLabels.Read(Path.Combine(data, "cifar10n.csv"), column, train);
        Dataset observed = train.Observe([.. train.Items.Select(item => new[] { labels[item.Id] })]);
        WriteClasses(observed, Path.Combine(folder, "web"), "web");
        WriteClasses(train, Path.Combine(folder, "gallery"), "gallery");
        WriteClasses(test, Path.Combine(folder, "queries"), "query");
        Console.WriteLine($"{observed.Count} images under {folder}/web: {LabelMap.Describe(observed)}");
        return 0;
    }

    /// <summary>Leaves a folder that is whole as it is; a folder that is not has another name.</summary>
    private static void WriteClasses(Dataset images, string folder, string prefix)
    {
        if (Directory.Exists(folder))
        {
            return;
        }
        string partial = folder + ".partial";
        for (int i = 0; i < images.Count; i++)
        {
            string ofClass = Path.Combine(partial, images.ClassNames[images.Items[i].Labels[0]]);
            Directory.CreateDirectory(ofClass);
            File.WriteAllBytes(Path.Combine(ofClass, $"{prefix}{i:D5}.jpg"), images.ReadBytes(i).Span);
        }
        Directory.Move(partial, folder);
    }
}
