using Semblance.Curriculum;

namespace Semblance.Training;

/// <summary>What tells clean images from noisy ones.</summary>
public enum CurriculumMethod
{
    /// <summary>Local density among the images of the class (CurriculumNet, Guo et al., ECCV 2018).</summary>
    Density,

    /// <summary>Share of the nearest neighbours, of all classes, that have the label of the image.</summary>
    Knn,

    /// <summary>Probability that the model of the warm-up gives to the label: images of small loss are clean.</summary>
    Probability,

    /// <summary>Confident learning: what linear classifiers that did not see an image say of its label (Northcutt et al., JAIR 2021).</summary>
    Confident,
}

/// <summary>What of the model the analysis sees.</summary>
public enum CurriculumFeatures
{
    /// <summary>What the backbone gives.</summary>
    Feature,

    /// <summary>What represents an image: code, embedding or feature.</summary>
    Representation,

    /// <summary>The classifier's probabilities.</summary>
    Probabilities,
}

/// <summary>How the batches of a stage are put together.</summary>
public enum StageBatches
{
    /// <summary>The recipe's sampler, over the images of the stage's subsets.</summary>
    Sampler,

    /// <summary>Half of each batch is clean and balanced by class, the noisy subsets share the other half, as in the paper.</summary>
    Halves,
}

/// <summary>What becomes of a class that has fewer images, or fewer different scores, than subsets.</summary>
public enum UndividedClasses
{
    /// <summary>All its images are clean.</summary>
    Clean,

    /// <summary>Equal parts by rank.</summary>
    Thirds,

    /// <summary>The run ends with an error that names all such classes.</summary>
    Refuse,
}

/// <summary>Training in stages, from clean images to noisy ones.</summary>
public sealed record CurriculumRecipe
{
    /// <summary>Table of subsets that <c>semblance curriculum</c> wrote; null where the run makes its own after the warm-up.</summary>
    public string? Table { get; init; }

    /// <summary>What tells clean images from noisy ones.</summary>
    public CurriculumMethod Method { get; init; } = CurriculumMethod.Density;

    /// <summary>What of the model the analysis sees.</summary>
    public CurriculumFeatures Features { get; init; } = CurriculumFeatures.Feature;

    /// <summary>Share of the run that trains on all images before the analysis.</summary>
    public double Warmup { get; init; }

    /// <summary>Whether model, proxies and optimizer begin anew after the warm-up.</summary>
    public bool Fresh { get; init; } = true;

    /// <summary>K, number of subsets of each class; null to take it from the data, from 2 to as many as there are <see cref="Weights"/>.</summary>
    public int? Subsets { get; init; } = 3;

    /// <summary>Neighbours of <see cref="CurriculumMethod.Knn"/>.</summary>
    public int Neighbours { get; init; } = 50;

    /// <summary>t of <see cref="CurriculumMethod.Density"/>: share of the distances in a class that lie below its cut-off.</summary>
    public double Cutoff { get; init; } = 0.6;

    /// <summary>What the subsets of <see cref="CurriculumMethod.Density"/> are cut from.</summary>
    public DensityVariant Variant { get; init; } = DensityVariant.Code;

    /// <summary>Whether densities are sums of kernels and not counts.</summary>
    public bool Gaussian { get; init; }

    /// <summary>Whether each class is reduced to at most 256 principal components of its own before its densities are measured.</summary>
    public bool Pca { get; init; }

    /// <summary>Classes with more images are measured against a sample of them; 0 never does that.</summary>
    public int SampleAbove { get; init; } = new DensityOptions().SampleAbove;

    /// <summary>Parts of the cross-validation of <see cref="CurriculumMethod.Confident"/>.</summary>
    public int Folds { get; init; } = new LinearClassifierOptions().Folds;

    /// <summary>What becomes of classes that cannot be divided.</summary>
    public UndividedClasses Degenerate { get; init; } = UndividedClasses.Clean;

    /// <summary>Lengths of the stages in relation to each other; as many stages as lengths, each with one subset more as long as there is one.</summary>
    public ValueList<double> Stages { get; init; } = [1, 1, 1];

    /// <summary>What the loss of an image of each subset is multiplied by.</summary>
    public ValueList<double> Weights { get; init; } = [1, 0.5, 0.5];

    /// <summary>Whether the weights of a batch are scaled to a mean of 1.</summary>
    public bool WeightsMeanOne { get; init; }

    /// <summary>How the batches of a stage are put together.</summary>
    public StageBatches Batches { get; init; } = StageBatches.Sampler;

    /// <summary>Share of the noisiest subset that trains in the last stage: the cleaner part of it.</summary>
    public double NoisiestShare { get; init; } = 1;

