using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>A batch seen through its pairs: similarities and who is positive or negative to whom.</summary>
/// <param name="Similarity">S, anchors × references; cosines where the rows were normalised. Float32 or float64.</param>
/// <param name="Positive">Bool, same shape; never an anchor with itself.</param>
/// <param name="Negative">Bool, same shape; disjoint from <paramref name="Positive"/>.</param>
/// <remarks>
/// Pairs are ordered: (i, j) with i the anchor. A pair in neither mask does not count. Rows in half precision are computed in float32, also
/// inside <see cref="Autograd.Autocast"/>. A row of length 0 stays 0: its similarity to everything is 0.
/// </remarks>
public readonly record struct PairBatch(Tensor Similarity, Tensor Positive, Tensor Negative)
{
    /// <summary>By how much farther (squared distance) a negative must be from its anchor than a positive, anchors × references, where that depends on their classes; null where it does not.</summary>
    public Tensor? Margin { get; init; }

    /// <summary>Labels of the anchors, n class ids or n × c of 0 and 1; null where the pairs were not made from labels.</summary>
    public Tensor? AnchorLabels { get; init; }

    /// <summary>Anchors × references, the degree above 0, at most 1, to which a positive pair is one; elsewhere without meaning. Null where all degrees are 1.</summary>
    /// <remarks><see cref="PairWeights.Graded(PairBatch)"/> multiplies the weights of positive pairs by it; losses and miners do not look at it.</remarks>
    public Tensor? Grade { get; init; }

    /// <summary>Anchors × references, the cosine of their rows of labels, within [0, 1); null where nobody asked for it.</summary>
    public Tensor? LabelCosine { get; init; }

    /// <summary>Number of anchors.</summary>
    public long Anchors => Similarity.Size(0);

    /// <summary>Number of references.</summary>
    public long References => Similarity.Size(1);

    /// <summary>Every row of a batch against every other row; a row with itself is no pair.</summary>
    /// <param name="embeddings">n × d.</param>
    /// <param name="labels">n class ids, or n × c of 0 and 1.</param>
    /// <param name="relation">Who is positive to whom; sharing a label if left out.</param>
    /// <param name="normalize">Whether rows are divided by their length first (floored at 1e-12).</param>
    /// <exception cref="ArgumentException">Shapes or element types do not fit.</exception>
    public static PairBatch Within(Tensor embeddings, Tensor labels, LabelRelation? relation = null, bool normalize = true)
    {
        PairBatch pairs = Self(embeddings, labels, relation, normalize);
        return pairs.WithoutOwn(Tensor.Arange(0, pairs.Anchors, device: embeddings.Device));
    }

    /// <summary>Every row of a batch against every row, itself too, less the positives that are at least as similar as a cut-off.</summary>
    /// <param name="embeddings">n × d.</param>
    /// <param name="labels">n class ids, or n × c of 0 and 1.</param>
    /// <param name="cutoff">Positives from this similarity on do not count.</param>
    /// <param name="relation">Who is positive to whom; sharing a label if left out.</param>
    /// <param name="normalize">Whether rows are divided by their length first (floored at 1e-12).</param>
    /// <remarks>
    /// The rule of the official multi-similarity code with 1 - 1e-5: it drops a row's pair with itself and every near-duplicate of the same
    /// class. A row whose similarity to itself is below the cut-off (a zero row, rows that are not of unit length) is its own positive.
    /// </remarks>
    /// <exception cref="ArgumentException">Shapes or element types do not fit.</exception>
    public static PairBatch WithinBelow(Tensor embeddings, Tensor labels, double cutoff, LabelRelation? relation = null, bool normalize = true) =>
        Self(embeddings, labels, relation, normalize).WithoutPositivesFrom(cutoff);

    /// <summary>Every row of a batch against references: a memory, a gallery, the other half of a batch.</summary>
    /// <param name="embeddings">n × d.</param>
    /// <param name="labels">n class ids, or n × c of 0 and 1.</param>
    /// <param name="references">m × d; m may be 0. Gradients flow into them unless they are detached.</param>
    /// <param name="referenceLabels">m class ids, or m × c of 0 and 1.</param>
    /// <param name="relation">Who is positive to whom; sharing a label if left out.</param>
    /// <param name="normalize">Whether rows are divided by their length first (floored at 1e-12).</param>
    /// <exception cref="ArgumentException">Shapes or element types do not fit.</exception>
    public static PairBatch Between(Tensor embeddings, Tensor labels, Tensor references, Tensor referenceLabels, LabelRelation? relation = null, bool normalize = true)
    {
        PairInputs.CheckRows(embeddings, labels, "embeddings", "labels");
        PairInputs.CheckRows(references, referenceLabels, "references", "referenceLabels");
        PairInputs.CheckWidths(embeddings, references, nameof(references));
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        return Of(PairInputs.Rows(embeddings, normalize), labels, PairInputs.Rows(references, normalize), referenceLabels, relation);
    }

    /// <summary>Every row of a batch against one proxy a class: positive where the row carries the class.</summary>
    /// <param name="embeddings">n × d.</param>
    /// <param name="labels">n class ids below the number of proxies, or n × classes of 0 and 1.</param>
    /// <param name="proxies">classes × d; row k stands for class k. With K centres a class (classes · K) × d; row c K + k is centre k of class c.</param>
    /// <param name="normalize">Whether rows and proxies are divided by their length first (floored at 1e-12).</param>
    /// <param name="centers">K, proxies a class.</param>
    /// <exception cref="ArgumentException">Shapes or element types do not fit, or a label has no proxy.</exception>
    public static PairBatch ToProxies(Tensor embeddings, Tensor labels, Tensor proxies, bool normalize = true, int centers = 1)
    {
        PairInputs.CheckRows(embeddings, labels, "embeddings", "labels");
        PairInputs.CheckWidths(embeddings, proxies, nameof(proxies));
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        Tensor positive = PairInputs.OwnProxies(labels, proxies.Size(0), centers);
        Tensor similarity = PairInputs.Rows(embeddings, normalize).MatMul(PairInputs.Rows(proxies, normalize).Transpose());
        return new PairBatch(similarity, positive, positive.Not()) { AnchorLabels = labels };
    }

    /// <summary>The same pairs less those of an anchor with itself, by index.</summary>
    /// <param name="own">For each anchor, the reference that is itself (int64), such as its place in a memory; -1 where there is none.</param>
    public PairBatch WithoutOwn(Tensor own)
    {
        ArgumentNullException.ThrowIfNull(own);
        Tensor other = Tensor.Arange(0, References, device: own.Device).Unsqueeze(0).NotEqualTo(own.Unsqueeze(1));
        return this with { Positive = Positive.And(other), Negative = Negative.And(other) };
    }

    /// <summary>The same pairs less the positives that are at least as similar as a cut-off.</summary>
    public PairBatch WithoutPositivesFrom(double cutoff) => this with { Positive = Positive.And(Similarity.LessThan(cutoff)) };

    private static PairBatch Self(Tensor embeddings, Tensor labels, LabelRelation? relation, bool normalize)
    {
        PairInputs.CheckRows(embeddings, labels, "embeddings", "labels");
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        Tensor rows = PairInputs.Rows(embeddings, normalize);
        return Of(rows, labels, rows, labels, relation);
    }

    private static PairBatch Of(Tensor rows, Tensor labels, Tensor references, Tensor referenceLabels, LabelRelation? relation)
    {
        LabelRelation known = relation ?? LabelRelation.SharesLabel;
        (Tensor positive, Tensor negative) = known.Masks(labels, referenceLabels);
        return new PairBatch(rows.MatMul(references.Transpose()), positive, negative) { AnchorLabels = labels, Grade = known.Grade(labels, referenceLabels) };
    }
}
