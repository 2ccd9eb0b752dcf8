using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Semblance.Data.Loading;
using Semblance.IO;

namespace Semblance.Data.Features;

/// <summary>Features of a frozen network, kept on disk so that they are computed once.</summary>
/// <param name="folder">The folder of the files; made when the first is written.</param>
public sealed class FeatureCache(string folder)
{
    private const int WaitMilliseconds = 100;

    /// <summary>The name under which features are kept: it changes with the images, the network and the transform, not with labels.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="modelHash">Anything that tells networks and their weights apart.</param>
    /// <param name="transform">What is done to the images; without augmentation, since random features are no use twice.</param>
    /// <exception cref="ArgumentException">The transform augments.</exception>
    public static string KeyOf(Dataset dataset, string modelHash, ImageTransform transform)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(transform);
        if (transform.Augmentation is not null)
        {
            throw new ArgumentException("The transform augments; features that change at every look cannot be kept. Leave the augmentation out.", nameof(transform));
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{dataset.ImagesHash}\n{modelHash}\n{transform.Key}")))[..32];
    }

    /// <summary>Where the features of a key are, or would be.</summary>
    /// <param name="key">What <see cref="KeyOf"/> gave.</param>
    public string PathOf(string key) => Path.Combine(folder, key + ".features");

    /// <summary>Opens features that were kept.</summary>
    /// <param name="key">What <see cref="KeyOf"/> gave.</param>
    /// <param name="features">The features; null where there are none.</param>
    /// <param name="problem">What is wrong with the file; null where it is whole or not there.</param>
    public bool TryOpen(string key, [NotNullWhen(true)] out FeatureFile? features, out string? problem)
    {
        (features, problem) = (null, null);
        if (!File.Exists(PathOf(key)))
        {
            return false;
        }
        try
        {
            features = FeatureFile.Open(PathOf(key));
            return true;
        }
        catch (InvalidDataException exception)
        {
            problem = exception.Message;
            return false;
        }
    }

    /// <summary>Keeps features: the whole file or nothing is there afterwards.</summary>
    /// <param name="key">What <see cref="KeyOf"/> gave.</param>
    /// <param name="columns">Values of one image.</param>
    /// <param name="blocks">Whole rows, in the order of the images.</param>
    /// <exception cref="SemblanceException">The disk is full or the folder cannot be written.</exception>
    public FeatureFile Write(string key, int columns, IEnumerable<ReadOnlyMemory<float>> blocks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentNullException.ThrowIfNull(blocks);
        AtomicFile.Write(PathOf(key), stream => FeatureFile.Write(stream, columns, blocks));
        return FeatureFile.Open(PathOf(key));
    }

    /// <summary>The kept features, or new ones where there are none, or where the kept ones are damaged or of another number.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="modelHash">Anything that tells networks and their weights apart.</param>
    /// <param name="transform">What is done to the images.</param>
    /// <param name="columns">Values of one image.</param>
    /// <param name="compute">Computes whole rows, in the order of the images.</param>
    public FeatureFile GetOrMake(Dataset dataset, string modelHash, ImageTransform transform, int columns, Func<IEnumerable<ReadOnlyMemory<float>>> compute)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(compute);
        string key = KeyOf(dataset, modelHash, transform);
        if (Kept(key, dataset.Count, columns) is { } kept)
        {
            return kept;
        }
        // Another process may be at it; what it makes is taken.
        using FileStream alone = WaitFor(key);
        if (Kept(key, dataset.Count, columns) is { } meanwhile)
        {
            return meanwhile;
        }
        FeatureFile made = Write(key, columns, compute());
        if (made.Rows == dataset.Count)
        {
            return made;
        }
        made.Dispose();
        File.Delete(PathOf(key));
        throw new ArgumentException($"{made.Rows} rows were computed for {dataset.Count} images; one each is needed.", nameof(compute));
    }

    private FeatureFile? Kept(string key, int rows, int columns)
    {
        if (!TryOpen(key, out FeatureFile? kept, out _))
        {
            return null;
        }
        if (kept.Rows == rows && kept.Columns == columns)
        {
            return kept;
        }
        kept.Dispose();
        return null;
    }

    /// <summary>Holds the right to make the features of a key; waits while another process has it.</summary>
    private FileStream WaitFor(string key)
    {
        string file = PathOf(key) + ".lock";
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SemblanceException(AtomicFile.Explain(file, exception), exception);
        }
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (File.Exists(file))
            {
                Thread.Sleep(WaitMilliseconds);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new SemblanceException(AtomicFile.Explain(file, exception), exception);
            }
        }
    }
}
