using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.Curriculum;
using Semblance.Evaluation;
using Semblance.IO;
using Semblance.Reports;

namespace Semblance.Training.Cleaning;

/// <summary>What is written of the subsets of a collection.</summary>
/// <param name="Images">Number of samples.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Method">How the labels were looked at.</param>
/// <param name="Subsets">The subsets, the cleanest first.</param>
/// <param name="PerClass">The classes.</param>
/// <param name="Suspects">The most suspicious samples, the worst first.</param>
/// <param name="Notes">Classes that could not be divided, and the like.</param>
public sealed record CleaningSummary(
    int Images, int Classes, string Method, IReadOnlyList<SubsetSummary> Subsets, IReadOnlyList<ClassSummary> PerClass, IReadOnlyList<SuspectSummary> Suspects, IReadOnlyList<string> Notes)
{
    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, CleaningJson.Default.CleaningSummary);
}

/// <summary>One subset of all classes.</summary>
/// <param name="Subset">Its number.</param>
/// <param name="Images">Its samples.</param>
/// <param name="CleanPrecision">Share of its labels that are right; null where nobody knows.</param>
/// <param name="CleanRecall">Share of all right labels that are in it; null where nobody knows.</param>
public sealed record SubsetSummary(int Subset, int Images, double? CleanPrecision, double? CleanRecall);

/// <summary>One class.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sizes">Samples in each subset.</param>
/// <param name="MeanScore">Mean score on the scale that is the same in all classes.</param>
/// <param name="RightLabels">Share of right labels; null where nobody knows.</param>
public sealed record ClassSummary(string Name, IReadOnlyList<int> Sizes, double MeanScore, double? RightLabels);

/// <summary>A suspicious sample.</summary>
/// <param name="Id">Who it is.</param>
/// <param name="Label">The class that it is labelled with.</param>
/// <param name="LooksLike">The class that it looks most like.</param>
/// <param name="Share">How much speaks for that class.</param>
/// <param name="Score">Its score.</param>
public sealed record SuspectSummary(string Id, string Label, string LooksLike, double Share, double Score);

/// <summary>Tells what came of looking at labels: a table, a summary and a page.</summary>
public static class CleaningReports
{
    /// <summary>The table of subsets in the output folder.</summary>
    public const string TableName = "subsets.tsv";

    /// <summary>The summary in the output folder.</summary>
    public const string SummaryName = "summary.json";

    /// <summary>The page in the output folder.</summary>
    public const string PageName = "curriculum.html";

    private const int ProfilePoints = 200;

    /// <summary>Writes table, summary and page.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="folder">The output folder; made where it is missing.</param>
    /// <param name="classes">Classes whose images are shown.</param>
    /// <param name="images">Images of each end of a class.</param>
    /// <returns>The summary.</returns>
    public static CleaningSummary Write(CleaningResult result, string folder, int classes, int images)
    {
        ArgumentNullException.ThrowIfNull(result);
        CleaningSummary summary = Summary(result);
        SubsetTable.Write(Path.Combine(folder, TableName), result.Table);
        AtomicFile.WriteText(Path.Combine(folder, SummaryName), summary.ToJson() + "\n");
        HtmlCleaning.Write(Path.Combine(folder, PageName), Page(result, summary, classes, images));
        return summary;
    }

    /// <summary>The summary.</summary>
    public static CleaningSummary Summary(CleaningResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        LabelledFeatures features = result.Features;
        IReadOnlyList<SubsetNoise>? noise = result.Noise;
        SubsetSummary[] subsets = [.. Enumerable.Range(0, result.SubsetCount).Select(subset => new SubsetSummary(
            subset, result.Subset.Count(of => of == subset), Known(noise?.ElementAtOrDefault(subset)?.Alone.CleanPrecision), Known(noise?.ElementAtOrDefault(subset)?.Alone.CleanRecall)))];
        return new CleaningSummary(
            features.Count, MembersOf(features).Count, Describe(result.Options), subsets, [.. MembersOf(features).Select(pair => ClassOf(result, pair.Key, pair.Value))],
            [.. result.Suspects.Select(suspect => new SuspectSummary(features.Ids[suspect.Sample], features.ClassName(features.Labels[suspect.Sample]), features.ClassName(suspect.LooksLike), suspect.Share, result.Score[suspect.Sample]))],
            result.Notes);
    }

