namespace Semblance.Tensors.Serialization;

/// <summary>Takes the numbers of a tensor out of its storage.</summary>
internal static class StridedTensor
{
    /// <summary>A tensor may repeat numbers of its storage (stride 0), up to this size.</summary>
    private const long LargestExpanded = 64 << 20;

    /// <summary>Refuses a tensor that repeats its storage to no purpose, so that no small file asks for much memory.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="InvalidDataException">It does.</exception>
    public static void RefuseUnfolding(string path, string name, PickleTensor tensor)
    {
        PickleStorage storage = tensor.Storage;
        long bytes = storage.Type.ByteCount(tensor.Shape);
        if (bytes > Math.Max(storage.Count * storage.Type.Size(), LargestExpanded))
        {
            throw WeightText.Bad(path, $"tensor {WeightText.Printable(name)} {WeightText.Shape(tensor.Shape)} repeats {storage.Count} numbers up to {bytes} bytes. Save it after calling contiguous() or clone().");
        }
    }

    /// <summary>Whether the numbers lie one after the other in the order of the indices.</summary>
    /// <param name="tensor">The tensor.</param>
    public static bool IsContiguous(PickleTensor tensor)
    {
        long stride = 1;
        for (int i = tensor.Shape.Length - 1; i >= 0; i--)
        {
            if (tensor.Shape[i] != 1 && tensor.Strides[i] != stride)
            {
                return false;
            }
            stride *= tensor.Shape[i];
        }
        return true;
    }

    /// <summary>Copies the numbers in the order of the indices.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="storage">Bytes of its whole storage.</param>
    /// <param name="destination">As many bytes as the tensor has.</param>
    public static void Gather(PickleTensor tensor, ReadOnlySpan<byte> storage, Span<byte> destination)
    {
        int size = tensor.Storage.Type.Size();
        long[] index = new long[tensor.Shape.Length];
        long source = tensor.Offset;
        for (int target = 0; target < destination.Length; target += size)
        {
            storage.Slice((int)(source * size), size).CopyTo(destination[target..]);
            for (int dimension = index.Length - 1; dimension >= 0; dimension--)
            {
                source += tensor.Strides[dimension];
                if (++index[dimension] < tensor.Shape[dimension])
                {
                    break;
                }
                source -= index[dimension] * tensor.Strides[dimension];
                index[dimension] = 0;
            }
        }
    }
}
