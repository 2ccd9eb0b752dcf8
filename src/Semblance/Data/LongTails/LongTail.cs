namespace Semblance.Data.LongTails;

/// <summary>How the number of images falls from class to class.</summary>
public enum LongTailProfile
{
    /// <summary>By the same factor from each class to the next.</summary>
    Exponential,

    /// <summary>At once: the first half of the classes keeps all, the second half has as few as the last class.</summary>
    Step,
}

/// <summary>Long-tailed data out of balanced ones: CIFAR-10-LT and CIFAR-100-LT as LDAM (Cao et al., NeurIPS 2019) published them, and the same of any other set.</summary>
/// <remarks>Counts and choices are those of the code of LDAM, number by number: https://github.com/kaidic/LDAM-DRW.</remarks>
public static class LongTail
{
    /// <summary>How many images each class keeps: n_i = trunc(n_max * ratio^(i / (C - 1))), or n_max and trunc(n_max * ratio).</summary>
    /// <param name="classes">C, at least 1.</param>
    /// <param name="most">n_max, images of the first class; above 0.</param>
    /// <param name="ratio">Images of the last class over those of the first, 1 / imbalance factor; above 0 and at most 1.</param>
    /// <param name="profile">How they fall.</param>
    /// <returns>A count for each class in the order of their labels. Of an odd number of classes <see cref="LongTailProfile.Step"/> has none for the last, as published.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static int[] Counts(int classes, double most, double ratio, LongTailProfile profile)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        _ = Require.Positive(most, nameof(most));
        if (!(ratio > 0 && ratio <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, "The images of the last class over those of the first must be above 0 and at most 1: an imbalance factor of at least 1.");
        }
        return profile == LongTailProfile.Step
            ? [.. Enumerable.Repeat((int)most, classes / 2), .. Enumerable.Repeat((int)(most * ratio), classes / 2)]
            : [.. Enumerable.Range(0, classes).Select(i => (int)(most * Math.Pow(ratio, classes == 1 ? 0 : i / (classes - 1.0))))];
    }

    /// <summary>Which images stay: the classes in the order of their labels, of each the first that a shuffle with numpy's legacy generator puts in front.</summary>
    /// <param name="labels">The label of each image.</param>
    /// <param name="counts">What <see cref="Counts"/> gave for the labels that occur, smallest first; a class with fewer images keeps all.</param>
    /// <param name="seed">What <c>numpy.random.seed</c> was given.</param>
    /// <returns>Positions in the order of the choice.</returns>
    public static int[] Select(IReadOnlyList<int> labels, IReadOnlyList<int> counts, uint seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(counts);
        LegacyRandom random = new(seed);
        List<int> chosen = [];
        foreach ((int[] members, int count) in Members(labels).Zip(counts))
        {
            // The whole class is shuffled, so that the next one's choice does not depend on the count.
            random.Shuffle(members);
            chosen.AddRange(members.Take(count));
        }
        return [.. chosen];
    }

    private static IEnumerable<int[]> Members(IReadOnlyList<int> labels) =>
        Enumerable.Range(0, labels.Count).GroupBy(image => labels[image]).OrderBy(members => members.Key).Select(members => members.ToArray());
}
