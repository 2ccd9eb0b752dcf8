namespace Semblance.Losses.Pairs;

/// <summary>Which triplets of an anchor count.</summary>
public enum TripletMining
{
    /// <summary>Every positive with every negative.</summary>
    All,

    /// <summary>The farthest positive with the nearest negative (Hermans et al., 2017).</summary>
    Hard,

    /// <summary>Negatives that are farther than the positive, but by no more than a margin (Schroff et al., CVPR 2015).</summary>
    SemiHard,
}

/// <summary>What a sum over triplets is divided by.</summary>
public enum TripletAverage
{
    /// <summary>The triplets whose loss is not 0.</summary>
    MeanNonzero,

    /// <summary>All triplets that are mined.</summary>
    Mean,
}

/// <summary>What a triplet costs, by the scores p of its positive and n of its negative: [p - n + margin]₊, or log(1 + e^(p - n + margin)).</summary>
/// <param name="Margin">By how much a negative must be farther than a positive.</param>
/// <param name="Mining">Which triplets count.</param>
/// <param name="MinerMargin">Semi-hard mining keeps 0 &lt; n - p ≤ this.</param>
/// <param name="Smooth">The soft form in place of the hinge.</param>
internal readonly record struct TripletRule(double Margin, TripletMining Mining = TripletMining.All, double MinerMargin = double.PositiveInfinity, bool Smooth = false);
