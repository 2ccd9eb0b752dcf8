using Semblance.Losses;
using Semblance.Losses.Pairs;

namespace Semblance.Training;

/// <summary>The catalogue of losses, and objectives made from recipes. A new loss is one line here.</summary>
public static class Objectives
{
    /// <summary>The loss that is put together from others, and that cannot be without being told of which.</summary>
    internal const string Composed = "hash";

    /// <summary>The losses over logits, which are no metric of codes or embeddings.</summary>
    internal static IReadOnlyDictionary<string, BindLoss> OverLogits { get; } = new Dictionary<string, BindLoss>(StringComparer.Ordinal)
    {
        ["cross-entropy"] = LogitLossKeys.CrossEntropy,
        ["focal"] = LogitLossKeys.Focal,
        ["class-balanced"] = LogitLossKeys.ClassBalanced,
        ["ldam"] = LogitLossKeys.Ldam,
        ["balanced-softmax"] = LogitLossKeys.BalancedSoftmax,
        ["logit-adjustment"] = LogitLossKeys.LogitAdjustment,
        ["bayias"] = LogitLossKeys.Bayias,
        ["label-aware-smoothing"] = LogitLossKeys.LabelAwareSmoothing,
        ["seql"] = LogitLossKeys.SoftmaxEqualization,
        ["cdt"] = LogitLossKeys.ClassTemperature,
        ["gce"] = NoisyLabelKeys.GeneralizedCrossEntropy,
        ["sce"] = NoisyLabelKeys.SymmetricCrossEntropy,
        ["elr"] = NoisyLabelKeys.EarlyLearning,
        ["bootstrapping"] = NoisyLabelKeys.Bootstrapping,
        ["forward-correction"] = NoisyLabelKeys.ForwardCorrection,
        ["small-loss"] = NoisyLabelKeys.SmallLoss,
    };

    /// <summary>Every loss by its name in recipes, with what reads its keys into the options that make its term.</summary>
    public static IReadOnlyDictionary<string, BindLoss> Losses { get; } = new Dictionary<string, BindLoss>(OverLogits, StringComparer.Ordinal)
    {
        ["multi-similarity"] = PairLossKeys.MultiSimilarity,
        ["contrastive"] = PairPeerKeys.Contrastive,
        ["triplet"] = PairPeerKeys.Triplet,
        ["lifted-structure"] = PairPeerKeys.LiftedStructure,
        ["binomial-deviance"] = PairPeerKeys.BinomialDeviance,
        ["n-pair"] = PairPeerKeys.NPair,
        ["nca"] = PairPeerKeys.Nca,
        ["margin"] = PairPeerKeys.Margin,
        ["hierarchical-triplet"] = PairLossKeys.HierarchicalTriplet,
        ["circle"] = PairLossKeys.Circle,
        ["supcon"] = PairLossKeys.SupCon,
        ["histogram"] = PairLossKeys.Histogram,
        ["fast-ap"] = PairLossKeys.FastAp,
        ["smooth-ap"] = PairLossKeys.SmoothAp,
        ["ranked-list"] = PairLossKeys.RankedList,
        ["proxy-anchor"] = ProxyLossKeys.ProxyAnchor,
        ["normalized-softmax"] = ProxyLossKeys.NormalizedSoftmax,
        ["proxy-nca"] = ProxyLossKeys.ProxyNca,
        ["soft-triple"] = ProxyLossKeys.SoftTriple,
        ["cosface"] = ProxyLossKeys.CosFace,
        ["arcface"] = ProxyLossKeys.ArcFace,
        ["sub-center-arcface"] = ProxyLossKeys.SubCenterArcFace,
        ["hhf"] = HashLossKeys.Hhf,
        ["dsh"] = HashPeerKeys.Dsh,
        ["dpsh"] = HashPeerKeys.Dpsh,
        ["dhn"] = HashPeerKeys.Dhn,
        ["dbdh"] = HashPeerKeys.Dbdh,
        ["idhn"] = HashPeerKeys.Idhn,
        ["isdh"] = HashPeerKeys.Isdh,
        ["dsdh"] = HashPeerKeys.Dsdh,
        ["dfh"] = HashPeerKeys.Dfh,
        ["hashnet"] = HashCenterKeys.HashNet,
        ["dch"] = HashCenterKeys.Dch,
        ["greedyhash"] = HashCenterKeys.GreedyHash,
        ["csq"] = HashCenterKeys.Csq,
        ["dpn"] = HashCenterKeys.Dpn,
        ["dtsh"] = HashCenterKeys.Dtsh,
        ["lcdsh"] = HashCenterKeys.Lcdsh,
        ["qsmih"] = HashCenterKeys.Qsmih,
        ["orthohash"] = HashCenterKeys.OrthoHash,
        ["dshsd"] = HashCenterKeys.Dshsd,
        [Composed] = HashLossKeys.Hash,
        ["hyp2"] = HashLossKeys.Hyp2,
        ["dual-hinge"] = HashLossKeys.DualHinge,
        ["ecl"] = ExpertLossKeys.Ecl,
        ["expert-softmax"] = ExpertLossKeys.Softmax,
        ["reweighted-distillation"] = ExpertLossKeys.Distillation,
        ["feature-distillation"] = ExpertLossKeys.Feature,
        ["expert-contrast"] = ExpertLossKeys.Contrast,
        ["ncl"] = ExpertLossKeys.Ncl,
        ["ride"] = ExpertLossKeys.Ride,
        ["sade"] = ExpertLossKeys.Sade,
        ["paco"] = ExpertLossKeys.Paco,
        ["co-teaching"] = ExpertLossKeys.CoTeaching,
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
        RelationKind.Graded => LabelRelation.Graded,
        _ => LabelRelation.SharesLabel,
    };
}
