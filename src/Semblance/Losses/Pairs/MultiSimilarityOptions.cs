namespace Semblance.Losses.Pairs;

/// <summary>Settings of <see cref="MultiSimilarityLoss"/> and of the mining that belongs to the method.</summary>
/// <remarks>The defaults are the <see cref="Library"/> preset.</remarks>
public sealed record MultiSimilarityOptions : IPairLossOptions
{
    /// <summary>2, 50, 0.5, 0.1, as in pytorch-metric-learning; the default.</summary>
    public static MultiSimilarityOptions Library { get; } = new();

    /// <summary>2, 50, 1, 0.1, as the paper is quoted. With a base of 1 there is almost no absolute cut-off on negatives.</summary>
    public static MultiSimilarityOptions Paper { get; } = new() { Base = 1 };

    /// <summary>2, 40, 0.5, 0.1 and positives below 1 - 1e-5, as the authors' code.</summary>
    public static MultiSimilarityOptions Official { get; } = new() { Beta = 40, PositiveSimilarityCutoff = 1 - 1e-5 };

    /// <summary>alpha, sharpness on positive pairs; above 0.</summary>
    public double Alpha { get; init => field = Require.Positive(value); } = 2;

    /// <summary>beta, sharpness on negative pairs; above 0.</summary>
    public double Beta { get; init => field = Require.Positive(value); } = 50;

    /// <summary>lambda, the similarity at which a pair counts half; finite.</summary>
    public double Base { get; init => field = Require.Finite(value); } = 0.5;

    /// <summary>Whether pairs are mined; without it every pair counts.</summary>
    public bool Mining { get; init; } = true;

    /// <summary>epsilon of the miner. Larger keeps more pairs; below 0 keeps only pairs that are wrong by so much.</summary>
    public double Epsilon { get; init => field = Require.Finite(value); } = 0.1;

    /// <summary>Positives from this similarity on do not count, the rule of the authors' code; null removes a row's pair with itself by index.</summary>
    public double? PositiveSimilarityCutoff { get; init => field = value is { } cutoff ? Require.Finite(cutoff) : null; }

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => new MultiSimilarityLoss(this);

    /// <inheritdoc/>
    public PairTermOptions Pairs(PairTermOptions given)
    {
        ArgumentNullException.ThrowIfNull(given);
        return given with { Miner = Mining ? new MultiSimilarityMinerOptions { Epsilon = Epsilon } : given.Miner, PositiveSimilarityCutoff = PositiveSimilarityCutoff };
    }
}
