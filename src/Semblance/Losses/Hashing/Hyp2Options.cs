using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>HyP² (Xu et al., ACM MM 2022): proxies, plus β times a hinge on pairs of foreign images that have several labels each. Defaults as released.</summary>
/// <remarks>
/// Proxies alone place an image near all proxies of its labels, so that {a, b} and {c, d} can meet in the middle of a, b, c and d; the hinge on pairs keeps those apart. There is no quantiser: the inflection
/// point leaves codes the room to sit near their corners.
/// </remarks>
public sealed record Hyp2Options : ITermOptions
{
    /// <summary>β, weight of the pairs; at least 0.</summary>
    public double Beta { get; init => field = Require.NotNegative(value); } = 0.5;

    /// <summary>ζ, the cosine below which nothing is pushed; null takes it from the number of bits and classes.</summary>
    public double? Inflection { get; init => field = value is { } zeta ? Require.InRange(zeta, -1.0, 1.0) : null; }

    /// <summary>Which pairs are kept apart.</summary>
    public Hyp2Pairs Pairs { get; init; }

    /// <summary>Whether there are proxies; without them the pairs are all, as an ablation.</summary>
    public bool Proxies { get; init; } = true;

    /// <summary>The model's output that is hashed.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">So many bits cannot hold so many classes, or nothing is left to train.</exception>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!Proxies && Pairs == Hyp2Pairs.None)
        {
            throw new ArgumentException("HyP² has neither proxies nor pairs, so that nothing is trained; set one of the two.");
        }
        return new Hyp2Term(this, HingeFor(context.Dimensions, context.Classes), Proxies ? ProxyTerm.Draw(context) : null);
    }

    /// <summary>The hinge for a number of bits and classes; it has no slack.</summary>
    public HashHinge HingeFor(int bits, int classes) => new(Inflection ?? InflectionPoint.For(bits, classes).Zeta, 0);
}

/// <summary>Which pairs of a batch HyP² keeps apart; they never have a label in common.</summary>
public enum Hyp2Pairs
{
    /// <summary>Those of two images with at least two labels each; as published.</summary>
    MultiLabel,

    /// <summary>All.</summary>
    All,

    /// <summary>None.</summary>
    None,
}
