using System.Globalization;
using System.Text.RegularExpressions;
using Semblance.Evaluation;
using Semblance.Evaluation.Classification;

namespace Semblance.Training;

/// <summary>A copy of the weights that follows them slowly and is what is kept in the end.</summary>
public sealed record EmaRecipe
{
    /// <summary>The part of the copy that stays at each step.</summary>
    public double Decay { get; init; } = 0.999;

    internal static EmaRecipe Read(Section section) => new() { Decay = section.Number("decay", new EmaRecipe().Decay, above: 0, below: 1) };
}

/// <summary>When the state of the run is written down.</summary>
public sealed record CheckpointRecipe
{
    /// <summary>Steps between two checkpoints; 0 for only at the end and on interruption.</summary>
    public int Every { get; init; } = 200;

    /// <summary>How many of them stay on disk.</summary>
    public int Keep { get; init; } = 1;

    internal static CheckpointRecipe Read(Section section)
    {
        CheckpointRecipe defaults = new();
        return new() { Every = section.Int("every", defaults.Every, min: 0), Keep = section.Int("keep", defaults.Keep, min: 1) };
    }
}

/// <summary>What is written down of the run beside its metrics.</summary>
public sealed record LogRecipe
{
    /// <summary>Steps between two batches whose pair weights are written down; null for none.</summary>
    public int? WeightsEvery { get; init; }

    internal static LogRecipe Read(Section section) => new() { WeightsEvery = section.IntOrNull("weights-every", new LogRecipe().WeightsEvery, min: 1) };
}

/// <summary>When and by what the model is judged during the run.</summary>
public sealed partial record ValidateRecipe
{
    /// <summary>Steps between two validations; null for one at the end of each pass over the training images.</summary>
    public int? Every { get; init; }

    /// <summary>The number by which the best model is chosen: <c>recall@K</c>, <c>map@N</c>, <c>map@all</c>, <c>accuracy</c>, <c>per-class</c> or <c>loss</c>.</summary>
    public string Metric { get; init; } = "recall@1";

    /// <summary>Validations without a better number after which the run ends; null never ends it early.</summary>
    public int? Patience { get; init; }

    internal static ValidateRecipe Read(Section section, HeadKind head)
    {
        ValidateRecipe defaults = new();
        string usual = head switch { HeadKind.Hash => "map@all", HeadKind.Classifier => "accuracy", _ => defaults.Metric };
        return new()
        {
            Every = section.IntOrNull("every", defaults.Every, min: 1),
            Metric = section.Text("metric", usual, "recall@K, map@N, map@all, accuracy, per-class or loss", text => Metrics().IsMatch(text)),
            Patience = section.IntOrNull("patience", defaults.Patience, min: 1),
        };
    }

    [GeneratedRegex(@"^(recall@[1-9]\d{0,8}|map@([1-9]\d{0,8}|all)|accuracy|per-class|loss)$")]
    private static partial Regex Metrics();
}

/// <summary>A simple way to make codes or embeddings that the model is compared with.</summary>
public enum Baseline
{
    /// <summary>Signs of random projections of the backbone's features.</summary>
    RandomProjection,

    /// <summary>Iterative quantisation of the backbone's features.</summary>
    Itq,

    /// <summary>The pixels themselves.</summary>
    Pixels,

    /// <summary>The backbone's features before training.</summary>
    Features,

    /// <summary>Spectral hashing of the backbone's features.</summary>
    Spectral,

    /// <summary>Signs of the principal components of the backbone's features.</summary>
    PcaSign,
}

/// <summary>Whether the queries search the database in the end.</summary>
public enum RetrievalUse
{
    /// <summary>Unless the model is a classifier that has classes to tell and nothing of retrieval is asked for.</summary>
    Auto,

    /// <summary>They do.</summary>
    Always,

    /// <summary>They do not, and nothing that needs it is measured; the model must have classes to tell.</summary>
    Never,
}

/// <summary>A way to predict classes with a model after its training.</summary>
public enum PostHoc
{
    /// <summary>The weights of each class are divided by a power of their length; the bias is dropped.</summary>
    TauNorm,

    /// <summary>The prior of the training images is taken out of the logits.</summary>
    LogitAdjustment,

    /// <summary>The nearest class mean of the training images, by cosine.</summary>
    Ncm,
}

/// <summary>How the finished model is judged.</summary>
public sealed record EvaluationRecipe
{
    /// <summary>Whether the queries search the database.</summary>
    public RetrievalUse Retrieval { get; init; }

    /// <summary>The k of top-k accuracy beside top-1.</summary>
    public int TopK { get; init; } = 5;

    /// <summary>Which classes are many, medium and few.</summary>
    public ShotGroups Shots { get; init; } = new();

