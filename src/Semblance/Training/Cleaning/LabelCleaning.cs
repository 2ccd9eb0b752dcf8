using System.Globalization;
using Semblance.Curriculum;
using Semblance.Evaluation;

namespace Semblance.Training.Cleaning;

/// <summary>How labels are looked at.</summary>
public enum CleaningMethod
{
    /// <summary>By the density of each class in feature space, as CurriculumNet does.</summary>
    Density,

    /// <summary>By the labels of the nearest neighbours among all classes.</summary>
    Knn,

    /// <summary>By the probabilities of a classifier that has not seen the sample: confident learning.</summary>
    Confident,
}

/// <summary>Settings of <see cref="LabelCleaning"/>.</summary>
public sealed record CleaningOptions
{
    /// <summary>How labels are looked at.</summary>
    public CleaningMethod Method { get; init; }

    /// <summary>Settings of the densities; the number of subsets and what becomes of small classes hold for neighbours too.</summary>
    public DensityOptions Density { get; init; } = new() { OnDegenerate = OnDegenerate.PutAllInClean };

    /// <summary>Settings of the neighbours, which also say what suspicious images look like.</summary>
    public NeighbourOptions Neighbours { get; init; } = new();

    /// <summary>Settings of the classifier of confident learning.</summary>
    public LinearClassifierOptions Classifier { get; init; } = new() { Epochs = 10 };

    /// <summary>Suspicious images that are listed; at least 0.</summary>
    public int Suspects { get; init => field = Require.AtLeast(value, 0); } = 60;
}

/// <summary>A sample whose label looks wrong.</summary>
/// <param name="Sample">Which.</param>
/// <param name="LooksLike">The class that it looks most like.</param>
/// <param name="Share">How much speaks for that class: a share of the neighbours, or a probability.</param>
/// <param name="OwnShare">How much speaks for its own.</param>
public sealed record Suspect(int Sample, int LooksLike, double Share, double OwnShare);

/// <summary>What came of looking at the labels.</summary>
/// <param name="Features">The samples.</param>
/// <param name="Options">How they were looked at.</param>
/// <param name="Score">One a sample; larger is cleaner. What densities are compared by across classes is <paramref name="Relative"/>.</param>
/// <param name="Relative">The score on a scale that is the same in all classes.</param>
/// <param name="Subset">One a sample; 0 is the cleanest.</param>
/// <param name="SubsetCount">Number of subsets.</param>
/// <param name="Suspects">The most suspicious samples, the worst first.</param>
/// <param name="Bounds">For each class, ascending by label, the relative scores at which its subsets begin; none where they follow from something else.</param>
/// <param name="Notes">Classes that could not be divided, and the like; a sentence each.</param>
public sealed record CleaningResult(
    LabelledFeatures Features, CleaningOptions Options, double[] Score, double[] Relative, int[] Subset, int SubsetCount, IReadOnlyList<Suspect> Suspects, IReadOnlyDictionary<int, double[]> Bounds, IReadOnlyList<string> Notes)
{
    /// <summary>What the subsets find where true labels are known; null where none is.</summary>
    public IReadOnlyList<SubsetNoise>? Noise => Features.Truth is { } truth ? NoiseDetection.BySubset(Subset, Features.Labels, truth) : null;

    /// <summary>The table for the staged training.</summary>
    public IReadOnlyList<SubsetRow> Table => [.. Features.Ids.Select((id, sample) => new SubsetRow(id, Features.ClassName(Features.Labels[sample]), Subset[sample], Score[sample])).OrderBy(row => row.Id, StringComparer.Ordinal)];
}

/// <summary>Finds out which labels of a collection are likely to be wrong.</summary>
public static class LabelCleaning
{
    /// <summary>So many times as many sparse samples as are listed are asked about.</summary>
    private const int LookedAt = 4;

    /// <summary>Looks at all labels.</summary>
    /// <param name="features">The samples; they stay the caller's.</param>
    /// <param name="options">How.</param>
    /// <param name="observer">Hears of the progress.</param>
    /// <param name="stop">Stops early; nothing is left.</param>
    /// <exception cref="InvalidDataException">A class cannot be divided, and the options refuse that.</exception>
    public static CleaningResult Run(LabelledFeatures features, CleaningOptions options, IRunObserver observer, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        return options.Method switch
        {
            CleaningMethod.Knn => ByNeighbours(features, options, observer),
            CleaningMethod.Confident => ByConfidence(features, options, observer, stop),
            _ => ByDensity(features, options, observer, stop),
        };
    }

    private static CleaningResult ByDensity(LabelledFeatures features, CleaningOptions options, IRunObserver observer, CancellationToken stop)
    {
        int done = 0;
        Lock telling = new();
        DensityAnalysis found = DensityCurriculum.Fit(features.Rows, features.Labels, options.Density with { OnDegenerate = Tolerated(options) }, samples =>
        {
            lock (telling)
            {
                observer.Progressed("measuring densities", done += samples, features.Count);
            }
        }, stop);
        bool paper = options.Density.Variant == DensityVariant.Paper;
        double[] relative = RelativeDensity.Of(found, features.Labels, options.Density.Method);
        Dictionary<int, double[]> bounds = found.Classes.ToDictionary(one => one.Label, one => paper ? [] : one.Bounds.Select(bound => RelativeDensity.Of(bound, one, options.Density.Method)).ToArray());
        // The paper's subsets follow the distance to the centre, so its suspects are the farthest.
        double[] doubt = paper ? [.. found.CentreDistance.Select(distance => -distance)] : relative;
        return new CleaningResult(features, options, found.Density, relative, found.Subset, found.SubsetCount, SuspectsOf(features, options, doubt, found.Subset, found.SubsetCount), bounds, NotesOf(features, found, options));
    }

