namespace Semblance.Losses.Hashing;

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
