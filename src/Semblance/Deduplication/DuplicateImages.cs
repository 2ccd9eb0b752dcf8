using Semblance.Index;

namespace Semblance.Deduplication;

/// <summary>An image of a collection.</summary>
/// <param name="Id">Its name there.</param>
/// <param name="Path">Its file; null where that is not known.</param>
public readonly record struct ImageEntry(string Id, string? Path);

/// <summary>An image that has near-duplicates.</summary>
/// <param name="Id">Its name in the collection.</param>
/// <param name="Keep">Whether it is the one of its group to keep.</param>
/// <param name="Distance">Number of bits in which its code differs from that of the kept one.</param>
/// <param name="SameFile">Whether its file is byte for byte the kept one's.</param>
/// <param name="Facts">Size, length and date; null where the file is not at hand.</param>
public sealed record DuplicateImage(string Id, bool Keep, int Distance, bool SameFile, ImageFacts? Facts)
{
    /// <summary>Its file; null where that is not known.</summary>
    internal string? Path { get; init; }
}

/// <summary>Images that are near-duplicates of each other.</summary>
/// <param name="Why">Why the first is the one to keep.</param>
/// <param name="Images">The kept one first, then by distance from it, then in the order of the collection.</param>
public sealed record DuplicateImages(string Why, IReadOnlyList<DuplicateImage> Images)
{
    /// <summary>Length of the files that are not kept, as far as it is known.</summary>
    public long SpareBytes => Images.Where(image => !image.Keep).Sum(image => image.Facts?.Bytes ?? 0);

    /// <summary>Finds the groups of a collection, those with most images first.</summary>
    /// <param name="codes">Codes of the images.</param>
    /// <param name="images">One image a code, in the order of the collection.</param>
    /// <param name="radius">The largest distance of two near-duplicates; images that hang together by such pairs are a group.</param>
    /// <param name="keep">Which image of a group is kept.</param>
    /// <param name="options">Threads, progress, cancellation.</param>
    public static IReadOnlyList<DuplicateImages> Find(Codes codes, IReadOnlyList<ImageEntry> images, int radius, KeepRule keep, NearDuplicateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(images);
        options ??= new NearDuplicateOptions();
        IReadOnlyList<IReadOnlyList<int>> groups = NearDuplicates.Groups(codes, radius, options).Groups;
        DuplicateImages[] found = new DuplicateImages[groups.Count];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.Threads == 0 ? Environment.ProcessorCount : options.Threads, CancellationToken = options.Cancellation };
        Parallel.For(0, groups.Count, parallel, group => found[group] = Of(codes, images, groups[group], keep));
        return [.. found.OrderByDescending(group => group.Images.Count)];
    }

    private static DuplicateImages Of(Codes codes, IReadOnlyList<ImageEntry> images, IReadOnlyList<int> rows, KeepRule keep)
    {
        ImageFacts?[] facts = [.. rows.Select(row => images[row].Path is { } path ? ImageFacts.Read(path) : null)];
        (int place, string why) = KeepChoice.Of(facts, keep);
        ReadOnlySpan<ulong> kept = codes[rows[place]];
        DuplicateImage[] members = new DuplicateImage[rows.Count];
        for (int i = 0; i < members.Length; i++)
        {
            bool same = i != place && facts[i] is { } mine && facts[place] is { } its && mine.Digest.AsSpan().SequenceEqual(its.Digest);
            members[i] = new DuplicateImage(images[rows[i]].Id, i == place, codes.Distance(rows[i], kept), same, facts[i]) { Path = images[rows[i]].Path };
        }
        return new DuplicateImages(why, [.. members.OrderBy(image => !image.Keep).ThenBy(image => image.Distance)]);
    }
}
