using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Semblance.Evaluation.Kernels;

/// <summary>What relevant items at known ranks add to the sums of a ranking.</summary>
internal static class GainSums
{
    /// <summary>Divides each value by its rank.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Divide(Span<double> values, ReadOnlySpan<double> ranks)
    {
        ranks = ranks[..values.Length];
        int i = 0;
        for (; i + Vector512<double>.Count <= values.Length; i += Vector512<double>.Count)
        {
            (Vector512.Create<double>(values[i..]) / Vector512.Create(ranks[i..])).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            values[i] /= ranks[i];
        }
    }

    /// <summary>1 / log2(rank + 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Discount(ReadOnlySpan<double> ranks, Span<double> discounts)
    {
        ranks = ranks[..discounts.Length];
        int i = 0;
        for (; i + Vector512<double>.Count <= discounts.Length; i += Vector512<double>.Count)
        {
            (Vector512<double>.One / Vector512.Log2(Vector512.Create(ranks[i..]) + Vector512<double>.One)).CopyTo(discounts[i..]);
        }

        for (; i < discounts.Length; i++)
        {
            discounts[i] = 1 / Math.Log2(ranks[i] + 1);
        }
    }

    /// <summary>Multiplies discounts by the gains 2^grade - 1.</summary>
    public static void Weigh(Span<double> discounts, ReadOnlySpan<double> grades)
    {
        for (int i = 0; i < discounts.Length; i++)
        {
            discounts[i] *= Discounts.Gain((int)grades[i]);
        }
    }

    /// <summary>How many ranks are not behind a cut, and the sum of their values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Count, double Sum) Until(ReadOnlySpan<double> ranks, ReadOnlySpan<double> values, int cut)
    {
        values = values[..ranks.Length];
        Vector512<double> last = Vector512.Create((double)cut), counts = default, sums = default;
        int i = 0;
        for (; i + Vector512<double>.Count <= ranks.Length; i += Vector512<double>.Count)
        {
            Vector512<double> inside = Vector512.LessThanOrEqual(Vector512.Create(ranks[i..]), last);
            counts += inside & Vector512<double>.One;
            sums += inside & Vector512.Create(values[i..]);
        }

        (double count, double sum) = (Vector512.Sum(counts), Vector512.Sum(sums));
        for (; i < ranks.Length; i++)
        {
            count += ranks[i] <= cut ? 1 : 0;
            sum += ranks[i] <= cut ? values[i] : 0;
        }

        return (count, sum);
    }
}
