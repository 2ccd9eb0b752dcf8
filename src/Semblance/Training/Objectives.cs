using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Logits;
using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;

namespace Semblance.Training;

/// <summary>The catalogue of losses, and objectives made from recipes. A new loss is one line here.</summary>
public static class Objectives
{
    /// <summary>Every loss by its name in recipes, with what reads its keys into the options that make its term.</summary>
    public static IReadOnlyDictionary<string, BindLoss> Losses { get; } = new Dictionary<string, BindLoss>(StringComparer.Ordinal)
    {
        ["cross-entropy"] = CrossEntropy,
        ["multi-similarity"] = MultiSimilarity,
        ["proxy-anchor"] = ProxyAnchor,
        ["normalized-softmax"] = NormalizedSoftmax,
        ["hhf"] = Hhf,
    };

    /// <summary>The objective of a recipe, with fresh parameters; each term draws its own from the context's seed.</summary>
    /// <exception cref="ArgumentException">A term does not fit what the model gives; the message names the term.</exception>
    public static Objective Create(IReadOnlyList<TermRecipe> terms, TermContext context)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return new Objective([.. terms.Select((term, index) => new WeightedTerm(term.Name, term.Weight, Create(term, ContextOf(term, index, context))))]);
    }

    /// <summary>What is likely to go wrong with the settings of the terms, each sentence with the name of its term before it.</summary>
    public static IReadOnlyList<string> Warnings(IReadOnlyList<TermRecipe> terms, TermContext context) =>
        [.. terms.Select((term, index) => (term.Name, Text: OptionsOf(term).Warning(ContextOf(term, index, context)))).Where(warning => warning.Text is not null).Select(warning => $"{warning.Name}: {warning.Text}")];

    private static ITerm Create(TermRecipe term, TermContext context)
    {
        try
        {
            return OptionsOf(term).Create(context);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"objective term {term.Name}: {exception.Message}", exception);
        }
    }

    private static ITermOptions OptionsOf(TermRecipe term) => (ITermOptions)term.Options;

    private static TermContext ContextOf(TermRecipe term, int index, TermContext context) =>
        context with { Seed = (long)new SeededRandom(context.Seed, index).NextBits(), Relation = RelationOf(term.Relation) };

    private static LabelRelation RelationOf(RelationRecipe relation) => relation.Kind switch
    {
        RelationKind.SameClass => LabelRelation.SameClass,
        RelationKind.SharesAtLeast => LabelRelation.SharesAtLeast((int)relation.Threshold),
        RelationKind.Jaccard => LabelRelation.Jaccard(relation.Threshold),
        _ => LabelRelation.SharesLabel,
    };

    private static CrossEntropyOptions CrossEntropy(Section section) => new()
    {
        LabelSmoothing = section.Number("label-smoothing", 0, min: 0, below: 1),
        Output = section.Text("output", Outputs.Logits),
    };

    private static MultiSimilarityOptions MultiSimilarity(Section section)
    {
        MultiSimilarityOptions preset = section.Choice("preset", MultiSimilarityPreset.Library) switch
        {
            MultiSimilarityPreset.Paper => MultiSimilarityOptions.Paper,
            MultiSimilarityPreset.Official => MultiSimilarityOptions.Official,
            _ => MultiSimilarityOptions.Library,
        };
        bool mining = section.Flag("mining", preset.Mining);
        return new()
        {
            Alpha = section.Number("alpha", preset.Alpha, above: 0),
            Beta = section.Number("beta", preset.Beta, above: 0),
            Base = section.Number("lambda", preset.Base),
            Mining = mining,
            Epsilon = section.When(mining, "mining: true").Number("epsilon", preset.Epsilon),
            PositiveSimilarityCutoff = section.NumberOrNull("positive-similarity-cutoff", preset.PositiveSimilarityCutoff),
            Output = section.Text("output", preset.Output),
        };
    }

    private static ProxyAnchorOptions ProxyAnchor(Section section) => new()
    {
        Alpha = section.Number("alpha", new ProxyAnchorOptions().Alpha, above: 0),
        Margin = section.Number("margin", new ProxyAnchorOptions().Margin),
        Output = section.Text("output", Outputs.Representation),
    };

    private static NormalizedSoftmaxOptions NormalizedSoftmax(Section section) => new()
    {
        Temperature = section.Number("temperature", new NormalizedSoftmaxOptions().Temperature, above: 0),
        Output = section.Text("output", new NormalizedSoftmaxOptions().Output),
    };

    private static HhfOptions Hhf(Section section)
    {
        HhfOptions defaults = new();
        HhfVariant variant = section.Choice("variant", defaults.Variant);
        bool hinge = section.Flag("hinge", defaults.Hinge);
        bool quantization = section.Flag("quantization", defaults.Quantization);
        Section hinged = section.When(hinge, "hinge: true"), quantized = section.When(quantization, "quantization: true");
        return new()
        {
            Variant = variant,
            Hinge = hinge,
            Alpha = section.When(variant is HhfVariant.ProxyAnchor or HhfVariant.Baseline, "variant: proxy-anchor or baseline").Number("alpha", defaults.Alpha, above: 0),
            Margin = section.When(!hinge && variant == HhfVariant.ProxyAnchor, "hinge: false and variant: proxy-anchor").Number("margin", defaults.Margin),
            Inflection = hinged.NumberOr("zeta", "auto", defaults.Inflection, min: -1, max: 1),
            Slack = hinged.Number("delta", defaults.Slack, min: 0, below: 1),
            VanishingRepulsion = section.When(hinge && variant == HhfVariant.ProxyNca, "hinge: true and variant: proxy-nca").Flag("vanishing-repulsion", defaults.VanishingRepulsion),
            Quantization = quantization,
            QuantizationWeight = quantized.Number("beta", defaults.QuantizationWeight, min: 0),
            ReferenceBatch = quantized.IntOrNull("beta-reference-batch", defaults.ReferenceBatch, min: 1),
            ReferenceBits = quantized.IntOrNull("beta-reference-bits", defaults.ReferenceBits, min: 1),
            Relaxation = section.Choice("relaxation", defaults.Relaxation),
            Output = section.Text("output", defaults.Output),
        };
    }

    /// <summary>Where the settings that a recipe leaves out come from.</summary>
    private enum MultiSimilarityPreset
    {
        Library,
        Paper,
        Official,
    }
}
