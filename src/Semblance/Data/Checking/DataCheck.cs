using System.Security.Cryptography;
using Semblance.Tensors.Images;

namespace Semblance.Data.Checking;

/// <summary>Settings of a <see cref="DataCheck"/>.</summary>
public sealed record DataCheckOptions
{
    /// <summary>Threads that decode, at least 1. The report does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Images whose perceptual hashes of 128 bits differ in at most this many are compared closely; -1 to look for no near-duplicates, at most 7.</summary>
    public int NearDistance { get; init => field = value is >= -1 and <= NearPairs.MostDistance ? value : throw new ArgumentOutOfRangeException(nameof(NearDistance), value, $"NearDistance must lie between -1 and {NearPairs.MostDistance}."); } = NearPairs.MostDistance;

    /// <summary>Images with more pixels are findings and are not decoded.</summary>
    public long MaxPixels { get; init; } = ImageCodec.DefaultMaxPixels;
}

/// <summary>Looks for everything in a data set that spoils training or makes scores dishonest.</summary>
/// <remarks>Every image is read and decoded once, in parallel; about 400 bytes per image stay in memory.</remarks>
public static class DataCheck
{
    /// <summary>Checks a data set. Open it leniently, so that faults of its table become findings too.</summary>
    /// <param name="dataset">The set.</param>
    /// <param name="options">Threads and how near is near.</param>
    /// <param name="progress">Told the number of images done, from several threads.</param>
    /// <param name="cancellation">Stops the check.</param>
    public static DataCheckReport Run(Dataset dataset, DataCheckOptions? options = null, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        options ??= new();
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Math.Max(1, options.Threads), CancellationToken = cancellation };
        CheckedImage[] images = new CheckedImage[dataset.Count];
        int done = 0;
        Parallel.For(0, dataset.Count, parallel, index =>
        {
            images[index] = CheckedImage.Read(dataset, index, options);
            progress?.Invoke(Interlocked.Increment(ref done));
        });
        int[][] same = SameBytes(images);
        return new()
        {
            Dataset = dataset.Name,
            Images = dataset.Count,
            Classes = dataset.ClassNames.Count,
            Empty = Findings(images, fault => fault == ImageFault.Empty),
            Corrupt = Findings(images, fault => fault is not (ImageFault.None or ImageFault.Empty)),
            WrongExtension = [.. images.Select(image => image.WrongExtension).OfType<ImageFinding>()],
            Duplicates = [.. same.Select(group => Group(dataset, group, 0, true))],
            NearDuplicates = Near(dataset, images, same, options, parallel),
            LabelProblems = LabelProblems(dataset),
        };
    }

    private static ImageFinding[] Findings(CheckedImage[] images, Func<ImageFault, bool> wanted) =>
        [.. images.Select(image => image.Finding).OfType<ImageFinding>().Where(finding => wanted(finding.Kind))];

    private static int[][] SameBytes(CheckedImage[] images) =>
    [
        .. Enumerable.Range(0, images.Length).Where(index => images[index].Finding is null)
            .GroupBy(index => Convert.ToHexString(images[index].Digest)).Where(group => group.Count() > 1).Select(group => group.ToArray()),
    ];

    private static DuplicateGroup[] Near(Dataset dataset, CheckedImage[] images, int[][] same, DataCheckOptions options, ParallelOptions parallel)
    {
        if (options.NearDistance < 0)
        {
            return [];
        }
        ImagePrint?[] prints = [.. images.Select(image => image.Print)];
        // Of equal files one stands for all.
        foreach (int other in same.SelectMany(group => group.Skip(1)))
        {
            prints[other] = null;
        }
        List<(int First, int Second, int Distance)> pairs = NearPairs.Find(prints, options.NearDistance, parallel);
        Dictionary<int, int> parents = [];
        foreach ((int first, int second, int _) in pairs)
        {
            parents[Root(parents, second)] = Root(parents, first);
        }
        ILookup<int, int> widest = pairs.ToLookup(pair => Root(parents, pair.First), pair => pair.Distance);
        return
        [
            .. pairs.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct().Order().GroupBy(index => Root(parents, index))
                .Select(group => Group(dataset, [.. group], widest[group.Key].Max(), false)),
        ];
    }

    private static int Root(Dictionary<int, int> parents, int index)
    {
        while (parents.TryGetValue(index, out int parent) && parent != index)
        {
            index = parent;
        }
        return index;
    }

    private static DuplicateGroup Group(Dataset dataset, int[] indices, int distance, bool sameBytes)
    {
        DataItem[] items = [.. indices.Select(index => dataset.Items[index])];
        return new(
            [.. indices.Select(dataset.Describe)],
            [.. items.Select(item => item.Split).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            distance,
            sameBytes,
            items.Any(item => !item.Labels.AsSpan().SequenceEqual(items[0].Labels)));
    }

    private static List<string> LabelProblems(Dataset dataset)
    {
        List<string> problems = [.. dataset.Problems];
        if (dataset.ClassNames.Count == 0)
        {
            return problems;
        }
        for (int index = 0; index < dataset.Count; index++)
        {
            if (dataset.Items[index].Labels.Length == 0)
            {
                problems.Add($"{dataset.Describe(index)} has no label. Give it one, or leave it out.");
            }
        }
        int[] counts = dataset.ClassCounts();
        for (int label = 0; label < counts.Length; label++)
        {
            if (counts[label] < 2)
            {
                string images = counts[label] == 0 ? "no image" : "one image";
                problems.Add($"{dataset.Name}: class \"{dataset.ClassNames[label]}\" has {images}; an image needs another one of its class to be found. Add images, or leave the class out.");
            }
        }
        return problems;
    }
}

/// <summary>What is kept of one image.</summary>
internal readonly record struct CheckedImage(byte[] Digest, ImagePrint? Print, ImageFinding? Finding, ImageFinding? WrongExtension)
{
    public static CheckedImage Read(Dataset dataset, int index, DataCheckOptions options)
    {
        string path = dataset.Describe(index);
        ReadOnlyMemory<byte> bytes;
        try
        {
            bytes = dataset.ReadBytes(index);
        }
        catch (InvalidDataException exception)
        {
            return new([], null, new(path, ImageFault.Unreadable, exception.Message), null);
        }
        byte[] digest = SHA256.HashData(bytes.Span);
        if (dataset.HoldsPixels)
        {
            RgbImage image = dataset.Decode(index);
            return new(digest, new(ImageCodec.Render(image, Small(image.Width, image.Height))), null, null);
        }
        if (!ImageCodec.TryProbe(bytes.Span, out ImageInfo info, out ImageProblem problem)
            || !ImageCodec.TryRender(bytes.Span, Small(info.Width, info.Height), out RgbImage? small, out problem, options.MaxPixels))
        {
            return new(digest, null, new(path, problem.Fault, problem.Describe(path)), null);
        }
        return new(digest, options.NearDistance < 0 ? null : new(small), null, Mismatch(dataset.Items[index].Id, path, info.Format));
    }

    private static ImageView Small(int width, int height) => new(0, 0, width, height, ImagePrint.Side, ImagePrint.Side);

    private static ImageFinding? Mismatch(string id, string path, ImageFormat found)
    {
        ImageFormat promised = ImageFormats.FromPath(id);
        return promised == ImageFormat.Unknown || promised == found ? null
            : new(path, ImageFault.None, $"{path} is {found} by its content, {promised} by its name. It is read all the same; rename it.");
    }
}
