using System.Globalization;

namespace Semblance.Data.LongTails;

/// <summary>What a long-tailed part of a data set is like.</summary>
public sealed record LongTailOptions
{
    /// <summary>Images of the largest class for each of the smallest; at least 1.</summary>
    public double Factor
    {
        get;
        init => field = double.IsFinite(value) && value >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(Factor), value, "The imbalance factor is the largest class over the smallest, so it must be at least 1. Give 100 for 0.01.");
    } = 100;

    /// <summary>How the images fall from class to class.</summary>
    public LongTailProfile Profile { get; init; } = LongTailProfile.Exponential;

    /// <summary>Images of the first class; null for as many as the largest class has.</summary>
    public int? Most { get; init => field = value is { } most ? Require.AtLeast(most, 1) : null; }

    /// <summary>Seed of the choice, at least 0; 0 is that of the published sets.</summary>
    public int Seed { get; init => field = Require.AtLeast(value, 0); }

    /// <summary>Leaves so many images of each class as the profile gives.</summary>
    /// <param name="data">Images with one label each.</param>
    /// <returns>The images that stay, in their order.</returns>
    /// <exception cref="InvalidDataException">An image has not one label, or a class would be left without an image.</exception>
    public Dataset Apply(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.MultiLabel || data.Items.Any(item => item.Labels.Length != 1))
        {
            throw new InvalidDataException($"{data.Name} has images with several labels or none; a long tail is made of images with one label each. Leave data.long-tail out.");
        }
        int[] sizes = data.ClassCounts(), labels = [.. Enumerable.Range(0, sizes.Length).Where(label => sizes[label] > 0)];
        if (labels.Length == 0)
        {
            throw new InvalidDataException($"{data.Name} has no images, so no long tail can be made of it.");
        }
        int[] counts = LongTail.Counts(labels.Length, Most ?? sizes.Max(), 1 / Factor, Profile);
        int empty = Array.FindIndex(counts, count => count == 0);
        if (empty >= 0)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"{data.Name}: with {Most ?? sizes.Max()} images in the largest class, an imbalance factor of {Factor} leaves class \"{data.ClassNames[labels[empty]]}\" none. Lower data.long-tail.factor."));
        }
        int[] chosen = LongTail.Select([.. data.Items.Select(item => item.Labels[0])], counts, (uint)Seed);
        return data.Subset([.. chosen.Order()], data.Name);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"long-tail {Profile.ToString().ToLowerInvariant()} {Factor}{(Most is { } most ? $" of {most}" : "")} seed {Seed}");
}
