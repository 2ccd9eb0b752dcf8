using System.Globalization;

namespace Semblance.Evaluation.Classification;

/// <summary>How classes are sorted into many, medium and few.</summary>
public enum ShotRule
{
    /// <summary>Many: more training images than a bound; few: fewer than another; each group is the mean of its classes' accuracies (OLTR, SADE).</summary>
    ByCount,

    /// <summary>Many: at least a bound; few: at most another; each group is the share of right items among all of its classes (NCL's script).</summary>
    Pooled,

    /// <summary>The first, second and last third of the classes by index, 33, 33 and 34 of 100 or 3, 4 and 3 of 10; each group is the mean of its classes' accuracies (Prior-LT on CIFAR).</summary>
    Thirds,
}

/// <summary>Which classes are many, medium and few.</summary>
public sealed record ShotGroups
{
    // So that the thirds of 100 classes begin at 33 and 66, and those of 10 at 3 and 7, as published.
    private const double First = 0.33;
    private const double Second = 0.66;

    /// <summary>Names of the groups, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = ["many", "medium", "few"];

    /// <summary>The rule.</summary>
    public ShotRule Rule { get; init; }

    /// <summary>Training images above which, or from which on, a class is of many; without meaning for thirds.</summary>
    public long Many { get; init; } = 100;

    /// <summary>Training images below which, or up to which, a class is of few; without meaning for thirds.</summary>
    public long Few { get; init; } = 20;

    /// <summary>The group of a class: 0 many, 1 medium, 2 few.</summary>
    /// <param name="label">The class.</param>
    /// <param name="counts">Training images of every class.</param>
    public int Of(int label, IReadOnlyList<long> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return Rule switch
        {
            ShotRule.ByCount => counts[label] > Many ? 0 : counts[label] < Few ? 2 : 1,
            ShotRule.Pooled => counts[label] >= Many ? 0 : counts[label] <= Few ? 2 : 1,
            _ => label < Border(First, counts.Count) ? 0 : label < Border(Second, counts.Count) ? 1 : 2,
        };
    }

    private static int Border(double part, int classes) => (int)Math.Round(part * classes, MidpointRounding.AwayFromZero);

    /// <summary>The rule as protocols write it.</summary>
    internal string Description => Rule switch
    {
        ShotRule.ByCount => string.Create(CultureInfo.InvariantCulture, $"many-above-{Many},few-below-{Few},mean-of-classes"),
        ShotRule.Pooled => string.Create(CultureInfo.InvariantCulture, $"many-from-{Many},few-to-{Few},pooled"),
        _ => "thirds-by-index,mean-of-classes",
    };
}
