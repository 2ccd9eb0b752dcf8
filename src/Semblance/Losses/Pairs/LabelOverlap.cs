using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>How many labels anchors and references have, and how many they have in common; float32.</summary>
/// <param name="Shared">n × m.</param>
/// <param name="Anchor">n × 1.</param>
/// <param name="Reference">1 × m.</param>
internal readonly record struct LabelOverlap(Tensor Shared, Tensor Anchor, Tensor Reference)
{
    private const double CosineFloor = 1e-5;

    public static LabelOverlap Of(Tensor anchors, Tensor references)
    {
        bool anchorRows = ClassLabels.IsMultiHot(anchors), referenceRows = ClassLabels.IsMultiHot(references);
        if (!anchorRows && !referenceRows)
        {
            Tensor equal = anchors.Unsqueeze(1).EqualTo(references.Unsqueeze(0)).To(DataType.Float32);
            return new LabelOverlap(equal, One(equal), One(equal));
        }
        Tensor a = Rows(anchors, anchorRows ? anchors : references), r = Rows(references, referenceRows ? references : anchors);
        if (a.Size(1) != r.Size(1))
        {
            throw new ArgumentException($"labels of anchors are {anchors.Describe()} and of references {references.Describe()}; both need the same number of classes.", nameof(references));
        }
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        return new LabelOverlap(a.MatMul(r.Transpose()), a.Sum(1, keepDimension: true), r.Sum(1).Unsqueeze(0));
    }

    /// <summary>Shared / (√anchor √reference + 1e-5), n × m: 0 where either has no label.</summary>
    public Tensor Cosine(DataType type) => Shared.To(type) / ((Anchor.To(type).Sqrt() * Reference.To(type).Sqrt()) + CosineFloor);

    private static Tensor Rows(Tensor labels, Tensor wide) => ClassLabels.MultiHot(labels, wide.Size(1)).To(DataType.Float32);

    private static Tensor One(Tensor like) => Tensor.Ones([1, 1], DataType.Float32, like.Device);
}
