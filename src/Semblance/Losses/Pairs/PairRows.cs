using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Anchors and references before their similarities are taken: what <see cref="RowBlocks"/> cuts into blocks of anchors.</summary>
/// <param name="Anchors">n × d, as they are compared: in float32 or float64, normalised if need be.</param>
/// <param name="Labels">Their labels.</param>
/// <param name="References">m × d; the very same tensor as the anchors where a batch is compared with itself.</param>
/// <param name="ReferenceLabels">Their labels.</param>
/// <param name="Relation">Who is positive to whom.</param>
internal sealed record PairRows(Tensor Anchors, Tensor Labels, Tensor References, Tensor ReferenceLabels, LabelRelation Relation)
{
    /// <summary>For each anchor the reference that is itself, -1 where there is none; null where there is none at all.</summary>
    public Tensor? Own { get; init; }

    /// <summary>The anchors before they were divided by their length, on the graph of the model; null where they were not. For a batch against itself.</summary>
    public Tensor? Undivided { get; init; }

    /// <summary>Margins of pairs of classes; null where there are none.</summary>
    public ClassMargins? Margins { get; init; }

    /// <summary>Whether the pairs are to tell the cosines of their labels.</summary>
    public bool LabelCosines { get; init; }

    /// <summary>Positives from this similarity on do not count.</summary>
    public double? PositiveSimilarityCutoff { get; init; }

    /// <summary>Whether the references are the anchors.</summary>
    public bool IsSelf => ReferenceEquals(Anchors, References);

    /// <summary>Number of anchors.</summary>
    public long Count => Anchors.Size(0);

    /// <summary>All pairs at once.</summary>
    public PairBatch Whole() => Block(0, Count);

    /// <summary>Some anchors against all references.</summary>
    public PairBatch Block(long first, long count) => Block(first, count, Anchors.Narrow(0, first, count).MatMul(References.Transpose()));

    /// <summary>Some anchors against all references, with similarities that are known.</summary>
    public PairBatch Block(long first, long count, Tensor similarity)
    {
        Tensor labels = Labels.Narrow(0, first, count);
        (Tensor positive, Tensor negative) = Relation.Masks(labels, ReferenceLabels);
        PairBatch pairs = new(similarity, positive, negative)
        {
            AnchorLabels = labels,
            Margin = Margins?.Of(labels, ReferenceLabels, similarity.Type),
            Grade = Relation.Grade(labels, ReferenceLabels),
            LabelCosine = LabelCosines ? LabelOverlap.Of(labels, ReferenceLabels).Cosine(similarity.Type) : null,
        };
        pairs = Own is null ? pairs : pairs.WithoutOwn(Own.Narrow(0, first, count));
        return PositiveSimilarityCutoff is { } cutoff ? pairs.WithoutPositivesFrom(cutoff) : pairs;
    }

    /// <summary>Some anchors of a batch against itself and the references from the first of them on, where the reference comes after the anchor: each unordered pair once.</summary>
    public PairBatch UpperBlock(long first, long count)
    {
        long rest = Count - first;
        Tensor anchors = Anchors.Narrow(0, first, count), labels = Labels.Narrow(0, first, count), others = Labels.Narrow(0, first, rest);
        (Tensor positive, Tensor negative) = Relation.Masks(labels, others);
        Tensor places = Tensor.Arange(0, count, device: anchors.Device), after = places.Unsqueeze(0).GreaterThan(places.Unsqueeze(1));
        positive.Narrow(1, 0, count).AndInPlace(after);
        negative.Narrow(1, 0, count).AndInPlace(after);
        Tensor similarity = anchors.MatMul(Anchors.Narrow(0, first, rest).Transpose());
        return new PairBatch(similarity, positive, negative) { AnchorLabels = labels, Grade = Relation.Grade(labels, others) };
    }

    /// <summary>The same without recording anything.</summary>
    public PairRows Detached()
    {
        Tensor anchors = Anchors.Detach();
        return this with { Anchors = anchors, References = IsSelf ? anchors : References.Detach() };
    }
}
