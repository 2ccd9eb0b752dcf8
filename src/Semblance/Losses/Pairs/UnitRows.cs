using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>The derivative of dividing rows by their length, written out: it needs no copy of the rows, where autograd makes several.</summary>
internal static class UnitRows
{
    // Rows whose temporaries stay in the processor's cache.
    private const int RowsAtATime = 256;

    // The floor of Tensor.Normalize; below it the length is a constant.
    private const double ShortestLength = 1e-12;

    /// <summary>Turns dL/du into dL/dx in its place, for u = x / |x|: (g - (g · u) u) / |x|.</summary>
    /// <param name="gradient">dL/du, n × d.</param>
    /// <param name="rows">x, n × d.</param>
    /// <param name="unit">u, n × d.</param>
    public static void PullBack(Tensor gradient, Tensor rows, Tensor unit)
    {
        for (long first = 0; first < rows.Size(0); first += RowsAtATime)
        {
            using TensorScope scope = new();
            long count = Math.Min(RowsAtATime, rows.Size(0) - first);
            Tensor slope = gradient.Narrow(0, first, count), direction = unit.Narrow(0, first, count);
            Tensor length = rows.Narrow(0, first, count).Norm(1, keepDimension: true);
            Tensor along = (slope * direction).Sum(1, keepDimension: true).MaskedFill(length.LessThan(ShortestLength), 0);
            slope.SubtractInPlace(direction * along);
            slope.DivideInPlace(length.Clamp(ShortestLength, null));
        }
    }
}
