namespace Semblance.Evaluation;

/// <summary>What embeddings are ranked by.</summary>
public enum Similarity
{
    /// <summary>The cosine of the angle; a zero vector has similarity 0 to everything.</summary>
    Cosine,

    /// <summary>The inner product.</summary>
    Dot,

    /// <summary>Nearness: the smaller the Euclidean distance, the more similar.</summary>
    Euclidean,
}
