using System.Globalization;
using System.Runtime.ExceptionServices;

namespace Semblance.Data.Drawn;

/// <summary>How far a drawing has come.</summary>
/// <param name="Done">Pictures written.</param>
/// <param name="Total">Pictures in the set.</param>
public readonly record struct DrawnProgress(int Done, int Total);

/// <summary>A labelled image set that needs no download: solid objects drawn in chance poses, colours, patterns, light and surroundings.</summary>
public static class DrawnSet
{
    /// <summary>The manifest whose label is the class. Written last: where it exists, the set is whole.</summary>
    public const string ManifestName = "manifest.csv";

    /// <summary>The manifest with four labels for each picture: class, colour, texture and background.</summary>
    public const string MultiLabelManifestName = "manifest-multilabel.csv";

    /// <summary>The classes' names in order; each is a folder.</summary>
    public static IReadOnlyList<string> Classes { get; } = [.. Shapes.Catalogue.All.Select(shape => shape.Name)];

    /// <summary>Draws the set as PNG files in class folders and, when all are there, writes the manifests.</summary>
    /// <param name="folder">Made where absent; files of the same names are replaced.</param>
    /// <param name="options">Size and seed.</param>
    /// <param name="progress">Told after every picture, from any thread; may be null.</param>
    /// <param name="stop">Ends the drawing before the manifests are written.</param>
    /// <returns>The path of the manifest.</returns>
    /// <exception cref="IOException">A file cannot be written; there is no manifest then.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> ended it; there is no manifest then.</exception>
    public static string Write(string folder, DrawnOptions options, IProgress<DrawnProgress>? progress = null, CancellationToken stop = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        foreach (string name in Classes)
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
        }

        string manifest = Path.Combine(folder, ManifestName), several = Path.Combine(folder, MultiLabelManifestName);
        File.Delete(manifest);
        File.Delete(several);
        DrawnItem[] items = DrawAll(folder, options, progress, stop);
        DrawnManifest.WriteSeveral(several, items);
        DrawnManifest.WriteClasses(manifest, items);
        return manifest;
    }

    /// <summary>The split of a picture: of each class the last eighth are queries, the eighth before them only database, the sixteenth before those validation, the rest train.</summary>
    /// <param name="picture">Number of the picture within its class, from 0.</param>
    /// <param name="imagesPerClass">Pictures of each class.</param>
    /// <returns>train, val, database or query.</returns>
    public static string SplitOf(int picture, int imagesPerClass)
    {
        int eighth = imagesPerClass / 8, left = imagesPerClass - picture;
        return left <= eighth ? "query" : left <= 2 * eighth ? "database" : left <= (2 * eighth) + (eighth / 2) ? "val" : "train";
    }

    private static DrawnItem[] DrawAll(string folder, DrawnOptions options, IProgress<DrawnProgress>? progress, CancellationToken stop)
    {
        DrawnItem[] items = new DrawnItem[Classes.Count * options.ImagesPerClass];
        int done = 0;
        ParallelOptions threads = new() { MaxDegreeOfParallelism = options.Threads == 0 ? Environment.ProcessorCount : options.Threads, CancellationToken = stop };
        try
        {
            Parallel.For(0, items.Length, threads, i =>
            {
                items[i] = Draw(folder, options, i / options.ImagesPerClass, i % options.ImagesPerClass);
                progress?.Report(new(Interlocked.Increment(ref done), items.Length));
            });
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }

        return items;
    }

    private static DrawnItem Draw(string folder, DrawnOptions options, int category, int picture)
    {
        DrawnScene scene = DrawnScene.Sample(options.Seed, category, picture);
        byte[] pixels = DrawnRenderer.Render(scene, options.Size);
        string name = $"{Classes[category]}/{picture.ToString("D4", CultureInfo.InvariantCulture)}.png";
        File.WriteAllBytes(Path.Combine(folder, name), PngFile.Encode(pixels, options.Size, options.Size));
        return new(name, SplitOf(picture, options.ImagesPerClass), scene.Attributes);
    }
}
