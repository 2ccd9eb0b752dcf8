namespace Semblance.Reports;

/// <summary>What the page of pair weights tells.</summary>
public sealed record WeightsReport
{
    /// <summary>The curves, one a loss.</summary>
    public required IReadOnlyList<LossWeights> Losses { get; init; }

    /// <summary>Similarities of the other positives of the anchor.</summary>
    public required IReadOnlyList<double> Positives { get; init; }

    /// <summary>Similarities of the other negatives of the anchor.</summary>
    public required IReadOnlyList<double> Negatives { get; init; }

    /// <summary>Settings that are not the defaults, as they were given.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}

/// <summary>Weights of one loss against the similarity of the pair that is moved.</summary>
/// <param name="Name">Of the loss.</param>
/// <param name="Similarity">Ascending; the same for all losses.</param>
/// <param name="Positive">Weight of a positive pair.</param>
/// <param name="Negative">Weight of a negative pair.</param>
public sealed record LossWeights(string Name, IReadOnlyList<double> Similarity, IReadOnlyList<double> Positive, IReadOnlyList<double> Negative);
