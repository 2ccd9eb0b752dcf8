using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Losses.Pairs;

/// <summary>Which of some numbers are not 0, a bit each.</summary>
internal static class Marks
{
    /// <summary>Numbers in a word.</summary>
    public const int Count = 64;

    /// <summary>Of at most <see cref="Count"/> numbers; a NaN is not 0.</summary>
    public static ulong Of<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<Vector256<T>> many = MemoryMarshal.Cast<T, Vector256<T>>(values);
        ulong marks = 0;
        for (int k = many.Length - 1; k >= 0; k--)
        {
            marks = (marks << Vector256<T>.Count) | (~Vector256.Equals(many[k], Vector256<T>.Zero)).ExtractMostSignificantBits();
        }
        for (int k = many.Length * Vector256<T>.Count; k < values.Length; k++)
        {
            marks |= (values[k] != T.Zero ? 1UL : 0) << k;
        }
        return marks;
    }
}