    private static double? Known(double? value) => value is { } known && double.IsFinite(known) ? known : null;

    private static SortedDictionary<int, int[]> MembersOf(LabelledFeatures features) =>
        new(Enumerable.Range(0, features.Count).GroupBy(sample => features.Labels[sample]).ToDictionary(group => group.Key, group => group.ToArray()));

    private static ClassSummary ClassOf(CleaningResult result, int label, int[] members)
    {
        LabelledFeatures features = result.Features;
        int[] sizes = [.. Enumerable.Range(0, result.SubsetCount).Select(subset => members.Count(sample => result.Subset[sample] == subset))];
        int[] known = features.Truth is { } truth ? [.. members.Where(sample => truth[sample] != NoiseDetection.Unknown)] : [];
        return new ClassSummary(features.ClassName(label), sizes, members.Average(sample => result.Relative[sample]), known.Length == 0 ? null : known.Average(sample => features.Truth![sample] == label ? 1.0 : 0));
    }

    private static string Describe(CleaningOptions options) => options.Method switch
    {
        CleaningMethod.Knn => string.Create(CultureInfo.InvariantCulture, $"kNN filter: the labels of the {options.Neighbours.Neighbours} nearest neighbours by cosine"),
        CleaningMethod.Confident => string.Create(CultureInfo.InvariantCulture, $"confident learning: a linear classifier on the features, {options.Classifier.Folds} folds, {options.Classifier.Epochs} passes each"),
        _ => string.Create(CultureInfo.InvariantCulture, $"density of each class (CurriculumNet), variant {options.Density.Variant.ToString().ToLowerInvariant()}, ")
            + (options.Density.Method == DensityMethod.Gaussian ? "gaussian kernels" : string.Create(CultureInfo.InvariantCulture, $"neighbours within the cut-off at {options.Density.CutoffShare} of the distances")),
    };

    private static CleaningReport Page(CleaningResult result, CleaningSummary summary, int classes, int images)
    {
        LabelledFeatures features = result.Features;
        SortedDictionary<int, int[]> members = MembersOf(features);
        CleaningClass[] all = [.. summary.PerClass.Select(one => new CleaningClass(one.Name, one.Sizes, one.MeanScore, one.RightLabels))];
        (int Label, CleaningClass Class)[] shown = [.. members.Keys.Zip(all).OrderBy(pair => (double)pair.Second.Sizes[0] / pair.Second.Count).Take(classes)];
        return new CleaningReport
        {
            Title = $"{features.Name}: how clean its labels look",
            Summary = string.Create(CultureInfo.InvariantCulture, $"{features.Count:N0} images in {members.Count} classes. {summary.Subsets[0].Images:N0} look clean")
                + (result.SubsetCount > 1 ? string.Create(CultureInfo.InvariantCulture, $", {summary.Subsets[^1].Images:N0} look noisiest.") : "."),
            Score = ScoreName(result.Options),
            Facts = Facts(result),
            Subsets = Subsets(result, summary),
            Suspects = [.. result.Suspects.Select(suspect => Image(result, suspect.Sample, $"{features.ClassName(features.Labels[suspect.Sample])} → {features.ClassName(suspect.LooksLike)}", Says(suspect)))],
            Classes = all,
            Examples = [.. shown.Select(pair => Examples(result, pair.Class, pair.Label, members[pair.Label], images))],
            Notes = result.Notes,
        };
    }

    private static string ScoreName(CleaningOptions options) => options.Method switch
    {
        CleaningMethod.Knn => "share of neighbours with its label",
        CleaningMethod.Confident => "probability of its label less the next",
        _ => options.Density.Method == DensityMethod.Gaussian ? "mean kernel" : "share of its class within the cut-off",
    };

    /// <summary>What speaks for its label, and for the other class, in percent.</summary>
    private static string Says(Suspect suspect) => string.Create(CultureInfo.InvariantCulture, $"{100 * suspect.OwnShare:0} : {100 * suspect.Share:0} %");

