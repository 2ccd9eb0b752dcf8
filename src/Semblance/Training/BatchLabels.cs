using Semblance.Data;
using Semblance.Tensors;

namespace Semblance.Training;

/// <summary>Labels of a batch as a tensor.</summary>
public static class BatchLabels
{
    /// <summary>n class ids, or n × classes of 0 and 1 where images have several labels.</summary>
    /// <exception cref="InvalidDataException">An image of a single-label set has no label.</exception>
    public static Tensor Of(Dataset data, ReadOnlySpan<int> indices)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.MultiLabel ? MultiHot(data, indices) : Ids(data, indices);
    }

    private static Tensor Ids(Dataset data, ReadOnlySpan<int> indices)
    {
        long[] ids = new long[indices.Length];
        for (int k = 0; k < ids.Length; k++)
        {
            int[] labels = data.Items[indices[k]].Labels;
            ids[k] = labels.Length == 1 ? labels[0] : throw new InvalidDataException($"{data.Describe(indices[k])} has {labels.Length} labels; training on classes needs exactly one. Label it or take it out of the training split.");
        }
        return Tensor.From(ids, ids.Length);
    }

    private static Tensor MultiHot(Dataset data, ReadOnlySpan<int> indices)
    {
        int classes = data.ClassNames.Count;
        float[] rows = new float[indices.Length * classes];
        for (int k = 0; k < indices.Length; k++)
        {
            foreach (int label in data.Items[indices[k]].Labels)
            {
                rows[(k * classes) + label] = 1;
            }
        }
        return Tensor.From(rows, indices.Length, classes);
    }
}