    /// <summary>Ways to predict classes after training that are measured as well.</summary>
    public ValueList<PostHoc> PostHoc { get; init; } = [];

    /// <summary>tau of tau-normalisation; null lets the validation part choose it.</summary>
    public double? TauNorm { get; init; }

    /// <summary>tau of logit adjustment after training; null lets the validation part choose it.</summary>
    public double? LogitAdjustment { get; init; } = 1;


    /// <summary>Cut-offs of mean average precision; <see cref="int.MaxValue"/> is all, written so.</summary>
    public ValueList<int> MapAt { get; init; } = [int.MaxValue];

    /// <summary>Further cut-offs N of precision@N, nDCG@N, ACG@N and WAP@N of codes; those of <see cref="MapAt"/> are always among them.</summary>
    public ValueList<int> PrecisionAt { get; init; } = [];

    /// <summary>What average precision of codes is divided by.</summary>
    public ApDenominator MapDenominator { get; init; }

    /// <summary>What becomes of queries without a relevant image, in the scores of codes.</summary>
    public ZeroHitRule ZeroHits { get; init; }

    /// <summary>Cut-offs of recall.</summary>
    public ValueList<int> RecallAt { get; init; } = [1, 2, 4, 8];

    /// <summary>Hamming radius within which precision is counted; null for none.</summary>
    public int? Radius { get; init; } = 2;

    /// <summary>What is compared with.</summary>
    public ValueList<Baseline> Baselines { get; init; } = [];

    /// <summary>What is done about images that are both query and database image: by id or byte for byte.</summary>
    public OverlapRule Overlap { get; init; } = OverlapRule.Refuse;

    /// <summary>A list of pairs by which the model is verified as well; null for none.</summary>
    public string? Pairs { get; init; }

    /// <summary>The folder that the paths of <see cref="Pairs"/> start from; null for the list's own.</summary>
    public string? PairImages { get; init; }

    /// <summary>Whether the queries are clustered and compared with their classes.</summary>
    public bool Clusters { get; init; }

    /// <summary>The most MiB that ranking takes beside the embeddings.</summary>
    public int Memory { get; init; } = 1024;

    /// <summary>PCA whitening of the embeddings; null for none.</summary>
    public WhitenRecipe? Whiten { get; init; }

    /// <summary>Query expansion; null for none.</summary>
    public QueryExpansionOptions? Expand { get; init; }

    /// <summary>Rows found by the Hamming distance of signs that are put in order of their cosine; null for none.</summary>
    public int? Rerank { get; init; }

    /// <summary>Re-ranking by reciprocal neighbours; null for none.</summary>
    public ReciprocalOptions? Reciprocal { get; init; }

    /// <summary>Reads settings where there is no recipe, as for files of codes.</summary>
    /// <param name="settings">Each as <c>--set</c> takes it, such as <c>evaluation.radius=3</c>.</param>
    /// <exception cref="InvalidDataException">A setting has faults, or is not one of <c>evaluation</c>.</exception>
    public static EvaluationRecipe OfSettings(IEnumerable<string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        RecipeTree tree = RecipeTree.Parse("evaluation: {baselines: []}", "the evaluation of codes");
        foreach (string setting in settings)
        {
            tree.Set(setting);
        }
        return Section.ReadAll(tree, root => root.Child("evaluation", evaluation => Read(evaluation, HeadKind.Hash))).Value;
    }

    /// <summary>Whether something is asked for that only searching can tell.</summary>
    internal bool NeedsRetrieval => Baselines.Count > 0 || Clusters || Whiten is not null || Expand is not null || Rerank is not null || Reciprocal is not null || Pairs is not null;

    /// <summary>What is measured of codes.</summary>
    internal HashEvaluationOptions CodeOptions(OverlapRule overlap) => new()
    {
        Cutoffs = [.. MapAt.Where(cutoff => cutoff < int.MaxValue), .. PrecisionAt],
        RecallAt = RecallAt,
        Radius = Radius ?? 2,
        Denominator = MapDenominator,
        ZeroHits = ZeroHits,
        Overlap = overlap,
        ByRank = true,
    };

    /// <summary>Whether a score of codes was asked for.</summary>
    internal bool Wants(Score score) =>
        (Radius is not null || !score.Name.Contains("@radius", StringComparison.Ordinal))
        && (!score.Name.StartsWith("mAP@", StringComparison.Ordinal) || score.Name.Contains("radius", StringComparison.Ordinal)
            || MapAt.Any(cutoff => score.Name == string.Create(CultureInfo.InvariantCulture, $"mAP@{cutoff}")));

