using Semblance.Tensors;

namespace Semblance.Losses.Experts;

/// <summary>Training images of each class, by which logits are shifted so that a softmax over them is balanced.</summary>
/// <remarks>
/// A class without images has the logit -∞ after the shift: its probability and its derivative are exactly 0, and it can be no label. Here such classes leave the logits altogether, so that no infinity
/// is computed with.
/// </remarks>
public sealed class ClassPrior
{
    private readonly double[] logarithms;
    private readonly long[] kept;
    private readonly long[] places;

    /// <summary>A prior of counts.</summary>
    /// <param name="counts">Training images of each class; at least 0, at least one above it.</param>
    /// <exception cref="ArgumentException">A count is negative, or all are 0.</exception>
    public ClassPrior(IReadOnlyList<long> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Any(count => count < 0) || counts.All(count => count == 0))
        {
            throw new ArgumentException($"class counts are [{string.Join(", ", counts.Take(8))}{(counts.Count > 8 ? ", ..." : "")}]; they must be at least 0, and one above it.", nameof(counts));
        }
        Counts = [.. counts];
        kept = [.. Enumerable.Range(0, counts.Count).Where(index => counts[index] > 0).Select(index => (long)index)];
        logarithms = [.. kept.Select(index => Math.Log(counts[(int)index]))];
        places = new long[counts.Count];
        for (int place = 0; place < kept.Length; place++)
        {
            places[kept[place]] = place;
        }
    }

    /// <summary>Training images of each class.</summary>
    public IReadOnlyList<long> Counts { get; }

    /// <summary>Each class's share of the images.</summary>
    public double[] Shares => [.. Counts.Select(count => count / (double)Counts.Sum())];

    /// <summary>Logits of the classes that have images, and labels that count among these.</summary>
    /// <param name="logits">n × experts × classes.</param>
    /// <param name="labels">n class ids.</param>
    /// <exception cref="ArgumentException">There are more or fewer classes than counts, or a label is a class without images.</exception>
    public (Tensor Logits, Tensor Labels) Present(Tensor logits, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        RequireImages(logits.Size(2), labels);
        return kept.Length == Counts.Count
            ? (logits, labels)
            : (logits.IndexSelect(2, Tensor.From(kept, kept.Length).To(logits.Device)), Tensor.From(places, places.Length).To(labels.Device).IndexSelect(0, labels));
    }

    /// <summary>The same, shifted by the logarithms of the counts.</summary>
    /// <inheritdoc cref="Present"/>
    public (Tensor Logits, Tensor Labels) Balance(Tensor logits, Tensor labels)
    {
        (Tensor present, Tensor ids) = Present(logits, labels);
        return (present + Row(logarithms, logits), ids);
    }

    /// <summary>Numbers of a class each, in the type and on the device of logits.</summary>
    internal static Tensor Row(double[] values, Tensor like) => Tensor.From(values, values.Length).To(like.Type).To(like.Device);

    /// <summary>Refuses labels of classes that have no image.</summary>
    internal void RequireImages(long classes, Tensor labels)
    {
        if (classes != Counts.Count)
        {
            throw new ArgumentException($"there are logits of {classes} classes and counts of {Counts.Count}; every class needs its number of training images.");
        }
        if (kept.Length < Counts.Count && labels.Count > 0)
        {
            long[] absent = [.. labels.To(DataType.Int64).To(Device.Cpu).ToArray<long>().Where(label => Counts[(int)label] == 0)];
            if (absent.Length > 0)
            {
                throw new ArgumentException($"class {absent[0]} is a label and has 0 training images, so that its logit is -∞. Count the images by the labels that the loss sees.", nameof(labels));
            }
        }
    }
}
