using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>HHF's hinge: attraction and repulsion stop where binary codes can do no better, so that they do not fight the quantiser.</summary>
/// <param name="Inflection">zeta, the cosine that all classes can reach pairwise with exactly binary codes; within [-1, 1].</param>
/// <param name="Slack">delta, how much earlier both sides stop, in units of cosine; within [0, 1).</param>
/// <remarks>A modifier: any loss over cosines takes it. Derivatives at the corners are 0. Source: Xu et al., 2021 ("HHF").</remarks>
public sealed record HashHinge(double Inflection, double Slack)
{
    /// <summary>zeta.</summary>
    public double Inflection { get; } = Require.InRange(Inflection, -1.0, 1.0, nameof(Inflection));

    /// <summary>delta.</summary>
    public double Slack { get; } = Require.Below(Slack, 0, 1, nameof(Slack));

    /// <summary>Why the settings leave hardly anything to train, or null: below 1 - delta attraction pulls, above zeta + delta repulsion pushes.</summary>
    public string? Warning => 1 - Slack > Inflection + Slack
        ? null
        : FormattableString.Invariant($"Attraction ends at cosine {1 - Slack:0.###} and repulsion begins only at {Inflection + Slack:0.###}; useful negatives are lost. Take more bits or a smaller slack.");

    /// <summary>Where attraction and repulsion stop.</summary>
    internal PairReach Reach => new(1 - Slack, Inflection + Slack);

    /// <summary>[1 - delta - c]₊.</summary>
    public Tensor Attraction(Tensor cosine) => (1 - Slack - cosine).Relu();

    /// <summary>[c - zeta - delta]₊.</summary>
    public Tensor Repulsion(Tensor cosine) => (cosine - (Inflection + Slack)).Relu();
}
