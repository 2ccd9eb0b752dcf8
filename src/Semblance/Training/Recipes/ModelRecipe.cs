using Semblance.Models.Heads;
using Semblance.Models.Layers;

namespace Semblance.Training;

/// <summary>What the model gives for an image.</summary>
public enum HeadKind
{
    /// <summary>No head: the backbone's features are the embedding.</summary>
    None,

    /// <summary>An embedding: real numbers.</summary>
    Embedding,

    /// <summary>A code: one real number for each bit, whose sign is the bit.</summary>
    Hash,

    /// <summary>One number for each class.</summary>
    Classifier,
}

/// <summary>What of the backbone does not learn.</summary>
public enum Freeze
{
    /// <summary>Everything learns.</summary>
    None,

    /// <summary>Nothing of the backbone learns, only the head.</summary>
    Backbone,

    /// <summary>Batch norm keeps its running statistics; everything else learns.</summary>
    BatchNorm,

    /// <summary>Nothing learns but the layer that gives logits.</summary>
    Features,

    /// <summary>Nothing learns but the factors of the classes.</summary>
    Weights,
}

/// <summary>A part of a model that is drawn anew where the others come from a run.</summary>
public enum ModelPart
{
    /// <summary>The layer that gives logits.</summary>
    Classifier,

    /// <summary>Everything behind the backbone.</summary>
    Head,
}

/// <summary>The model: a backbone and a head.</summary>
public sealed record ModelRecipe
{
    /// <summary>Name of the backbone.</summary>
    public string Backbone { get; init; } = "";

    /// <summary>File with weights for the backbone; null starts from random ones.</summary>
    public string? Weights { get; init; }

    /// <summary>Folder of a run, or a file of its weights, that the whole model begins with; null for none.</summary>
    public string? From { get; init; }

    /// <summary>Parts that are drawn anew all the same.</summary>
    public ValueList<ModelPart> Fresh { get; init; } = [];

    /// <summary>How the backbone's last map becomes its feature.</summary>
    public Pooling Pooling { get; init; } = Pooling.Average;

    /// <summary>What the model gives.</summary>
    public HeadKind Head { get; init; } = HeadKind.Embedding;

    /// <summary>Numbers in an embedding.</summary>
    public int Dim { get; init; } = 128;

    /// <summary>Whether embeddings are scaled to length 1.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Bits in a code.</summary>
    public int Bits { get; init; } = 64;

    /// <summary>Whether the outputs of a hash head are centred and scaled, bit by bit, over the batch.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>Whether a scale and a shift of each bit are learned after that.</summary>
    public bool BatchNormScale { get; init; }

    /// <summary>Width of a hidden layer between the backbone and the head; null for none.</summary>
    public int? Hidden { get; init; }

    /// <summary>How the classifier makes logits, where there is one: the head itself, or what a loss over logits puts on it.</summary>
    public ClassifierOptions Classifier { get; init; } = new() { Bias = true };

    /// <summary>Experts between backbone and head, who classify; null for none.</summary>
    public ExpertRecipe? Experts { get; init; }

    /// <summary>What does not learn.</summary>
    public Freeze Freeze { get; init; } = Freeze.None;

    /// <summary>Whether what a frozen backbone gives is kept on disk and not computed again.</summary>
    public bool FeaturesCache { get; init; }

    /// <summary>Folder in which that is kept; null is within the run's folder.</summary>
    public string? FeaturesFolder { get; init; }

    /// <summary>Part of the numbers before the head that is dropped in training.</summary>
    public double Dropout { get; init; }

    /// <summary>The file of weights that the backbone begins with; null where it is drawn.</summary>
    public string? StartFile => From is null ? Weights : Directory.Exists(From) ? Path.Combine(From, RunFolder.ModelName) : From;

    /// <summary>Whether the backbone does not learn at all, so that what it gives can be kept.</summary>
    public bool IsBackboneFrozen => Freeze is Freeze.Backbone or Freeze.Features or Freeze.Weights;

    /// <summary>Numbers that the head gives: bits or embedding; null for a classifier, which gives one a class.</summary>
    public int? Width => Head switch { HeadKind.Hash => Bits, HeadKind.Embedding => Dim, _ => null };

    internal static ModelRecipe Read(Section section, RecipeCatalogue catalogue)
    {
        ModelRecipe defaults = new();
        string backbone = catalogue.Backbones.Count == 0 ? section.RequiredText("backbone") : section.RequiredOneOf("backbone", catalogue.Backbones);
        string? weights = section.TextOrNull("weights", defaults.Weights);
        string? from = section.TextOrNull("from", defaults.From);
        if (from is not null && weights is not null)
        {
            section.Fault("from", $"model.from is {from} and model.weights is {weights}; the backbone begins with one of them. Remove the other.");
        }
        Pooling pooling = section.Choice("pooling", defaults.Pooling);
        HeadKind head = section.Choice("head", defaults.Head);
        Freeze freeze = section.Choice("freeze", defaults.Freeze);
        ExpertRecipe? experts = section.Optional("experts", inner => ExpertRecipe.Read(inner, freeze is Freeze.Backbone or Freeze.Features or Freeze.Weights && from is null));
        Section embedding = section.When(head == HeadKind.Embedding, "head: embedding"), hash = section.When(head == HeadKind.Hash, "head: hash");
        bool norm, cache;
        return new()
        {
            Backbone = backbone,
            Weights = weights,
            From = from,
            Fresh = section.When(from is not null, "from").Choices("fresh", defaults.Fresh),
            Pooling = pooling,
            Head = head,
            Dim = embedding.Int("dim", defaults.Dim, min: 1, max: 65536),
            Normalize = embedding.Flag("normalize", defaults.Normalize),
            Bits = hash.Int("bits", defaults.Bits, min: 1, max: 4096),
            BatchNorm = norm = hash.Flag("batch-norm", defaults.BatchNorm),
            BatchNormScale = hash.When(norm, "batch-norm: true").Flag("batch-norm-scale", defaults.BatchNormScale),
            Hidden = section.When(head != HeadKind.None, "a head").IntOrNull("hidden", defaults.Hidden, min: 1, max: 65536),
            Classifier = section.Child("classifier", ReadClassifier),
            Experts = experts,
            Freeze = freeze,
            FeaturesCache = cache = section.When(freeze is Freeze.Backbone or Freeze.Features or Freeze.Weights, "freeze: backbone, features or weights").Flag("features-cache", defaults.FeaturesCache),
            FeaturesFolder = section.When(freeze is Freeze.Backbone or Freeze.Features or Freeze.Weights, "freeze: backbone, features or weights").When(cache, "features-cache: true").TextOrNull("features-folder", defaults.FeaturesFolder),
            Dropout = section.Number("dropout", defaults.Dropout, min: 0, below: 1),
        };
    }

    private static ClassifierOptions ReadClassifier(Section section)
    {
        ClassifierKind kind = section.Choice("kind", ClassifierKind.Linear);
        Section linear = section.When(kind == ClassifierKind.Linear, "kind: linear"), cosine = section.When(kind == ClassifierKind.Cosine, "kind: cosine");
        (bool linearBias, bool cosineBias) = (linear.Flag("bias", true), cosine.Flag("bias", false));
        return new() { Kind = kind, Scale = cosine.Number("scale", new ClassifierOptions().Scale, above: 0), Bias = kind == ClassifierKind.Linear ? linearBias : cosineBias, ClassScales = linear.Flag("class-scales", false) };
    }
}
