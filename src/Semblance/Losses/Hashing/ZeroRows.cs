using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>Rows of nothing but 0 have no direction; the derivative of dividing them by their length would be of the order of 1e12.</summary>
internal static class ZeroRows
{
    /// <summary>The same rows, of which those of length 0 hand no derivative on.</summary>
    public static Tensor Still(Tensor rows) => rows.MaskedFill(rows.Detach().NotEqualTo(0).Any(1, keepDimension: true).Not(), 0);
}
