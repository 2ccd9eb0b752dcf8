using Semblance.Tensors;

namespace Semblance.Losses;

/// <summary>Labels of a batch, in either of their forms: [n] class ids, or [n, c] of 0 and 1, one row an item with any number of labels.</summary>
public static class ClassLabels
{
    /// <summary>Whether the labels are rows of 0 and 1 rather than class ids.</summary>
    /// <exception cref="ArgumentException">They are neither.</exception>
    public static bool IsMultiHot(Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        bool real = labels.Type is DataType.Float16 or DataType.BFloat16 or DataType.Float32 or DataType.Float64;
        if (labels.Rank == 2 || (labels.Rank == 1 && !real && labels.Type != DataType.Bool))
        {
            return labels.Rank == 2;
        }
        throw new ArgumentException($"labels are {labels.Describe()}; they must be class ids, integers of shape [n], or rows of 0 and 1 of shape [n, classes].", nameof(labels));
    }

    /// <summary>The labels as a boolean matrix n × classes.</summary>
    /// <exception cref="ArgumentException">A class id is not below the number of classes, or the rows have another width.</exception>
    public static Tensor MultiHot(Tensor labels, long classes)
    {
        if (IsMultiHot(labels))
        {
            return labels.Size(1) == classes
                ? labels.NotEqualTo(0)
                : throw new ArgumentException($"labels are {labels.Describe()}; {classes} classes need {classes} columns.", nameof(labels));
        }
        CheckIds(labels, classes);
        Tensor ids = Tensor.Arange(0, classes, device: labels.Device);
        return labels.Unsqueeze(1).EqualTo(ids.Unsqueeze(0));
    }

    /// <summary>Refuses class ids that are negative or not below the number of classes.</summary>
    /// <exception cref="ArgumentException">There is such an id; the message names it.</exception>
    public static void CheckIds(Tensor ids, long classes)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count == 0)
        {
            return;
        }
        long low = ids.Min().ToInt64(), high = ids.Max().ToInt64();
        if (low < 0 || high >= classes)
        {
            throw new ArgumentException($"class id {(low < 0 ? low : high)} is outside the {classes} classes; ids run from 0 to {classes - 1}.", nameof(ids));
        }
    }
}
