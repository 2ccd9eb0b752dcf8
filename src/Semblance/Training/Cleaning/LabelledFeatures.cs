using System.Globalization;
using Semblance.Curriculum;
using Semblance.Data;
using Semblance.Data.Loading;
using Semblance.Reports;
using Semblance.Tensors.Images;

namespace Semblance.Training.Cleaning;

/// <summary>Samples whose labels are looked at: a feature, an id and one label each, and perhaps an image and the true label.</summary>
public sealed class LabelledFeatures : IDisposable
{
    private const int ThumbnailSide = 72;
    private const int CheckedNumbers = 1 << 20;
    private readonly IReadOnlyList<string> classNames;
    private readonly string? temporary;
    private readonly Lazy<Dictionary<string, int>> places;

    private LabelledFeatures(string name, FeatureRows<float> rows, int[] order, string[] ids, int[] labels, int[]? truth, IReadOnlyList<string> classNames, Dataset? images, string? temporary)
    {
        (Name, Rows, Order, Ids, Labels, Truth, this.classNames, Images, this.temporary) = (name, rows, order, ids, labels, truth, classNames, images, temporary);
        places = new(() => Enumerable.Range(0, Images?.Count ?? 0).ToDictionary(image => Images!.Items[image].Id, StringComparer.Ordinal));
    }

    /// <summary>What they are called.</summary>
    public string Name { get; }

    /// <summary>The features; sample i is row i.</summary>
    public FeatureRows<float> Rows { get; }

    /// <summary>For each sample its place in what it came from.</summary>
    public int[] Order { get; }

    /// <summary>For each sample who it is.</summary>
    public string[] Ids { get; }

    /// <summary>For each sample the label that it has.</summary>
    public int[] Labels { get; }

    /// <summary>For each sample the label that it should have, <see cref="Evaluation.NoiseDetection.Unknown"/> where nobody knows; null where nobody knows any.</summary>
    public int[]? Truth { get; }

    /// <summary>The images by id; null where there are none to show.</summary>
    public Dataset? Images { get; }

    /// <summary>Number of samples.</summary>
    public int Count => Ids.Length;

    /// <summary>Samples in memory.</summary>
    /// <param name="name">What they are called.</param>
    /// <param name="features">Rows one after the other.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <param name="samples">Who they are: id and labels.</param>
    /// <param name="classNames">Names of the classes; numbers that have none are shown as they are.</param>
    /// <param name="images">Images by id; null for none. Their true labels are taken where they have some.</param>
    /// <exception cref="InvalidDataException">A sample has no label, or several.</exception>
    public static LabelledFeatures InMemory(string name, float[] features, int dimension, IReadOnlyList<(string Id, IReadOnlyList<int> Labels)> samples, IReadOnlyList<string> classNames, Dataset? images)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Of(name, FeatureRows.InMemory<float>(features, dimension), [.. Enumerable.Range(0, samples.Count)], samples, classNames, images, null);
    }

    /// <summary>Samples whose features are in a file; <paramref name="order"/> says which of <paramref name="samples"/> each row is.</summary>
    internal static LabelledFeatures InFile(string name, FileRows rows, int[] order, IReadOnlyList<(string Id, IReadOnlyList<int> Labels)> samples, IReadOnlyList<string> classNames, Dataset? images, string? temporary) =>
        Of(name, rows, order, samples, classNames, images, temporary);

    /// <summary>All features at once.</summary>
    /// <exception cref="ArgumentException">They are more than one array holds.</exception>
    public float[] ReadAll()
    {
        if ((long)Count * Rows.Dimension > Array.MaxLength)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{Count} features of {Rows.Dimension} numbers do not fit into memory at once, which this method needs. Use --method density, which holds one class at a time."));
        }
        float[] all = GC.AllocateUninitializedArray<float>(Count * Rows.Dimension);
        Rows.Read([.. Enumerable.Range(0, Count)], all);
        return all;
    }

    /// <summary>The name of a class.</summary>
    public string ClassName(int label) => label >= 0 && label < classNames.Count ? classNames[label] : label.ToString(CultureInfo.InvariantCulture);

    /// <summary>A small picture of a sample; null where there is none.</summary>
    public Thumbnail? Picture(int sample)
    {
        if (Images is null || !places.Value.TryGetValue(Ids[sample], out int image) || !Images.TryDecode(image, out RgbImage? whole, out _))
        {
            return null;
        }
        int side = Math.Min(ThumbnailSide, Math.Min(whole.Width, whole.Height));
        ImageView view = new ImageTransform { Size = side, Resize = side }.CentreView(whole.Width, whole.Height);
        return new Thumbnail(ImageCodec.Encode(ImageCodec.Render(whole, view), ImageFormat.Jpeg, 82));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (Rows as IDisposable)?.Dispose();
        if (temporary is not null)
        {
            File.Delete(temporary);
        }
    }

    private static LabelledFeatures Of(string name, FeatureRows<float> rows, int[] order, IReadOnlyList<(string Id, IReadOnlyList<int> Labels)> samples, IReadOnlyList<string> classNames, Dataset? images, string? temporary)
    {
        foreach ((string id, IReadOnlyList<int> labels) in samples)
        {
            if (labels.Count != 1)
            {
                throw new InvalidDataException(labels.Count == 0
                    ? $"{name}: \"{id}\" has no label; there is nothing to look at. Leave it out, or put it into a class folder."
                    : $"{name}: \"{id}\" has {labels.Count} labels; this looks at one label an image. Look at one label at a time, with a table of labels of your own.");
            }
        }
        LabelledFeatures features = new(name, rows, order, [.. order.Select(place => samples[place].Id)], [.. order.Select(place => samples[place].Labels[0])], TruthOf(samples, order, images), classNames, images, temporary);
        try
        {
            features.RefuseInfinite();
            return features;
        }
        catch
        {
            features.Dispose();
            throw;
        }
    }

    /// <summary>A number that is none would be told only after long work, and without the sample.</summary>
    private void RefuseInfinite()
    {
        int width = Rows.Dimension, most = Math.Max(1, CheckedNumbers / width);
        var block = new float[Math.Min(most, Count) * width];
        for (int first = 0; first < Count; first += most)
        {
            int size = Math.Min(most, Count - first);
            Span<float> read = block.AsSpan(0, size * width);
            Rows.Read([.. Enumerable.Range(first, size)], read);
            int wrong = read.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            if (wrong >= 0)
            {
                int sample = first + (wrong / width);
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{Name}: the feature of \"{Ids[sample]}\" (row {Order[sample]}, counted from 0) holds {read[wrong]} at position {wrong % width}; finite numbers are needed. Look for a diverged model or a broken image."));
            }
        }
    }

    private static int[]? TruthOf(IReadOnlyList<(string Id, IReadOnlyList<int> Labels)> samples, int[] order, Dataset? images)
    {
        if (images is null || !images.Items.Any(item => item.TrueLabels is not null))
        {
            return null;
        }
        Dictionary<string, int> truth = images.Items.Where(item => item.TrueLabels is { Length: 1 }).ToDictionary(item => item.Id, item => item.TrueLabels![0], StringComparer.Ordinal);
        return [.. order.Select(place => truth.GetValueOrDefault(samples[place].Id, Evaluation.NoiseDetection.Unknown))];
    }
}