    /// <summary>Whether warm-up and each stage go through the whole schedule of the learning rate.</summary>
    public bool Restart { get; init; } = true;

    /// <summary>Whether the run looks for noisy images itself, after a warm-up that its features need.</summary>
    public bool Analyses => Table is null;

    /// <summary>The most subsets that there can be.</summary>
    internal int MostSubsets => Subsets ?? Weights.Count;

    /// <summary>The settings of densities, without what the run adds.</summary>
    internal DensityOptions Density => new()
    {
        Subsets = Subsets,
        MaxSubsets = Math.Max(2, MostSubsets),
        CutoffShare = Cutoff,
        Variant = Variant,
        Method = Gaussian ? DensityMethod.Gaussian : DensityMethod.Count,
        Reduce = Pca,
        SampleAbove = SampleAbove,
    };

    internal static CurriculumRecipe Read(Section section)
    {
        CurriculumRecipe defaults = new();
        string? table = section.TextOrNull("table", defaults.Table);
        Section own = section.When(table is null, "no table");
        CurriculumMethod method = own.Choice("method", defaults.Method);
        Section seeing = own.When(method is CurriculumMethod.Density or CurriculumMethod.Knn or CurriculumMethod.Confident, "method: density, knn or confident");
        Section density = own.When(method == CurriculumMethod.Density, "method: density");
        bool gaussian = density.Flag("gaussian", defaults.Gaussian);
        Section counting = density.When(!gaussian, "gaussian: false");
        CurriculumRecipe read = new()
        {
            Table = table,
            Method = method,
            Features = seeing.Choice("features", defaults.Features),
            Warmup = section.Number("warmup", defaults.Warmup, min: 0, below: 1),
            Fresh = section.Flag("fresh", defaults.Fresh),
            Subsets = section.IntOr("subsets", "auto", defaults.Subsets, min: 2, max: 16),
            Neighbours = own.When(method == CurriculumMethod.Knn, "method: knn").Int("neighbours", defaults.Neighbours, min: 1, max: 10_000),
            Variant = density.Choice("variant", defaults.Variant),
            Gaussian = gaussian,
            Cutoff = counting.Number("cutoff", defaults.Cutoff, above: 0, below: 1),
            Pca = density.Flag("pca", defaults.Pca),
            SampleAbove = counting.Int("sample-above", defaults.SampleAbove, min: 0),
            Folds = own.When(method == CurriculumMethod.Confident, "method: confident").Int("folds", defaults.Folds, min: 2),
            Degenerate = own.When(method != CurriculumMethod.Confident, "method: density, knn or probability").Choice("degenerate", defaults.Degenerate),
            Stages = section.Numbers("stages", defaults.Stages, above: 0),
            Weights = section.Numbers("weights", defaults.Weights, min: 0),
            WeightsMeanOne = section.Flag("weights-mean-one", defaults.WeightsMeanOne),
            Batches = section.Choice("batches", defaults.Batches),
            NoisiestShare = section.Number("noisiest-share", defaults.NoisiestShare, above: 0, max: 1),
            Restart = section.Flag("restart", defaults.Restart),
        };
        read.RefuseContradictions(section, own);
        return read;
    }

    private void RefuseContradictions(Section section, Section own)
    {
        if (Subsets is { } subsets && Weights.Count != subsets)
        {
            section.Fault("weights", $"{section.Path}.weights has {Weights.Count} numbers and there are {subsets} subsets; each needs one, the clean one first.");
        }
        if (Subsets is null && Weights.Count < 2)
        {
            section.Fault("weights", $"{section.Path}.weights has {Weights.Count} numbers; with subsets: auto there are from 2 to as many subsets as weights.");
        }
        if (Stages.Count < 1 || Stages.Count > MostSubsets)
        {
            section.Fault("stages", $"{section.Path}.stages has {Stages.Count} lengths and there are {(Subsets is null ? "at most " : "")}{MostSubsets} subsets; each stage adds one subset, so that 1 to {MostSubsets} lengths are needed.");
        }
        if (Analyses && Method == CurriculumMethod.Confident && Subsets != ConfidentLearning.SubsetCount)
        {
            section.Fault("subsets", $"{section.Path}.subsets is {(Subsets is { } other ? other : "auto")}; method: confident has two rules and so {ConfidentLearning.SubsetCount} subsets. Set it to {ConfidentLearning.SubsetCount}.");
        }
        bool learned = Method == CurriculumMethod.Probability || Features == CurriculumFeatures.Probabilities;
        if (Analyses && learned && Warmup == 0)
        {
            own.Fault("method", $"{section.Path}.warmup is 0, and probabilities come from a classifier that has been trained; set warmup to a share of the run, such as 0.25.");
        }
    }
}
