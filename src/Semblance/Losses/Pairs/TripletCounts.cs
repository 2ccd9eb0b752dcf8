using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>How many active triplets each pair is in, without a list of triplets.</summary>
/// <param name="Positive">Anchors × references: negatives whose value exceeds that of this positive; 0 elsewhere.</param>
/// <param name="Negative">Anchors × references: positives whose value is below that of this negative; 0 elsewhere.</param>
/// <remarks>
/// The hinge over all triplets of an anchor, Σ [x_n - y_p]₊, is Σ Negative · x - Σ Positive · y, and its derivative is the two counts. Positives are sorted, negatives
/// searched among them: O(m log p) a row of m references with p positives, O(m) memory.
/// </remarks>
internal readonly record struct TripletCounts(Tensor Positive, Tensor Negative)
{
    /// <summary>Counts the triplets with x_n > y_p.</summary>
    /// <param name="y">What a positive must not fall below, anchors × references; counted where <paramref name="positive"/> is.</param>
    /// <param name="positive">Bool.</param>
    /// <param name="x">What a negative must not exceed; counted where <paramref name="negative"/> is.</param>
    /// <param name="negative">Bool.</param>
    public static TripletCounts Of(Tensor y, Tensor positive, Tensor x, Tensor negative)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        long most = positive.Count == 0 ? 0 : positive.Sum(1).Max().ToInt64();
        if (most == 0)
        {
            return new(y.Detach().ZerosLike(), x.Detach().ZerosLike());
        }
        // Rows with fewer positives end with infinities, which nothing exceeds.
        (Tensor sorted, Tensor places) = y.Detach().MaskedFill(positive.Not(), double.PositiveInfinity).TopK(most, dimension: 1, largest: false);
        Tensor below = sorted.Contiguous().CountBelow(x.Detach().Contiguous()).MaskedFill(negative.Not(), 0);
        Tensor counts = below.To(y.Type);
        Tensor exceeding = y.Detach().ZerosLike().Scatter(1, places, Exceeding(below, negative, most).To(y.Type));
        return new(exceeding.MaskedFill(positive.Not(), 0), counts);
    }

    /// <summary>For the k-th lowest positive of each row how many negatives have more than k positives below them.</summary>
    private static Tensor Exceeding(Tensor below, Tensor negative, long most)
    {
        Tensor histogram = Tensor.Zeros([below.Size(0), most + 1], DataType.Float64, below.Device).ScatterAdd(1, below, negative.To(DataType.Float64));
        return histogram.Sum(1, keepDimension: true) - histogram.CumulativeSum(1).Narrow(1, 0, most);
    }
}
