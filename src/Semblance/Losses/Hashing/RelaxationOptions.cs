namespace Semblance.Losses.Hashing;

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
