using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Who is positive to whom, told from labels. Every pair loss and miner takes any relation.</summary>
/// <remarks>
/// Labels are [n] class ids or [n, c] rows of 0 and 1; the two forms may meet. Ids are mere names: they need not be contiguous and may be negative.
/// Whoever is not positive is negative, unless the user's own function says otherwise. An item without any label is positive to nobody.
/// </remarks>
public sealed record LabelRelation
{
    private const double Rounding = 1e-4; // Counts of labels are exact in float32, a part of them is not.

    private readonly Func<Tensor, Tensor, (Tensor Positive, Tensor Negative)> masks;
    private Func<LabelOverlap, Tensor>? grade;

    private LabelRelation(string name, Func<Tensor, Tensor, (Tensor Positive, Tensor Negative)> masks)
    {
        Name = name;
        this.masks = masks;
    }

    /// <summary>Exactly the same labels.</summary>
    public static LabelRelation SameClass { get; } = SameIdOr("same-class", static overlap =>
        overlap.Shared.EqualTo(overlap.Anchor).And(overlap.Shared.EqualTo(overlap.Reference)).And(overlap.Shared.GreaterThan(0)));

    /// <summary>At least one label in common; with class ids the same as <see cref="SameClass"/>.</summary>
    public static LabelRelation SharesLabel { get; } = SameIdOr("shares-label", static overlap => overlap.Shared.GreaterThan(0)) with
    {
        BySharing = new SharingRule(PairSide.Positive, PairSide.Negative),
    };

    /// <summary>At least one label in common, to the degree of labels in common among those that either has (Jaccard index); with class ids the same as <see cref="SameClass"/>.</summary>
    /// <remarks>The degree multiplies the weight dL/dS of a positive pair, so that pairs that are less alike are pulled less, by any loss.</remarks>
    public static LabelRelation Graded { get; } = new("graded", SharesLabel.masks) { IsSymmetric = true, grade = static overlap => overlap.Shared / (overlap.Anchor + overlap.Reference - overlap.Shared).Clamp(1, null) };

    /// <summary>What distinguishes this relation from others: two of the same name and setting are equal.</summary>
    public string Name { get; }

    /// <summary>Whether two items are to each other the same, whichever is the anchor; not known of a user's own relation.</summary>
    internal bool IsSymmetric { get; init; }

    /// <summary>The same relation of rows of 0 and 1, told by labels in common; null where it is not known so.</summary>
    internal SharingRule? BySharing { get; init; }

    /// <summary>At least so many labels in common.</summary>
    /// <param name="least">At least 1.</param>
    public static LabelRelation SharesAtLeast(int least)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(least, 1);
        return Counted(FormattableString.Invariant($"shares-at-least {least}"), overlap => overlap.Shared.AtLeast(least));
    }

    /// <summary>Labels in common at least such a part of the labels that either has (Jaccard index).</summary>
    /// <param name="part">Above 0, at most 1.</param>
    public static LabelRelation Jaccard(double part)
    {
        Require.InRange(Require.Positive(part, nameof(part)), 0, 1, nameof(part));
        return SameIdOr(FormattableString.Invariant($"jaccard {part}"), overlap =>
            (overlap.Shared - ((overlap.Anchor + overlap.Reference - overlap.Shared) * part)).AtLeast(-Rounding).And(overlap.Shared.GreaterThan(0)));
    }

    /// <summary>The user's own relation; whoever is not positive is negative.</summary>
    /// <param name="name">A name of one's own.</param>
    /// <param name="positive">From labels of anchors and of references to a boolean matrix anchors × references.</param>
    public static LabelRelation Of(string name, Func<Tensor, Tensor, Tensor> positive)
    {
        ArgumentNullException.ThrowIfNull(positive);
        return new LabelRelation(name, (anchors, references) => WithRest(positive(anchors, references)));
    }

    /// <summary>The user's own relation, with pairs that are neither positive nor negative.</summary>
    /// <param name="name">A name of one's own.</param>
    /// <param name="masks">From labels of anchors and of references to two disjoint boolean matrices anchors × references.</param>
    public static LabelRelation Of(string name, Func<Tensor, Tensor, (Tensor Positive, Tensor Negative)> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        return new LabelRelation(name, masks);
    }

    /// <summary>Reads <c>same-class</c>, <c>shares-label</c>, <c>shares-at-least 2</c>, <c>jaccard 0.5</c> or <c>graded</c>.</summary>
    /// <exception cref="ArgumentException">The text names no relation.</exception>
    public static LabelRelation Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        System.Globalization.CultureInfo culture = System.Globalization.CultureInfo.InvariantCulture;
        return words switch
        {
            ["same-class"] => SameClass,
            ["shares-label"] => SharesLabel,
            ["graded"] => Graded,
            ["shares-at-least", string number] when int.TryParse(number, System.Globalization.NumberStyles.None, culture, out int least) => SharesAtLeast(least),
            ["jaccard", string number] when double.TryParse(number, System.Globalization.NumberStyles.Float, culture, out double part) => Jaccard(part),
            _ => throw new ArgumentException($"\"{text}\" is not a label relation; write same-class, shares-label, shares-at-least 2, jaccard 0.5 or graded.", nameof(text)),
        };
    }

    /// <summary>The masks of every anchor against every reference.</summary>
    /// <param name="anchors">Labels [n] or [n, c].</param>
    /// <param name="references">Labels [m] or [m, c].</param>
    /// <returns>Two disjoint boolean matrices n × m.</returns>
    /// <exception cref="ArgumentException">The labels are of no known form or of different widths.</exception>
    public (Tensor Positive, Tensor Negative) Masks(Tensor anchors, Tensor references)
    {
        ArgumentNullException.ThrowIfNull(anchors);
        ArgumentNullException.ThrowIfNull(references);
        return masks(anchors, references);
    }

    /// <summary>To what degree every anchor and every reference are a positive pair.</summary>
    /// <param name="anchors">Labels [n] or [n, c].</param>
    /// <param name="references">Labels [m] or [m, c].</param>
    /// <returns>n × m, above 0 and at most 1 for positive pairs; null where the degree of all of them is 1.</returns>
    public Tensor? Grade(Tensor anchors, Tensor references) =>
        grade is null || !(ClassLabels.IsMultiHot(anchors) || ClassLabels.IsMultiHot(references)) ? null : grade(LabelOverlap.Of(anchors, references));

    /// <inheritdoc/>
    public bool Equals(LabelRelation? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static LabelRelation Counted(string name, Func<LabelOverlap, Tensor> positive) =>
        new(name, (anchors, references) => WithRest(positive(LabelOverlap.Of(anchors, references)))) { IsSymmetric = true };

    /// <summary>A relation that, with one label an item, asks for the same label.</summary>
    private static LabelRelation SameIdOr(string name, Func<LabelOverlap, Tensor> positive)
    {
        return new LabelRelation(name, Masks) { IsSymmetric = true };

        (Tensor Positive, Tensor Negative) Masks(Tensor anchors, Tensor references)
        {
            bool several = ClassLabels.IsMultiHot(anchors) || ClassLabels.IsMultiHot(references);
            return WithRest(several ? positive(LabelOverlap.Of(anchors, references)) : anchors.Unsqueeze(1).EqualTo(references.Unsqueeze(0)));
        }
    }

    private static (Tensor Positive, Tensor Negative) WithRest(Tensor positive) => (positive, positive.Not());
}
