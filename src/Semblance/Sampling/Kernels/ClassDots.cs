using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Sampling.Kernels;

/// <summary>Dot products in double precision, four rows by four.</summary>
/// <remarks>
/// A pair is always added up in the same order, with the same rounding, on every machine and wherever its tile lies: equal rows have exactly equal
/// products, and a . b is b . a. A tree that is cut at strict thresholds rests on that.
/// </remarks>
internal static class ClassDots
{
    /// <summary>Rows of a tile on either side.</summary>
    public const int Side = 4;

    /// <summary>Numbers of which a row's length must be a multiple.</summary>
    public static readonly int Step = Vector512<double>.Count;

    /// <summary>One product.</summary>
    /// <param name="a">A row.</param>
    /// <param name="b">Another, of the same length, a multiple of <see cref="Step"/>.</param>
    public static double One(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        ref double x = ref MemoryMarshal.GetReference(a), y = ref MemoryMarshal.GetReference(b);
        Vector512<double> sum = default;
        for (int k = 0; k < a.Length; k += Step)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref x, (nuint)k), Vector512.LoadUnsafe(ref y, (nuint)k), sum);
        }
        return Sum(sum);
    }

    /// <summary>products[i * width + j] = row i of a . row j of b.</summary>
    /// <param name="a">Rows; their number is a multiple of <see cref="Side"/>.</param>
    /// <param name="b">Rows; their number is a multiple of <see cref="Side"/>.</param>
    /// <param name="stride">Length of a row, a multiple of <see cref="Step"/>.</param>
    /// <param name="products">Receives the products.</param>
    /// <param name="width">Numbers from one row of products to the next.</param>
    public static void Fill(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int stride, Span<double> products, int width)
    {
        int rows = a.Length / stride, columns = b.Length / stride;
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows % Side, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % Side, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(products.Length, rows == 0 ? 0 : ((rows - 1) * width) + columns);
        ref double aFirst = ref MemoryMarshal.GetReference(a), bFirst = ref MemoryMarshal.GetReference(b), first = ref MemoryMarshal.GetReference(products);
        for (int j = 0; j < columns; j += Side)
        {
            for (int i = 0; i < rows; i += Side)
            {
                Tile(ref Unsafe.Add(ref aFirst, i * stride), ref Unsafe.Add(ref bFirst, j * stride), stride, ref Unsafe.Add(ref first, (i * width) + j), width);
            }
        }
    }

    private static void Tile(ref double a, ref double b, int stride, ref double products, int width)
    {
        Vector512<double> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector512<double> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<double> s20 = default, s21 = default, s22 = default, s23 = default;
        Vector512<double> s30 = default, s31 = default, s32 = default, s33 = default;
        for (int k = 0; k < stride; k += Step)
        {
            ref double bk = ref Unsafe.Add(ref b, k);
            Vector512<double> b0 = Vector512.LoadUnsafe(ref bk);
            Vector512<double> b1 = Vector512.LoadUnsafe(ref bk, (nuint)stride);
            Vector512<double> b2 = Vector512.LoadUnsafe(ref bk, (nuint)(2 * stride));
            Vector512<double> b3 = Vector512.LoadUnsafe(ref bk, (nuint)(3 * stride));
            ref double ak = ref Unsafe.Add(ref a, k);
            Vector512<double> row = Vector512.LoadUnsafe(ref ak);
            s00 = Vector512.FusedMultiplyAdd(row, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(row, b1, s01);
            s02 = Vector512.FusedMultiplyAdd(row, b2, s02);
            s03 = Vector512.FusedMultiplyAdd(row, b3, s03);
            row = Vector512.LoadUnsafe(ref ak, (nuint)stride);
            s10 = Vector512.FusedMultiplyAdd(row, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(row, b1, s11);
            s12 = Vector512.FusedMultiplyAdd(row, b2, s12);
            s13 = Vector512.FusedMultiplyAdd(row, b3, s13);
            row = Vector512.LoadUnsafe(ref ak, (nuint)(2 * stride));
            s20 = Vector512.FusedMultiplyAdd(row, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(row, b1, s21);
            s22 = Vector512.FusedMultiplyAdd(row, b2, s22);
            s23 = Vector512.FusedMultiplyAdd(row, b3, s23);
            row = Vector512.LoadUnsafe(ref ak, (nuint)(3 * stride));
            s30 = Vector512.FusedMultiplyAdd(row, b0, s30);
            s31 = Vector512.FusedMultiplyAdd(row, b1, s31);
            s32 = Vector512.FusedMultiplyAdd(row, b2, s32);
            s33 = Vector512.FusedMultiplyAdd(row, b3, s33);
        }
        Store(ref products, s00, s01, s02, s03);
        Store(ref Unsafe.Add(ref products, width), s10, s11, s12, s13);
        Store(ref Unsafe.Add(ref products, 2 * width), s20, s21, s22, s23);
        Store(ref Unsafe.Add(ref products, 3 * width), s30, s31, s32, s33);
    }

    private static void Store(ref double products, Vector512<double> s0, Vector512<double> s1, Vector512<double> s2, Vector512<double> s3)
    {
        products = Sum(s0);
        Unsafe.Add(ref products, 1) = Sum(s1);
        Unsafe.Add(ref products, 2) = Sum(s2);
        Unsafe.Add(ref products, 3) = Sum(s3);
    }

    /// <summary>The lanes added in an order of our own; that of the library may differ between machines.</summary>
    private static double Sum(Vector512<double> lanes)
    {
        Vector256<double> four = lanes.GetLower() + lanes.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two.GetElement(0) + two.GetElement(1);
    }
}
