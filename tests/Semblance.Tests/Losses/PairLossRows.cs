using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>A pair loss under the tests that every pair loss must pass.</summary>
/// <param name="Name">How a failing test calls it.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Miner">Goes before it, or null.</param>
/// <param name="Ordered">Whether it chooses pairs by their place in the batch.</param>
public sealed record PairLossRow(string Name, IPairLoss Loss, IMiner? Miner = null, bool Ordered = false)
{
    /// <summary>The loss with what it treats as a constant taken from other similarities, where it has such; its derivative at those is the loss's.</summary>
    public Func<PairBatch, Tensor, Tensor>? Held { get; init; }

    /// <summary>Whether a positive pair may be pushed apart for the sake of others.</summary>
    public bool MayRepelPositives { get; init; }

    /// <summary>The value of pairs, with constants taken from other similarities.</summary>
    public Tensor Value(PairBatch pairs, Tensor held) => Held is null ? Loss.Forward(pairs) : Held(pairs, held);

    public PairBatch Mined(PairBatch pairs) => Miner?.Mine(pairs) ?? pairs;

    public override string ToString() => Name;
}

/// <summary>All pair losses: a new loss is one line here.</summary>
public static class PairLossRows
{
    private static readonly HashHinge Hinge = new(-0.1, 0.2);
    private static readonly ProxyAnchorOptions Sharp = new() { Alpha = 16 };

