using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>How far classes are apart, as a tree of them tells.</summary>
public interface IClassSeparation
{
    /// <summary>What separates the class of each anchor from the class of each reference, less the width of the anchor's class; a squared distance that may be below 0.</summary>
    /// <param name="anchors">n class ids, or n × c of 0 and 1; of several classes the nearest two count.</param>
    /// <param name="references">m class ids, or m × c of 0 and 1.</param>
    /// <param name="demandAll">Whether a class that is not known is refused; else its pairs are NaN.</param>
    /// <returns>n × m in float64 on the labels' device; null as long as nothing is known of any class.</returns>
    /// <exception cref="ArgumentException">A class is not known, and all must be.</exception>
    Tensor? Between(Tensor anchors, Tensor references, bool demandAll);
}

/// <summary>The margins of the Hierarchical Triplet Loss: what separates the classes, plus a constant gain.</summary>
/// <param name="separation">Tells what separates classes.</param>
/// <param name="options">Gain, clamping, and the margin of classes that are not known.</param>
public sealed class ClassMargins(IClassSeparation separation, HierarchicalTripletOptions options)
{
    /// <summary>Margins of anchors × references, for <see cref="PairBatch.Margin"/>; null as long as nothing is known of any class.</summary>
    /// <param name="anchors">n class ids, or n × c of 0 and 1.</param>
    /// <param name="references">m class ids, or m × c of 0 and 1.</param>
    /// <param name="type">Element type of the similarities.</param>
    /// <exception cref="ArgumentException">A class is not known, and is to be refused.</exception>
    public Tensor? Of(Tensor anchors, Tensor references, DataType type)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        if (separation.Between(anchors, references, options.UnknownClass == UnknownClass.Refuse) is not { } apart)
        {
            return null;
        }
        Tensor margins = apart + options.Gain;
        margins = options.ClampMargin ? margins.Clamp(0, null) : margins;
        return margins.MaskedFill(apart.NotEqualTo(apart), options.InitialMargin).To(type);
    }
}
