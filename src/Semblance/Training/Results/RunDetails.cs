namespace Semblance.Training.Results;

/// <summary>What a run keeps of its evaluation beside the scores, for pages that put runs side by side: <c>details.json</c>.</summary>
/// <param name="Version">Of the form; see <see cref="DetailsFile"/>.</param>
/// <param name="Models">The model first, then the model after post-processing, then the baselines; as in <c>scores.json</c>.</param>
/// <param name="Gallery">Some queries, the same for every model that is asked them; null where there are none.</param>
public sealed record RunDetails(int Version, IReadOnlyList<ModelDetails> Models, GalleryDetails? Gallery);

/// <summary>What is kept of one model or baseline.</summary>
/// <param name="Name">Its name in <c>scores.json</c>.</param>
/// <param name="IsBaseline">Whether it is there to compare with.</param>
/// <param name="Bits">Length of its codes; null for embeddings.</param>
/// <param name="Statistics">Numbers about its codes, by name.</param>
/// <param name="Curves">Rows of numbers, such as precision and recall by radius.</param>
public sealed record ModelDetails(string Name, bool IsBaseline, int? Bits, IReadOnlyDictionary<string, double> Statistics, IReadOnlyList<NamedCurve> Curves)
{
    /// <summary>The curve of a name; null where it was not kept.</summary>
    public NamedCurve? Curve(string name) => Curves.FirstOrDefault(curve => curve.Name == name);
}

/// <summary>Columns of numbers of the same length, by name.</summary>
/// <param name="Name">What they are; see <see cref="CurveNames"/>.</param>
/// <param name="Protocol">The protocol id; empty where the numbers are no scores.</param>
/// <param name="Columns">The columns.</param>
public sealed record NamedCurve(string Name, string Protocol, IReadOnlyDictionary<string, double[]> Columns)
{
    /// <summary>A column; null where it was not kept or is not as long as the others.</summary>
    public double[]? Column(string name) => Columns.TryGetValue(name, out double[]? column) && Columns.Values.All(other => other.Length == column.Length) ? column : null;
}

/// <summary>The curves that a run writes.</summary>
public static class CurveNames
{
    /// <summary>Columns <c>radius</c>, <c>precision</c>, <c>recall</c>.</summary>
    public const string ByRadius = "precision-recall-by-radius";

    /// <summary>Columns <c>rank</c>, <c>precision</c>, <c>recall</c>; ranks are thinned out.</summary>
    public const string ByRank = "precision-recall-by-rank";

    /// <summary>Columns <c>n</c>, <c>precision</c>.</summary>
    public const string PrecisionAt = "precision-at-n";

    /// <summary>Columns <c>distance</c>, <c>relevant</c>, <c>irrelevant</c>: counts of pairs.</summary>
    public const string Distances = "distances";

    /// <summary>Columns <c>bit</c>, <c>ones</c>: the share of ones in each bit.</summary>
    public const string Bits = "bits";

    /// <summary>Columns <c>class</c>, <c>train</c>, <c>queries</c>, <c>accuracy</c>, <c>precision</c>; of images with several labels <c>average-precision</c> in place of the last two. NaN where a class has none.</summary>
    public const string Classes = "classes";

    /// <summary>Columns <c>class</c>, <c>predicted</c>, <c>count</c>: the confusion matrix without its zeros.</summary>
    public const string Confusion = "confusion";

    /// <summary>Columns <c>from</c>, <c>to</c>, <c>queries</c>, <c>confidence</c>, <c>accuracy</c>: calibration; NaN in empty bins.</summary>
    public const string Reliability = "reliability";
}

/// <summary>Some queries with their nearest images.</summary>
/// <param name="Distance">What the distances are, such as <c>Hamming distance</c>.</param>
/// <param name="Queries">Chosen without looking at the model, so that another model of the same protocol shows the same.</param>
public sealed record GalleryDetails(string Distance, IReadOnlyList<ShownQuery> Queries);

/// <summary>A query.</summary>
/// <param name="Id">Its path within the collection.</param>
/// <param name="Label">Its classes.</param>
/// <param name="Image">A small JPEG, in base 64; null where the image could not be read.</param>
/// <param name="Hits">What was found, nearest first.</param>
public sealed record ShownQuery(string Id, string Label, string? Image, IReadOnlyList<ShownHit> Hits);

/// <summary>An image that was found.</summary>
/// <param name="Id">Its path within the collection.</param>
/// <param name="Label">Its classes.</param>
/// <param name="Image">A small JPEG, in base 64; null where the image could not be read.</param>
/// <param name="Distance">From the query.</param>
/// <param name="IsRight">Whether it has a label of the query.</param>
public sealed record ShownHit(string Id, string Label, string? Image, double Distance, bool IsRight);
