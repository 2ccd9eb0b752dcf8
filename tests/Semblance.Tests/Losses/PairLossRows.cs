using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Xunit;

namespace Semblance.Tests.Losses;

/// <summary>A pair loss under the tests that every pair loss must pass.</summary>
/// <param name="Name">How a failing test calls it.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Miner">Goes before it, or null.</param>
public sealed record PairLossRow(string Name, IPairLoss Loss, IMiner? Miner = null)
{
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
        new PairLossRow("hierarchical_triplet active", new HierarchicalTripletLoss(new() { Reduction = TripletReduction.ActiveTriplets })),
        new PairLossRow("hierarchical_triplet euclidean", new HierarchicalTripletLoss(new() { Distance = TripletDistance.Euclidean, InitialMargin = 0.5 })),
        new PairLossRow("proxy_anchor", new ProxyAnchorLoss(Sharp)),
        new PairLossRow("proxy_anchor hinge", new ProxyAnchorLoss(Sharp, Hinge)),
        new PairLossRow("hhf_proxy_nca", new HhfProxyNcaLoss()),
        new PairLossRow("hhf_proxy_nca hinge", new HhfProxyNcaLoss(Hinge)),
        new PairLossRow("hhf_proxy_nca hinge vanishing", new HhfProxyNcaLoss(Hinge, vanishing: true)),
        new PairLossRow("pair_logistic", new PairLogisticLoss()),
        new PairLossRow("pair_logistic hinge", new PairLogisticLoss(Hinge)),
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

    public static TheoryData<PairLossRow> Weighted { get; } = [.. All.Where(row => row.Data.Loss is IWeightedPairLoss)];
}
