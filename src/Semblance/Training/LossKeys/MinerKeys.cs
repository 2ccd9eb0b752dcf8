using Semblance.Losses.Pairs;

namespace Semblance.Training;

/// <summary>Keys of miners.</summary>
internal static class MinerKeys
{
    /// <summary>What a recipe calls the miners. A new miner is one name here and one line below.</summary>
    private enum MinerKind
    {
        MultiSimilarity,
        BatchHard,
        SemiHard,
        EasyPositive,
        DistanceWeighted,
        Angular,
    }

    public static IMinerOptions Read(Section section)
    {
        MinerKind kind = section.Choice("kind", MinerKind.MultiSimilarity);
        MultiSimilarityMinerOptions multiSimilarity = MultiSimilarity(For(MinerKind.MultiSimilarity));
        SemiHardMinerOptions semiHard = SemiHard(For(MinerKind.SemiHard));
        EasyPositiveMinerOptions easyPositive = EasyPositive(For(MinerKind.EasyPositive));
        DistanceWeightedMinerOptions distanceWeighted = DistanceWeighted(For(MinerKind.DistanceWeighted));
        AngularMinerOptions angular = Angular(For(MinerKind.Angular));
        return kind switch
        {
            MinerKind.BatchHard => new BatchHardMinerOptions(),
            MinerKind.SemiHard => semiHard,
            MinerKind.EasyPositive => easyPositive,
            MinerKind.DistanceWeighted => distanceWeighted,
            MinerKind.Angular => angular,
            _ => multiSimilarity,
        };

        Section For(MinerKind wanted) => section.When(kind == wanted, $"kind: {Phrases.Kebab(wanted)}");
    }

    private static MultiSimilarityMinerOptions MultiSimilarity(Section section) => new() { Epsilon = section.Number("epsilon", new MultiSimilarityMinerOptions().Epsilon) };

    private static SemiHardMinerOptions SemiHard(Section section) => new() { Margin = section.Number("margin", new SemiHardMinerOptions().Margin, above: 0) };

    private static EasyPositiveMinerOptions EasyPositive(Section section) => new() { Negatives = section.Choice("negatives", new EasyPositiveMinerOptions().Negatives) };

    private static DistanceWeightedMinerOptions DistanceWeighted(Section section)
    {
        DistanceWeightedMinerOptions defaults = new();
        return new()
        {
            LowerCutoff = section.Number("lower-cutoff", defaults.LowerCutoff, max: 2, above: 0),
            UpperCutoff = section.Number("upper-cutoff", defaults.UpperCutoff, above: 0),
        };
    }

    private static AngularMinerOptions Angular(Section section) => new() { Angle = section.Number("angle", new AngularMinerOptions().Angle, min: 0, below: 90) };
}
