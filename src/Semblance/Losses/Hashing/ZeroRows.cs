using System.Numerics;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>Rows of nothing but 0 have no direction; the derivative of dividing them by their length would be of the order of 1e12.</summary>
internal static class ZeroRows
{
    /// <summary>The same rows, of which those of length 0 hand no derivative on.</summary>
    public static Tensor Still(Tensor rows) => HasNone(rows) ? rows : rows.MaskedFill(rows.Detach().NotEqualTo(0).Any(1, keepDimension: true).Not(), 0);

    /// <summary>Whether none is there to be seen at a glance, on the CPU.</summary>
    private static bool HasNone(Tensor rows)
    {
        if (rows.Rank != 2 || rows.Device.IsCuda || rows.Type is not (DataType.Float32 or DataType.Float64))
        {
            return false;
        }
        Tensor values = rows.Detach().Contiguous();
        return rows.Type == DataType.Float64 ? HasNone(values.Span<double>(), (int)rows.Size(1)) : HasNone(values.Span<float>(), (int)rows.Size(1));
    }

    private static bool HasNone<T>(ReadOnlySpan<T> values, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int first = 0; first < values.Length; first += width)
        {
            if (values.Slice(first, width).IndexOfAnyExcept(T.Zero, T.NegativeZero) < 0)
            {
                return false;
            }
        }
        return true;
    }
}
