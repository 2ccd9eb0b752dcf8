using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>How many training images each class has, and how likely that makes it.</summary>
/// <remarks>A class without training images has probability 0, whatever its logit; it cannot be a label.</remarks>
public sealed class ClassPrior
{
    private readonly long[] counts;
    private readonly bool[] empty;
    private readonly bool anyEmpty;

    /// <summary>The prior of a training set.</summary>
    /// <param name="counts">Training images of each class; at least 0, and not 0 for all.</param>
    /// <exception cref="ArgumentException">A count is negative, or no class has an image.</exception>
    public ClassPrior(IReadOnlyList<long> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        this.counts = [.. counts];
        int negative = Array.FindIndex(this.counts, count => count < 0);
        if (negative >= 0 || !Array.Exists(this.counts, count => count > 0))
        {
            throw new ArgumentException(negative >= 0
                ? $"class {negative} has {counts[negative]} training images; counts are at least 0."
                : $"the {counts.Count} classes have no training images; at least one class must have some.", nameof(counts));
        }
        empty = Array.ConvertAll(this.counts, count => count == 0);
        anyEmpty = Array.Exists(empty, absent => absent);
    }

    /// <summary>The prior of the training set that a term is made for.</summary>
    /// <exception cref="ArgumentException">Nobody tells how many images its classes have.</exception>
    public static ClassPrior Of(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.ClassCounts.Count == 0
            ? throw new ArgumentException("the loss weighs classes by their training images, and nobody tells how many there are. Give them (TermContext.ClassCounts).", nameof(context))
            : new ClassPrior(context.ClassCounts);
    }

    /// <summary>Training images of each class.</summary>
    public IReadOnlyList<long> Counts => counts;

    /// <summary>log π of each class, π its share of the training images; -∞ for a class without any.</summary>
    public double[] Logs()
    {
        double all = counts.Sum(count => (double)count);
        return Array.ConvertAll(counts, count => count == 0 ? double.NegativeInfinity : Math.Log(count / all));
    }

    /// <summary>A number for each class that has training images; another one for the others.</summary>
    internal double[] PerClass(Func<long, double> value, double absent) => Array.ConvertAll(counts, count => count == 0 ? absent : value(count));

    /// <summary>Logits with those of classes without training images at -∞.</summary>
    internal Tensor WithoutEmpty(Tensor logits) => anyEmpty ? logits + Row(Array.ConvertAll(empty, absent => absent ? double.NegativeInfinity : 0), logits) : logits;

    /// <summary>Refuses logits of other classes, and labels of classes without training images.</summary>
    internal void Check(Tensor logits, Tensor labels)
    {
        if (logits.Size(1) != counts.Length)
        {
            throw new ArgumentException($"there are {logits.Size(1)} logits an image and training images of {counts.Length} classes; both need the same number of classes.", nameof(logits));
        }
        if (!anyEmpty)
        {
            return;
        }
        foreach (long label in (labels.Rank == 1 ? labels : labels.Any(0).Nonzero().Reshape(-1)).ToArray<long>())
        {
            if (empty[label])
            {
                throw new ArgumentException($"class {label} has 0 training images and is a label; it has probability 0, so that its loss would be infinite. Take its images out, or train on some.", nameof(labels));
            }
        }
    }

    /// <summary>One number a class as a row beside logits.</summary>
    internal static Tensor Row(double[] values, Tensor like) => Tensor.From(values, values.Length).To(like.Type).To(like.Device);
}
