using System.Numerics;
using System.Runtime.InteropServices;
using Semblance.Losses.Pairs;
using Semblance.Losses.Proxies;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>HyP² with its proxies: mean+ (1 - c) + mean- [c - ζ]₊ over images × proxies, plus β mean [g - ζ]₊ over pairs of images without a label in common.</summary>
/// <remarks>
/// Two terms of this library: <see cref="LinearProxyLoss"/> with a hinge, and <see cref="PairLogisticLoss"/> with the same hinge over a relation that has negatives only. On the CPU, where a batch has both, they are
/// taken in one go: the rows are divided by their length once, and the engine has one operation. The parts are then numbers without a derivative, and neither form can be derived twice.
/// </remarks>
public sealed class Hyp2Term : ITerm
{
    private readonly Hyp2Options options;
    private readonly LinearProxyLoss toProxies;
    private readonly PairLogisticLoss apart;
    private readonly LabelRelation foreign;
    private readonly ProxyTerm? proxies;
    private readonly PairTerm? pairs;

    /// <summary>A term that owns its proxies.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="hinge">ζ; without slack.</param>
    /// <param name="proxies">Classes × bits; leaves every scope and belongs to the term. Null for none.</param>
    public Hyp2Term(Hyp2Options options, HashHinge hinge, Tensor? proxies)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.options, toProxies, apart, foreign) = (options, new LinearProxyLoss(1, hinge), new PairLogisticLoss(hinge), Foreign(options.Pairs));
        this.proxies = proxies is null ? null : new ProxyTerm(toProxies, proxies, new ProxyTermOptions { Output = options.Output });
        pairs = options.Pairs == Hyp2Pairs.None ? null : new PairTerm(apart, new PairTermOptions { Output = options.Output, Relation = foreign });
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => proxies?.Parameters ?? [];

    /// <inheritdoc/>
    /// <returns>The sum, and as its parts <c>proxies</c> and <c>pairs</c>, the latter with its weight.</returns>
    /// <exception cref="ArgumentException">Labels are degrees rather than 0 and 1.</exception>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        RefuseDegrees(input.Labels);
        Tensor given = input.Outputs[options.Output], rows = ZeroRows.Still(PairInputs.Precise(given));
        TermInput still = ReferenceEquals(rows, given) ? input : input with { Outputs = input.Outputs.With(options.Output, rows) };
        return InOneGo(rows, input.Labels) ?? OneByOne(still, rows);
    }

    /// <summary>Both parts at once, of images with several labels; null where there is but one part, or it cannot be had so.</summary>
    private TermValue? InOneGo(Tensor rows, Tensor labels)
    {
        if (proxies is null || pairs is null || LabelBits.Of(labels) is not { } bits)
        {
            return null;
        }
        PairInputs.CheckRows(rows, labels, "embeddings", nameof(labels));
        PairInputs.CheckWidths(rows, proxies.Proxies, "proxies");
        if (bits.Classes != proxies.Proxies.Size(0) || !ReachStep.Takes(toProxies, rows, proxies.Proxies) || !ReachStep.Takes(apart, rows, rows))
        {
            return null;
        }
        PairSide[] own = LabelBits.Sides(bits, bits, Apart(options.Pairs));
        PairSides.ExceptOwn(own, (int)rows.Size(0));
        return ReachStep.Sum(toProxies, rows, proxies.Proxies, new PairSet(bits.SidesToClasses()), apart, new PairSet(own), options.Beta) is var (value, first, second)
            ? new TermValue(value.Recorded(), [("proxies", Tensor.Scalar(first, rows.Type)), ("pairs", Tensor.Scalar(second, rows.Type))])
            : null;
    }

    private TermValue OneByOne(TermInput input, Tensor rows)
    {
        Tensor? near = proxies?.Forward(input).Value;
        if (pairs is null)
        {
            return new TermValue(near!, [("proxies", near!)]);
        }
        if (near is not null && !HasPairs(input.Labels))
        {
            return new TermValue(near, [("proxies", near), ("pairs", Tensor.Scalar(0, near.Type, near.Device))]);
        }
        Tensor far = HasPairs(input.Labels) ? pairs.Forward(input).Value * options.Beta : rows.Sum() * 0;
        return near is null ? new TermValue(far, [("pairs", far)]) : new TermValue(near + far, [("proxies", near), ("pairs", far)]);
    }

    /// <summary>Whether any can count: an image of a class id has one label.</summary>
    private bool HasPairs(Tensor labels) => options.Pairs != Hyp2Pairs.MultiLabel || ClassLabels.IsMultiHot(labels);

    /// <summary>No positives; negatives without a label in common, each with at least two where the others do not count.</summary>
    private static LabelRelation Foreign(Hyp2Pairs pairs) => LabelRelation.Of($"hyp2 {pairs}", (anchors, references) =>
    {
        LabelOverlap overlap = LabelOverlap.Of(anchors, references);
        Tensor foreign = overlap.Shared.EqualTo(0);
        Tensor counted = pairs == Hyp2Pairs.MultiLabel ? foreign.And(overlap.Anchor.GreaterThan(1)).And(overlap.Reference.GreaterThan(1)) : foreign;
        return (foreign.And(overlap.Shared.GreaterThan(0)), counted);
    }) with
    {
        IsSymmetric = true,
        BySharing = Apart(pairs),
    };

    private static SharingRule Apart(Hyp2Pairs pairs) => new(PairSide.None, PairSide.Negative) { LeastLabels = pairs == Hyp2Pairs.MultiLabel ? 2 : 0 };

    private static void RefuseDegrees(Tensor labels)
    {
        if (ClassLabels.IsMultiHot(labels) && labels.Type != DataType.Bool && HasDegrees(labels))
        {
            throw new ArgumentException("labels have values other than 0 and 1, and HyP² counts labels rather than weighing them. Round them to 0 and 1, or choose another loss.", nameof(labels));
        }
    }

    private static bool HasDegrees(Tensor labels) => labels.Type == DataType.Float32 && !labels.Device.IsCuda
        ? HasDegrees(labels.Contiguous().Span<float>())
        : labels.NotEqualTo(0).And(labels.NotEqualTo(1)).Any().To(DataType.Int64).ToInt64() != 0;

    private static bool HasDegrees(ReadOnlySpan<float> labels)
    {
        ReadOnlySpan<Vector<float>> many = MemoryMarshal.Cast<float, Vector<float>>(labels);
        Vector<int> whole = Vector<int>.AllBitsSet;
        foreach (Vector<float> some in many)
        {
            whole &= Vector.Equals(some, Vector<float>.Zero) | Vector.Equals(some, Vector<float>.One);
        }
        return whole != Vector<int>.AllBitsSet || labels[(many.Length * Vector<float>.Count)..].ContainsAnyExcept(0f, 1f);
    }
}
