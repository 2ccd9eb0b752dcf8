namespace Semblance.Losses.Pairs;

/// <summary>How far apart the rows of a pair are, by their similarity S.</summary>
public enum PairDistance
{
    /// <summary>The cosine itself: closer means larger S, and margins are similarities.</summary>
    Cosine,

    /// <summary>D = √(2 - 2 S), the distance of points on the unit sphere; from 0 to 2.</summary>
    Euclidean,

    /// <summary>D² = 2 - 2 S; from 0 to 4.</summary>
    SquaredEuclidean,
}
