using Semblance.Golden.Subjects;

namespace Semblance.Golden;

/// <summary>Computes what a case asks for and hands it to the check.</summary>
/// <param name="golden">Inputs and parameters.</param>
/// <param name="check">Compares.</param>
public delegate void GoldenRunner(GoldenCase golden, GoldenCheck check);

/// <summary>Everything that the runner can run: one line a subject, one file a family.</summary>
public static class GoldenCatalogue
{
    private static readonly Dictionary<string, GoldenRunner> Runners = new(StringComparer.Ordinal)
    {
        ["hash_evaluation"] = HashEvaluationSubject.Run,
        ["retrieval"] = RetrievalSubject.Run,
        ["verification"] = VerificationSubject.Run,
        ["curriculumnet_density"] = DensitySubjects.Density,
        ["curriculumnet_density_sampled"] = DensitySubjects.Sampled,
        ["kmeans_1d"] = DensitySubjects.KMeans,
        ["lt_accuracy_split"] = LongTailScoreSubjects.Accuracy,
        ["tau_norm"] = LongTailScoreSubjects.TauNormalisation,
        ["hhf_inflection"] = InflectionSubject.Run,
        ["multi_similarity"] = LossSubjects.MultiSimilarity,
        ["circle"] = RankingSubjects.Circle,
        ["supcon"] = RankingSubjects.SupCon,
        ["histogram"] = RankingSubjects.Histogram,
        ["proxy_anchor"] = ProxySubjects.ProxyAnchor,
        ["normalized_softmax"] = ProxySubjects.NormalizedSoftmax,
        ["proxy_nca"] = ProxySubjects.ProxyNca,
        ["soft_triple"] = ProxySubjects.SoftTriple,
        ["cosface"] = ProxySubjects.CosFace,
        ["arcface"] = ProxySubjects.ArcFace,
        ["contrastive"] = PairSubjects.Contrastive,
        ["triplet"] = PairSubjects.Triplet,
        ["lifted_structure"] = PairSubjects.LiftedStructure,
        ["binomial_deviance"] = PairSubjects.BinomialDeviance,
        ["n_pair"] = PairSubjects.NPair,
        ["nca"] = PairSubjects.Nca,
        ["margin"] = PairSubjects.Margin,
        ["hierarchical_triplet"] = HierarchicalTripletSubject.Run,
        ["hhf"] = LossSubjects.Hhf,
        ["dsh"] = HashBankSubjects.Dsh,
        ["dpsh"] = HashBankSubjects.Dpsh,
        ["dhn"] = HashBankSubjects.Dhn,
        ["dbdh"] = HashBankSubjects.Dbdh,
        ["idhn"] = HashBankSubjects.Idhn,
        ["isdh"] = HashBankSubjects.Isdh,
        ["dsdh"] = HashBankSubjects.Dsdh,
        ["dfh"] = HashBankSubjects.Dfh,
        ["hashnet"] = HashCenterSubjects.HashNet,
        ["dch"] = HashCenterSubjects.Dch,
        ["greedyhash"] = HashCenterSubjects.GreedyHash,
        ["csq"] = HashCenterSubjects.Csq,
        ["dpn"] = HashCenterSubjects.Dpn,
        ["dtsh"] = HashCenterSubjects.Dtsh,
        ["lcdsh"] = HashCenterSubjects.Lcdsh,
        ["qsmih"] = HashCenterSubjects.Qsmih,
        ["orthohash"] = HashCenterSubjects.OrthoHash,
        ["dshsd"] = HashCenterSubjects.Dshsd,
        ["curriculum_stage_weights"] = CurriculumStageSubject.Run,
        ["hyp2"] = HashCoreSubjects.Hyp2,
        ["dual_hinge"] = HashCoreSubjects.DualHinge,
        ["cifar_lt_counts"] = LongTailSubjects.Counts,
        ["cifar_lt_select"] = LongTailSubjects.Select,
        ["cross_entropy"] = LossSubjects.CrossEntropy,
        ["label_smoothing_ce"] = LossSubjects.CrossEntropy,
        ["balanced_softmax"] = LogitSubjects.BalancedSoftmax,
        ["logit_adjustment"] = LogitSubjects.LogitAdjustment,
        ["bayias"] = LogitSubjects.Bayias,
        ["class_balanced"] = LogitSubjects.ClassBalanced,
        ["focal"] = LogitSubjects.Focal,
        ["ldam"] = LogitSubjects.Ldam,
        ["drw_weights"] = LogitSubjects.DeferredWeights,
        ["gce"] = LogitSubjects.GeneralizedCrossEntropy,
        ["unimix_factor"] = LogitSubjects.UnimixFactor,
        ["unimix_sampler_probability"] = LogitSubjects.UnimixSampler,
        ["lr_warmup_multistep"] = LogitSubjects.WarmupMultistep,
        ["ecl_reweighted_distillation"] = ExpertSubjects.ReweightedDistillation,
        ["ecl_feature_distillation"] = ExpertSubjects.FeatureDistillation,
        ["ecl_total"] = ExpertSubjects.Ecl,
        ["moco_infonce_queue"] = ExpertSubjects.Queue,
        ["momentum_update"] = ExpertSubjects.Momentum,
        ["ncl_nested"] = ExpertSubjects.NclNested,
        ["ncl_nbod"] = ExpertSubjects.NclNbod,
        ["paco"] = ExpertSubjects.Paco,
        ["sade_diverse_experts"] = ExpertSubjects.Sade,
    };

    /// <summary>Names of the subjects that are built.</summary>
    public static IReadOnlyCollection<string> Subjects => Runners.Keys;

    /// <summary>The runner of a subject; null where it is not built.</summary>
    public static GoldenRunner? Find(string subject) => Runners.GetValueOrDefault(subject);
}
