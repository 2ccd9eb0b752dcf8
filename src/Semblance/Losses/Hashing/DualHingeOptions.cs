using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>Dual hinge, a reconstruction: <see cref="DualHingeLoss"/> plus λ mean (|h| - 1)².</summary>
public sealed record DualHingeOptions : ITermOptions
{
    private const double InitialReach = 6;

    /// <summary>α, smooths the divergence; above 1. Similar pairs cost at most log(α / (α - 1)).</summary>
    public double Alpha { get; init => field = Require.Finite(value) > 1 ? value : throw new ArgumentOutOfRangeException(nameof(Alpha), value, "alpha must be above 1; the divergence is not finite otherwise."); } = 1.05;

    /// <summary>β, by which distances in bits are multiplied; null takes 6 / K for K bits, with which similar pairs of an untrained model still attract.</summary>
    public double? Beta { get; init => field = value is { } beta ? Require.Positive(beta) : null; }

    /// <summary>λ, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 0.1;

    /// <summary>How the distance in bits of two outputs is taken.</summary>
    public DualHingeDistance Distance { get; init; }

    /// <summary>Which of the two divergences count.</summary>
    public DualHingeDirection Direction { get; init; }

    /// <summary>Whether similar and dissimilar pairs weigh the same, however many there are of either.</summary>
    public bool Balance { get; init; }

    /// <summary>A memory of earlier batches that images are compared with as well; null for none.</summary>
    public CrossBatchMemoryOptions? Memory { get; init; }

    /// <summary>The model's output that is hashed.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <summary>β for a number of bits.</summary>
    public double BetaFor(int bits) => Beta ?? (InitialReach / bits);

    /// <summary>What the metric and the quantiser see instead of raw outputs; null shows them those.</summary>
    public IRelaxation? Relaxation => Distance == DualHingeDistance.Inner ? new TanhRelaxation() : null;

    /// <summary>The metric loss for a number of bits, over inner products or cosines.</summary>
    public IPairLoss Metric(int bits) => Balance ? new BalancedPairLoss(DualHingeLoss.For(this, bits)) : DualHingeLoss.For(this, bits);

    /// <inheritdoc/>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        PairTermOptions pairs = new() { Output = Output, Relation = context.Relation, Normalize = Distance == DualHingeDistance.Cosine, Memory = Memory };
        PairTerm metric = new(Metric(context.Dimensions), pairs, null, Memory is null ? null : new CrossBatchMemory(Memory, context));
        HashMethodOptions method = new() { Output = Output, QuantizationWeight = QuantizationWeight, QuantizesRelaxed = Relaxation is not null, StillsZeroRows = Distance == DualHingeDistance.Cosine };
        return new HashMethod(metric, QuantizationWeight == 0 ? null : new CornerQuantizer(2), method, Relaxation);
    }
}

/// <summary>How <see cref="DualHingeLoss"/> takes the distance of two outputs, in bits.</summary>
public enum DualHingeDistance
{
    /// <summary>(K - h · h') / 2 with h = tanh x; the Hamming distance at -1 and 1.</summary>
    Inner,

    /// <summary>(K / 2) (1 - cosine), of raw outputs.</summary>
    Cosine,
}

/// <summary>Which divergences <see cref="DualHingeLoss"/> adds up; dropping one is an ablation.</summary>
public enum DualHingeDirection
{
    /// <summary>Both.</summary>
    Both,

    /// <summary>D(s ‖ u): the saturating logarithm on similar pairs, nothing on dissimilar ones.</summary>
    TargetToModel,

    /// <summary>D(u ‖ s): the exponential on dissimilar pairs, and what it has for similar ones.</summary>
    ModelToTarget,
}
