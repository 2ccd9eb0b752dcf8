using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>A hash method put together from its parts: any metric term, HHF's hinge around it, a quantiser, a relaxation.</summary>
/// <param name="Metric">Makes the metric term.</param>
public sealed record HashOptions(ITermOptions Metric) : ITermOptions
{
    /// <summary>HHF's hinge around the metric; null for none.</summary>
    public HingeOptions? Hinge { get; init; }

    /// <summary>The quantiser; null for none.</summary>
    public QuantizerOptions? Quantizer { get; init; }

    /// <summary>What the metric sees instead of signs.</summary>
    public RelaxationOptions Relaxation { get; init; } = new();

    /// <summary>The model's output that is hashed: that which the metric sees.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">So many bits cannot hold so many classes, or the metric does not compare by cosines and there is a hinge.</exception>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ITerm metric = Metric.Create(context);
        ITerm hinged = Hinge is null ? metric : metric is IHingedTerm term
            ? term.WithHinge(Hinge.For(context))
            : throw new ArgumentException("the metric has no cosines that a hinge could stop at, or has a hinge of its own. Set hinge: null, or choose a loss over pairs or proxies; for fixed codes of the classes one with proxies: hadamard.");
        HashMethodOptions method = new() { Output = Output, QuantizationWeight = Quantizer?.Weight ?? 0, QuantizesRelaxed = Quantizer?.Relaxed ?? false, StillsZeroRows = Hinge is not null };
        return new HashMethod(hinged, Quantizer?.Create(), method, Relaxation.Create());
    }

    /// <inheritdoc/>
    public string? Warning(TermContext context) => Hinge?.For(context).Warning ?? Metric.Warning(context);
}

/// <summary>HHF's hinge around a metric.</summary>
public sealed record HingeOptions
{
    /// <summary>zeta; null takes it from the number of bits and classes.</summary>
    public double? Inflection { get; init => field = value is { } zeta ? Require.InRange(zeta, -1.0, 1.0) : null; }

    /// <summary>delta, how much earlier attraction and repulsion stop; within [0, 1).</summary>
    public double Slack { get; init => field = Require.Below(value, 0, 1); } = 0.2;

    /// <summary>The hinge for a number of bits and classes.</summary>
    /// <exception cref="ArgumentException">So many bits cannot hold so many classes.</exception>
    public HashHinge For(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new HashHinge(Inflection ?? InflectionPoint.For(context.Dimensions, context.Classes).Zeta, Slack);
    }
}

/// <summary>A quantiser with its weight.</summary>
public sealed record QuantizerOptions
{
    /// <summary>Which.</summary>
    public QuantizerKind Kind { get; init; }

    /// <summary>Its weight; at least 0.</summary>
    public double Weight { get; init => field = Require.NotNegative(value); } = 0.001;

    /// <summary>The power of <see cref="QuantizerKind.Corner"/>; at least 1.</summary>
    public double Power { get; init => field = Require.Finite(value); } = 1;

    /// <summary>Whether it, too, sees relaxed outputs.</summary>
    public bool Relaxed { get; init; }

    /// <summary>The batch at which the weight of <see cref="QuantizerKind.Sign"/> was tuned; null leaves the weight.</summary>
    public int? ReferenceBatch { get; init => field = value is { } rows ? Require.AtLeast(rows, 1) : null; }

    /// <summary>The bits at which the weight of <see cref="QuantizerKind.Sign"/> was tuned; null leaves the weight.</summary>
    public int? ReferenceBits { get; init => field = value is { } bits ? Require.AtLeast(bits, 1) : null; }

    /// <summary>Makes it.</summary>
    public IQuantizer Create() => Kind switch
    {
        QuantizerKind.Sign => new SignQuantizer(ReferenceBatch, ReferenceBits),
        QuantizerKind.SignMean => new SignDistanceQuantizer(),
        QuantizerKind.Corner => new CornerQuantizer(Power),
        QuantizerKind.LogCosh => new LogCoshQuantizer(),
        _ => new BalanceQuantizer(),
    };
}

/// <summary>The quantisers that can be part of any method.</summary>
public enum QuantizerKind
{
    /// <summary>Σ (sign(x) - x)² (HHF).</summary>
    Sign,

    /// <summary>Its mean (DPSH).</summary>
    SignMean,

    /// <summary>mean | |x| - 1 |^p (DSH, GreedyHash).</summary>
    Corner,

    /// <summary>mean log cosh(|x| - 1) (DHN).</summary>
    LogCosh,

    /// <summary>How unbalanced the bits of a code are (DBDH).</summary>
    Balance,
}

/// <summary>What a metric sees instead of signs.</summary>
public sealed record RelaxationOptions
{
    /// <summary>Which.</summary>
    public RelaxationKind Kind { get; init; }

    /// <summary>Epochs between two steps of <see cref="RelaxationKind.Tanh"/>.</summary>
    public int Every { get; init => field = Require.AtLeast(value, 1); } = 20;

    /// <summary>The first scale of <see cref="RelaxationKind.Scheduled"/>.</summary>
    public double From { get; init => field = Require.Positive(value); } = 1;

    /// <summary>The last scale of <see cref="RelaxationKind.Scheduled"/>.</summary>
    public double To { get; init => field = Require.Positive(value); } = 10;

    /// <summary>Epochs in which <see cref="RelaxationKind.Scheduled"/> goes from one to the other.</summary>
    public double Epochs { get; init => field = Require.NotNegative(value); } = 50;

    /// <summary>Makes it; null shows raw outputs.</summary>
    public IRelaxation? Create() => Kind switch
    {
        RelaxationKind.Tanh => new TanhContinuation(Every),
        RelaxationKind.Sign => new StraightThroughSign(),
        RelaxationKind.Scheduled => new ScheduledTanh(From, To, Epochs),
        RelaxationKind.SoftSign => new SoftSignRelaxation(),
        RelaxationKind.Clip => new ClipRelaxation(),
        _ => null,
    };
}

/// <summary>The relaxations that can be part of any method.</summary>
public enum RelaxationKind
{
    /// <summary>Raw outputs.</summary>
    None,

    /// <summary>tanh(s x), s growing as √(⌊epoch / every⌋ + 1) (HashNet).</summary>
    Tanh,

    /// <summary>Signs, with the derivative of the identity (GreedyHash).</summary>
    Sign,

    /// <summary>tanh(s x), s going evenly from one value to another.</summary>
    Scheduled,

    /// <summary>x / (1 + |x|) (IDHN).</summary>
    SoftSign,

    /// <summary>Cut off at -1 and 1 (DBDH).</summary>
    Clip,
}