    public static TheoryData<PairLossRow> All { get; } =
    [
        new PairLossRow("multi_similarity", new MultiSimilarityLoss(new() { Beta = 10 })),
        new PairLossRow("multi_similarity paper", new MultiSimilarityLoss(MultiSimilarityOptions.Paper)),
        new PairLossRow("multi_similarity mined", new MultiSimilarityLoss(new() { Beta = 10 }), new MultiSimilarityMiner(0.1)),
        new PairLossRow("hierarchical_triplet", new HierarchicalTripletLoss(new())),
        new PairLossRow("hierarchical_triplet active", new HierarchicalTripletLoss(new() { Reduction = TripletAverage.MeanNonzero })),
        new PairLossRow("hierarchical_triplet euclidean", new HierarchicalTripletLoss(new() { Distance = PairDistance.Euclidean, InitialMargin = 0.5 })),
        new PairLossRow("contrastive", new ContrastiveLoss(new() { NegativeMargin = 0.1 })),
        new PairLossRow("contrastive euclidean", new ContrastiveLoss(new() { Distance = PairDistance.Euclidean, NegativeMargin = 1.5 })),
        new PairLossRow("contrastive squared", new ContrastiveLoss(new() { Distance = PairDistance.SquaredEuclidean, NegativeMargin = 1.5 })),
        .. Triplets(),
        new PairLossRow("lifted_structure cosine", new LiftedStructureLoss(new() { Distance = PairDistance.Cosine })),
        new PairLossRow("lifted_structure euclidean", new LiftedStructureLoss(new())),
        new PairLossRow("lifted_structure squared", new LiftedStructureLoss(new() { Distance = PairDistance.SquaredEuclidean })),
        new PairLossRow("lifted_structure original cosine", new OriginalLiftedStructureLoss(new() { Distance = PairDistance.Cosine })),
        new PairLossRow("lifted_structure original euclidean", new OriginalLiftedStructureLoss(new())),
        new PairLossRow("binomial_deviance", new BinomialDevianceLoss(new())),
        new PairLossRow("binomial_deviance sum", new BinomialDevianceLoss(new() { Beta = 10, NegativeCost = 0.3, Reduction = AnchorReduction.Sum })),
        new PairLossRow("n_pair", new NPairLoss(new()), Ordered: true),
        new PairLossRow("nca", new NcaLoss(new() { Scale = 5 })),
        new PairLossRow("margin", new MarginLoss(new())),
        new PairLossRow("margin learned", new MarginLoss(new() { BoundaryWeight = 0.1 }, Tensor.Full([1], 1.1, DataType.Float64))),
        new PairLossRow("circle", new CircleLoss(new() { Gamma = 8 })) { Held = (rows, held) => Total(new CircleLoss(new() { Gamma = 8 }).Parts(rows, held), rows) },
        new PairLossRow("supcon", new SupConLoss(new() { Temperature = 0.3 })) { MayRepelPositives = true },
        new PairLossRow("histogram", new HistogramLoss(new() { Bins = 25 })),
        new PairLossRow("fast_ap", new FastApLoss(new())) { MayRepelPositives = true },
        new PairLossRow("smooth_ap", new SmoothApLoss(new() { Temperature = 0.1 })) { MayRepelPositives = true },
        new PairLossRow("ranked_list", new RankedListLoss(new() { Balance = 0.7 })) { Held = (rows, held) => Total(new RankedListLoss(new() { Balance = 0.7 }).Parts(rows, held), rows) },
        new PairLossRow("supcon batch-hard", new SupConLoss(new()), new BatchHardMiner()) { MayRepelPositives = true },
        new PairLossRow("smooth_ap semi-hard", new SmoothApLoss(new() { Temperature = 0.1 }), new SemiHardMiner(0.3)) { MayRepelPositives = true },
        new PairLossRow("multi_similarity easy-positive", new MultiSimilarityLoss(new() { Beta = 10 }), new EasyPositiveMiner(EasyPositiveNegatives.SemiHard)),
        new PairLossRow("multi_similarity easy-positive hard", new MultiSimilarityLoss(new() { Beta = 10 }), new EasyPositiveMiner(EasyPositiveNegatives.Hard)),
        new PairLossRow("proxy_anchor", new ProxyAnchorLoss(Sharp)),
        new PairLossRow("proxy_anchor hinge", new ProxyAnchorLoss(Sharp, Hinge)),
        new PairLossRow("hhf_proxy_nca", new HhfProxyNcaLoss()),
        new PairLossRow("hhf_proxy_nca hinge", new HhfProxyNcaLoss(Hinge)),
        new PairLossRow("hhf_proxy_nca hinge vanishing", new HhfProxyNcaLoss(Hinge, vanishing: true)),
        new PairLossRow("pair_logistic", new PairLogisticLoss()),
        new PairLossRow("pair_logistic hinge", new PairLogisticLoss(Hinge)),
        new PairLossRow("pair_likelihood balanced", new PairLikelihoodLoss(new() { Scale = 2, Balanced = true })),
        new PairLossRow("cauchy", new CauchyLoss(16, 3)),
        new PairLossRow("triplet_likelihood", new TripletLikelihoodLoss(0.3)),
        new PairLossRow("squared_mutual_information", new SquaredMutualInformationLoss()) { MayRepelPositives = true },
        new PairLossRow("squared_mutual_information plain", new SquaredMutualInformationLoss(clamped: false)),
        new PairLossRow("codebook_softmax", new CodebookSoftmaxLoss(new() { Scale = 4 })) { MayRepelPositives = true },
        new PairLossRow("codebook_softmax arc", new CodebookSoftmaxLoss(new() { Scale = 4, MarginType = MarginType.Arc })) { MayRepelPositives = true },
        new PairLossRow("normalized_softmax", new NormalizedSoftmaxLoss(new() { Temperature = 0.25 })),
        new PairLossRow("proxy_nca", new ProxyNcaLoss(new() { Scale = 3 })),
        new PairLossRow("proxy_nca original", new ProxyNcaLoss(new() { Scale = 3, PositiveInDenominator = false })),
        new PairLossRow("cosface", new CosFaceLoss(new() { Scale = 4 })),
        new PairLossRow("arcface", new ArcFaceLoss(new() { Scale = 4 })),
        new PairLossRow("sub_center_arcface one center", new SubCenterArcFaceLoss(new() { Centers = 1, Scale = 4 })),
        new PairLossRow("soft_triple one center", new SoftTripleLoss(new() { Centers = 1, Scale = 4 })),
        new PairLossRow("linear_proxy", new LinearProxyLoss(2)),
        new PairLossRow("linear_proxy hinge", new LinearProxyLoss(2, Hinge)),
    ];

    public static TheoryData<PairLossRow> Unordered { get; } = [.. All.Where(row => !row.Data.Ordered)];

    private static Tensor Total(IReadOnlyList<RowPart> parts, PairBatch rows) => parts.Aggregate(rows.Similarity.Sum() * 0, (sum, part) => sum + part.Quotient);

    public static TheoryData<PairLossRow> Weighted { get; } = [.. All.Where(row => row.Data.Loss is IWeightedPairLoss)];

    /// <summary>Every way to mine with every distance, hard and soft, swapped or not.</summary>
    private static IEnumerable<PairLossRow> Triplets() =>
        from mining in Enum.GetValues<TripletMining>()
        from distance in Enum.GetValues<PairDistance>()
        from smooth in new[] { false, true }
        from swap in new[] { false, true }
        let options = new TripletOptions { Mining = mining, Distance = distance, Smooth = smooth, Swap = swap, Margin = 0.3, MinerMargin = 0.5 }
        select new PairLossRow($"triplet {mining} {distance}{(smooth ? " smooth" : "")}{(swap ? " swap" : "")}", swap ? new SwappedTripletLoss(options) : new TripletLoss(options));
}
