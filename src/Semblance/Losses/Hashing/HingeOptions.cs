namespace Semblance.Losses.Hashing;

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
