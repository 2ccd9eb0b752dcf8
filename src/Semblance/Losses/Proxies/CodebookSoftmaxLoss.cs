using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>Cross-entropy of scaled cosines to the codes of a codebook, with a margin on the own ones (OrthoHash, Hoe et al., NeurIPS 2021).</summary>
/// <param name="options">Scale, margin, and what several labels are.</param>
/// <remarks>
/// <para>Pairs are rows × codes. Logits are scale (S - m) on own codes with a cosine margin, scale cos(theta + m) with an angular one, S = cos theta cut off at ±0.99999 and no care taken beyond π; scale S on the others.</para>
/// <para>
/// With one label this is <see cref="CosFaceLoss"/>, or nearly <see cref="ArcFaceLoss"/>. Several labels share one softmax over all codes, each with an equal part of the target, where those two let every own
/// code compete with the negatives alone; or every class is a decision of its own. An image without a label costs 0 in a softmax.
/// </para>
/// </remarks>
public sealed class CodebookSoftmaxLoss(CodebookSoftmaxOptions options) : IPairLoss
{
    private const double LargestCosine = 0.99999;
    private readonly double cosine = Math.Cos(options.Margin);
    private readonly double sine = Math.Sin(options.Margin);

    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        Tensor logits = (options.MarginType == MarginType.Cos ? Shifted(pairs) : Turned(pairs)) * options.Scale;
        Tensor value = options.MultiLabel == CodebookLabels.Bce && pairs.AnchorLabels is { } labels && ClassLabels.IsMultiHot(labels)
            ? ClassCosts.Logistic(logits, pairs.Positive) / Math.Max(1, pairs.References)
            : ClassCosts.Softmax(logits, pairs.Positive, pairs.Positive.Or(pairs.Negative));
        return value.ConnectedTo(pairs.Similarity);
    }

    private Tensor Shifted(PairBatch pairs) => pairs.Similarity - (pairs.Positive.To(pairs.Similarity.Type) * options.Margin);

    private Tensor Turned(PairBatch pairs)
    {
        Tensor bounded = pairs.Similarity.Clamp(-LargestCosine, LargestCosine);
        return pairs.Positive.Where((bounded * cosine) - ((1 - bounded.Square()).Sqrt() * sine), bounded);
    }
}

/// <summary>Settings of <see cref="CodebookSoftmaxLoss"/>; the defaults are the released ones.</summary>
public sealed record CodebookSoftmaxOptions
{
    /// <summary>S of the paper, what cosines are multiplied by; above 0.</summary>
    public double Scale { get; init => field = Require.Positive(value); } = 8;

    /// <summary>m; at least 0.</summary>
    public double Margin { get; init => field = Require.NotNegative(value); } = 0.2;

    /// <summary>Whether the margin is taken from the cosine or added to the angle.</summary>
    public MarginType MarginType { get; init; }

    /// <summary>What rows of 0 and 1 are.</summary>
    public CodebookLabels MultiLabel { get; init; }
}

/// <summary>What a margin is a part of.</summary>
public enum MarginType
{
    /// <summary>The cosine.</summary>
    Cos,

    /// <summary>The angle.</summary>
    Arc,
}

/// <summary>What several labels are to a <see cref="CodebookSoftmaxLoss"/>.</summary>
public enum CodebookLabels
{
    /// <summary>Equal parts of the target of one softmax.</summary>
    LabelSmoothing,

    /// <summary>A decision a class, averaged.</summary>
    Bce,
}