    internal static EvaluationRecipe Read(Section section, HeadKind head)
    {
        EvaluationRecipe defaults = new();
        ValueList<PostHoc> postHoc;
        ValueList<Baseline> usual = head == HeadKind.Hash ? [Baseline.RandomProjection, Baseline.PcaSign, Baseline.Itq, Baseline.Spectral] : defaults.Baselines;
        string? pairs = section.TextOrNull("pairs", defaults.Pairs);
        return new()
        {
            Retrieval = section.Choice("retrieval", defaults.Retrieval),
            TopK = section.Int("top-k", defaults.TopK, min: 2),
            Shots = section.Child("shots", ReadShots),
            PostHoc = postHoc = section.Choices("post-hoc", defaults.PostHoc),
            TauNorm = section.When(postHoc.Contains(Training.PostHoc.TauNorm), "post-hoc: tau-norm").NumberOrNull("tau-norm", defaults.TauNorm, min: 0),
            LogitAdjustment = section.When(postHoc.Contains(Training.PostHoc.LogitAdjustment), "post-hoc: logit-adjustment").NumberOrNull("logit-adjustment", defaults.LogitAdjustment, min: 0),
            MapAt = section.IntsOr("map-at", "all", defaults.MapAt, min: 1),
            PrecisionAt = section.Ints("precision-at", defaults.PrecisionAt, min: 1),
            MapDenominator = section.Choice("map-denominator", defaults.MapDenominator),
            ZeroHits = section.Choice("zero-hits", defaults.ZeroHits),
            RecallAt = section.Ints("recall-at", defaults.RecallAt, min: 1),
            Radius = section.IntOrNull("radius", defaults.Radius, min: 0),
            Baselines = section.Choices("baselines", usual),
            Overlap = section.Choice("overlap", defaults.Overlap),
            Pairs = pairs,
            PairImages = section.When(pairs is not null, "pairs").TextOrNull("pair-images", defaults.PairImages),
            Clusters = section.Flag("clusters", defaults.Clusters),
            Memory = section.Int("memory", defaults.Memory, min: 16),
            Whiten = section.Optional("whiten", WhitenRecipe.Read),
            Expand = section.Optional("expand", ReadExpand),
            Rerank = section.IntOrNull("rerank", defaults.Rerank, min: 1),
            Reciprocal = section.Optional("reciprocal", ReadReciprocal),
        };
    }

    private static ShotGroups ReadShots(Section section)
    {
        ShotGroups defaults = new();
        ShotRule rule = section.Choice("rule", defaults.Rule);
        Section counted = section.When(rule != ShotRule.Thirds, "rule: by-count or pooled");
        ShotGroups read = new() { Rule = rule, Many = counted.Int("many", (int)defaults.Many, min: 1), Few = counted.Int("few", (int)defaults.Few, min: 0) };
        if (read.Few > read.Many)
        {
            counted.Fault("few", $"evaluation.shots.few is {read.Few}, above many, which is {read.Many}; a class would be of both. Set few to at most that.");
        }
        return read;
    }

    private static QueryExpansionOptions ReadExpand(Section section)
    {
        QueryExpansionOptions defaults = new();
        return new() { Count = section.Int("count", defaults.Count, min: 1), Alpha = section.Number("alpha", defaults.Alpha, min: 0) };
    }

    private static ReciprocalOptions ReadReciprocal(Section section)
    {
        ReciprocalOptions defaults = new();
        return new()
        {
            Neighbours = section.Int("neighbours", defaults.Neighbours, min: 1),
            Averaged = section.Int("averaged", defaults.Averaged, min: 1),
            Weight = section.Number("weight", defaults.Weight, min: 0, max: 1),
            Top = section.Int("top", defaults.Top, min: 1),
        };
    }
}

/// <summary>Which images whitening is fitted on; never the queries.</summary>
public enum WhitenedBy
{
    /// <summary>The images that trained.</summary>
    Train,

    /// <summary>The images that are searched.</summary>
    Database,
}

/// <summary>PCA whitening of the embeddings before they are ranked.</summary>
public sealed record WhitenRecipe
{
    /// <summary>Numbers that are kept.</summary>
    public int Dimensions { get; init; } = 64;

    /// <summary>How far the covariance is drawn towards a multiple of the identity.</summary>
    public double Shrinkage { get; init; }

    /// <summary>What it is fitted on.</summary>
    public WhitenedBy Fit { get; init; }

    internal static WhitenRecipe Read(Section section)
    {
        WhitenRecipe defaults = new();
        return new()
        {
            Dimensions = section.Int("dimensions", defaults.Dimensions, min: 1),
            Shrinkage = section.Number("shrinkage", defaults.Shrinkage, min: 0, max: 1),
            Fit = section.Choice("fit", defaults.Fit),
        };
    }
}