    private static List<string> NotesOf(LabelledFeatures features, DensityAnalysis found, CleaningOptions options)
    {
        List<string> notes = [.. Undivided(features, found.Failures, options)];
        if (found.Classes.Count(one => one.IsSampled) is > 0 and var sampled)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{sampled} large classes were measured against reference samples only."));
        }
        return notes;
    }

    /// <summary>Classes that cannot be divided are refused here, where their names are known.</summary>
    private static OnDegenerate Tolerated(CleaningOptions options) => options.Density.OnDegenerate == OnDegenerate.Throw ? OnDegenerate.PutAllInClean : options.Density.OnDegenerate;

    private static IEnumerable<string> Undivided(LabelledFeatures features, IReadOnlyList<(int Label, string Failure)> failures, CleaningOptions options)
    {
        string[] told = [.. failures.Select(one => $"{features.ClassName(one.Label)} has {one.Failure}")];
        if (told.Length > 0 && options.Density.OnDegenerate == OnDegenerate.Throw)
        {
            throw new InvalidDataException($"{told.Length} of {features.Labels.Distinct().Count()} classes cannot be divided: {ClassMembers.Listed(told)}. Ask for fewer subsets (--subsets), leave these classes out, or let them be clean or divided by rank (--degenerate clean or thirds).");
        }
        return told.Select(one => $"{one} and could not be divided.");
    }

    private static CleaningResult ByNeighbours(LabelledFeatures features, CleaningOptions options, IRunObserver observer)
    {
        observer.Noted(string.Create(CultureInfo.InvariantCulture, $"comparing {features.Count} samples with each other"));
        NeighbourVotes votes = NeighbourVotes.Of(features.ReadAll(), features.Rows.Dimension, features.Labels, options.Neighbours);
        (int[] subset, IReadOnlyList<(int, string)> failures) = ScoreSubsets.Divide(votes.Agreement, features.Labels, options.Density.Subsets, Tolerated(options));
        int count = options.Density.Subsets ?? subset.Max() + 1;
        // Of equally few neighbours with the own label, those count more that agree on another.
        double[] doubt = [.. votes.Agreement.Zip(votes.WinnerShare).Select(pair => pair.First - (1e-6 * pair.Second))];
        Suspect[] suspects = [.. Lowest(doubt, subset, count, options.Suspects).Select(sample => new Suspect(sample, votes.Winner[sample], votes.WinnerShare[sample], votes.Agreement[sample]))];
        return new CleaningResult(features, options, votes.Agreement, votes.Agreement, subset, count, suspects, new Dictionary<int, double[]>(), [.. Undivided(features, failures, options)]);
    }

    private static CleaningResult ByConfidence(LabelledFeatures features, CleaningOptions options, IRunObserver observer, CancellationToken stop)
    {
        int[] classes = [.. features.Labels.Distinct().Order()];
        int[] places = Array.ConvertAll(features.Labels, label => Array.BinarySearch(classes, label));
        ConfidentLearning found = ConfidentSearch.Run(features.ReadAll(), features.Rows.Dimension, places, classes.Length, options.Classifier, observer, stop);
        int[] subset = found.Subsets();
        Suspect[] suspects = [.. Lowest(found.Margin, subset, ConfidentLearning.SubsetCount, options.Suspects)
            .Select(sample => new Suspect(sample, classes[found.Suggested[sample]], found.SelfConfidence[sample] - found.Margin[sample], found.SelfConfidence[sample]))];
        double wrong = 1 - Enumerable.Range(0, classes.Length).Sum(k => found.Joint[k, k]);
        string note = string.Create(CultureInfo.InvariantCulture, $"The joint distribution of given and true labels says that {100 * wrong:0.0} % of the labels are wrong.");
        return new CleaningResult(features, options, found.Margin, found.Margin, subset, ConfidentLearning.SubsetCount, suspects, new Dictionary<int, double[]>(), [note, .. Unjudged([.. found.Unjudged.Select(place => features.ClassName(classes[place]))])]);
    }

    /// <summary>Tells the classes of one sample, of which confident learning says nothing.</summary>
    internal static IEnumerable<string> Unjudged(IReadOnlyList<string> names)
    {
        const int Shown = 20;
        string rest = names.Count > Shown ? $" and {names.Count - Shown} more" : "";
        return names.Count == 0 ? [] : [$"{string.Join(", ", names.Take(Shown))}{rest} {(names.Count == 1 ? "has 1 sample" : "have 1 sample each")}: a classifier that has not seen it does not know the class, so that its label counts as right."];
    }

    /// <summary>The samples of the noisiest subset with the lowest scores, the lowest first; of equal scores the first sample.</summary>
    private static int[] Lowest(double[] scores, int[] subset, int subsets, int count) =>
        [.. Enumerable.Range(0, scores.Length).Where(sample => subsets > 1 && subset[sample] == subsets - 1).OrderBy(sample => scores[sample]).Take(count)];

    /// <summary>Those of the lowest scores, with what their neighbours among all classes say; first those whose neighbours name another class.</summary>
    private static Suspect[] SuspectsOf(LabelledFeatures features, CleaningOptions options, double[] scores, int[] subset, int subsets)
    {
        int[] lowest = Lowest(scores, subset, subsets, LookedAt * options.Suspects);
        if (lowest.Length == 0)
        {
            return [];
        }
        IEnumerable<Suspect> voted = NeighbourVotes.Asked(features.Rows, features.Labels, lowest, options.Neighbours).Select((vote, i) => new Suspect(lowest[i], vote.Winner, vote.WinnerShare, vote.Agreement));
        return [.. voted.OrderBy(suspect => suspect.LooksLike == features.Labels[suspect.Sample]).Take(options.Suspects)];
    }
}
