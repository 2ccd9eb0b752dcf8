using Semblance.Losses.Pairs;

namespace Semblance.Training;

/// <summary>Keys of miners.</summary>
internal static class MinerKeys
{
    /// <summary>What a recipe calls the miners. A new miner is one name here and one line below.</summary>
    private enum MinerKind
    {
        MultiSimilarity,
    }

    public static IMinerOptions Read(Section section)
    {
        MinerKind kind = section.Choice("kind", MinerKind.MultiSimilarity);
        MultiSimilarityMinerOptions multiSimilarity = MultiSimilarity(section.When(kind == MinerKind.MultiSimilarity, "kind: multi-similarity"));
        return multiSimilarity;
    }

    private static MultiSimilarityMinerOptions MultiSimilarity(Section section) => new() { Epsilon = section.Number("epsilon", new MultiSimilarityMinerOptions().Epsilon) };
}
