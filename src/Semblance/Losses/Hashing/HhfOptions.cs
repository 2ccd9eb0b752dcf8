using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;

namespace Semblance.Losses.Hashing;

/// <summary>HHF (Xu et al., 2021): a metric loss whose push stops where binary codes can do no better, plus a quantiser. Defaults as released.</summary>
public sealed record HhfOptions : ITermOptions
{
    /// <summary>The metric loss.</summary>
    public HhfVariant Variant { get; init; }

    /// <summary>Whether the metric loss has the hinge; without it, its plain form.</summary>
    public bool Hinge { get; init; } = true;

    /// <summary>alpha, sharpness of proxy-anchor and factor of the baseline; above 0.</summary>
    public double Alpha { get; init => field = Require.Positive(value); } = 16;

    /// <summary>Margin of plain proxy-anchor.</summary>
    public double Margin { get; init => field = Require.Finite(value); } = 0.1;

    /// <summary>delta, how much earlier attraction and repulsion stop; within [0, 1).</summary>
    public double Slack { get; init => field = Require.Below(value, 0, 1); } = 0.2;

    /// <summary>zeta; null takes it from the number of bits and classes.</summary>
    public double? Inflection { get; init => field = value is { } zeta ? Require.InRange(zeta, -1.0, 1.0) : null; }

    /// <summary>Proxy-NCA only: the repulsion of earlier revisions, which reaches 0.</summary>
    public bool VanishingRepulsion { get; init; }

    /// <summary>Whether outputs are pulled to -1 and 1.</summary>
    public bool Quantization { get; init; } = true;

    /// <summary>beta, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 0.001;

    /// <summary>The batch at which beta was tuned: beta is multiplied by it over the present batch. Null, as published, leaves beta; the released settings used 85.</summary>
    public int? ReferenceBatch { get; init => field = value is { } rows ? Require.AtLeast(rows, 1) : null; }

    /// <summary>The bits at which beta was tuned: beta is multiplied by them over the present bits. Null, as published, leaves beta.</summary>
    public int? ReferenceBits { get; init => field = value is { } bits ? Require.AtLeast(bits, 1) : null; }

    /// <summary>What the metric sees instead of the raw outputs.</summary>
    public RelaxationOptions Relaxation { get; init; } = new();

    /// <summary>The model's output that is hashed.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <summary>The metric loss for an inflection point.</summary>
    public IPairLoss MetricLoss(double inflection) => MetricLoss(Hinge ? new HashHinge(inflection, Slack) : null);

    /// <summary>The quantiser, or null.</summary>
    public IQuantizer? Quantizer() => Quantization ? new SignQuantizer(ReferenceBatch, ReferenceBits) : null;

    /// <summary>The hinge for a number of bits and classes; null in the plain form.</summary>
    /// <exception cref="ArgumentException">So many bits cannot hold so many classes.</exception>
    public HashHinge? HingeFor(int bits, int classes) => Hinge ? new HashHinge(Inflection ?? InflectionPoint.For(bits, classes).Zeta, Slack) : null;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">So many bits cannot hold so many classes.</exception>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        IPairLoss loss = MetricLoss(HingeFor(context.Dimensions, context.Classes));
        ITerm metric = Variant == HhfVariant.Pair
            ? new PairTerm(loss, new PairTermOptions { Output = Output, Relation = context.Relation, References = PairReferences.OtherHalf })
            : new ProxyTerm(loss, ProxyTerm.Draw(context), new ProxyTermOptions { Output = Output });
        return new HashMethod(metric, Quantizer(), new HashMethodOptions { Output = Output, QuantizationWeight = QuantizationWeight }, Relaxation.Create());
    }

    /// <inheritdoc/>
    public string? Warning(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return HingeFor(context.Dimensions, context.Classes)?.Warning;
    }

    private IPairLoss MetricLoss(HashHinge? hinge) => Variant switch
    {
        HhfVariant.ProxyAnchor => new ProxyAnchorLoss(new ProxyAnchorOptions { Alpha = Alpha, Margin = Margin }, hinge),
        HhfVariant.ProxyNca => new HhfProxyNcaLoss(hinge, VanishingRepulsion),
        HhfVariant.Pair => new PairLogisticLoss(hinge),
        HhfVariant.Baseline => new LinearProxyLoss(Alpha, hinge),
        _ => throw new ArgumentOutOfRangeException(nameof(hinge), Variant, "there is no such variant of HHF."),
    };
}

/// <summary>The metric losses that HHF was published with.</summary>
public enum HhfVariant
{
    /// <summary>Proxy-Anchor, the main variant.</summary>
    ProxyAnchor,

    /// <summary>Proxy-NCA.</summary>
    ProxyNca,

    /// <summary>Pairs between the two halves of a batch.</summary>
    Pair,

    /// <summary>Linear attraction and repulsion to proxies.</summary>
    Baseline,
}