    private static CleaningSubset[] Subsets(CleaningResult result, CleaningSummary summary)
    {
        IReadOnlyList<SubsetNoise>? noise = result.Noise;
        return [.. summary.Subsets.Select(subset => new CleaningSubset(NameOf(subset.Subset, result.SubsetCount), subset.Images, subset.CleanPrecision, Known(noise?.ElementAtOrDefault(subset.Subset)?.UpTo.CleanRecall)))];
    }

    /// <summary>What a subset is called.</summary>
    public static string NameOf(int subset, int count) => subset == 0 ? "clean" : count == 2 ? "noisy" : count == 3 ? subset == 1 ? "noisy" : "highly noisy" : string.Create(CultureInfo.InvariantCulture, $"noisy {subset}");

    private static List<(string Name, string Value)> Facts(CleaningResult result)
    {
        CleaningOptions options = result.Options;
        List<(string, string)> facts = [("Method", Describe(options)), ("Score", ScoreName(options)), ("Features", string.Create(CultureInfo.InvariantCulture, $"{result.Features.Rows.Dimension} numbers an image"))];
        if (options.Method == CleaningMethod.Confident)
        {
            facts.Add(("Subsets", "clean: no rule says that the label is wrong; noisy: one of two rules does (by class, by pair of classes); highly noisy: both do"));
        }
        else
        {
            facts.Add(("Subsets", string.Create(CultureInfo.InvariantCulture, $"{result.SubsetCount}, cut by exact k-means in each class{(options.Density.Subsets is null ? "; the number follows from the data" : "")}")));
        }
        facts.Add(("Suspects", options.Method == CleaningMethod.Confident ? "the classifier's probabilities of the given and of the most probable class" : string.Create(CultureInfo.InvariantCulture, $"votes of the {options.Neighbours.Neighbours} nearest images of all classes: for the given class, for the most frequent one")));
        return facts;
    }

    private static CleaningExamples Examples(CleaningResult result, CleaningClass one, int label, int[] members, int images)
    {
        double[] order = [.. members.Select(sample => Doubt(result, sample))];
        int[] sorted = [.. members];
        Array.Sort(order, sorted);
        double[] profile = [.. members.Select(sample => result.Relative[sample]).Order()];
        int each = Math.Min(images, members.Length);
        IEnumerable<int> ends = profile.Length <= ProfilePoints ? Enumerable.Range(0, profile.Length) : Enumerable.Range(0, ProfilePoints).Select(k => (int)((long)k * (profile.Length - 1) / (ProfilePoints - 1)));
        CleaningImage Show(int sample) => Image(result, sample, ShortId(result.Features.Ids[sample]), result.Relative[sample].ToString("0.000", CultureInfo.InvariantCulture));
        return new CleaningExamples(
            one, [.. sorted.Take(each).Select(Show)], [.. sorted.Reverse().Take(Math.Min(each, members.Length - each)).Select(Show)], [.. ends.Select(place => profile[place])],
            result.Bounds.TryGetValue(label, out double[]? bounds) ? bounds : [])
        {
            Note = string.Join(", ", one.Sizes.Select((size, subset) => string.Create(CultureInfo.InvariantCulture, $"{size:N0} {NameOf(subset, result.SubsetCount)}"))),
        };
    }

    /// <summary>Ascends from the cleanest to the noisiest sample of a class.</summary>
    private static double Doubt(CleaningResult result, int sample) => result.Subset[sample] - (1e-6 * Math.Tanh(result.Relative[sample]));

    private static CleaningImage Image(CleaningResult result, int sample, string label, string detail)
    {
        LabelledFeatures features = result.Features;
        bool? right = features.Truth is { } truth && truth[sample] != NoiseDetection.Unknown ? truth[sample] == features.Labels[sample] : null;
        return new CleaningImage(features.Picture(sample), label, detail, right);
    }

    private static string ShortId(string id) => id[(id.LastIndexOf('/') + 1)..];
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CleaningSummary))]
internal sealed partial class CleaningJson : JsonSerializerContext;
