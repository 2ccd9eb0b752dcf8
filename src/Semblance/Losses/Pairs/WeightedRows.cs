using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Products of weights with rows where a hinge leaves many weights 0: a row that weighs nothing is not read, and sums stay in the processor's registers.</summary>
/// <remarks>Of a pair a sum reads one row, a product reads and multiplies: where every weight counts, both take as long, at half of them a sum takes half as long.</remarks>
internal static class WeightedRows
{
    // Rows that stay in the processor's second cache; from further away BLAS, which copies them together, is faster.
    private const long MostBytes = 256 << 10;
    private const int Sums = 8;

    /// <summary>weights · rows, n × m and m × d to n × d; on the CPU, contiguous.</summary>
    public static Tensor Sum<T>(Tensor weights, Tensor rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!IsNear(rows))
        {
            return weights.MatMul(rows);
        }
        Tensor sums = Tensor.Empty([weights.Size(0), rows.Size(1)], rows.Type);
        Fill(sums.Span<T>(), weights.Span<T>(), rows.Span<T>(), (int)rows.Size(0), T.Zero, T.One);
        return sums;
    }

    /// <summary>weightsᵀ · rows, n × m and n × d to m × d.</summary>
    public static Tensor SumOfColumns<T>(Tensor weights, Tensor rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        IsNear(rows) ? Sum<T>(TurnedMatrix.Of<T>(weights), rows) : weights.Transpose().MatMul(rows);

    /// <summary>Adds factor · weights · rows.</summary>
    public static void Add<T>(Tensor sums, Tensor weights, Tensor rows, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!IsNear(rows))
        {
            sums.AddProduct(weights, rows, factor);
            return;
        }
        Fill(sums.Span<T>(), weights.Span<T>(), rows.Span<T>(), (int)rows.Size(0), T.One, T.CreateChecked(factor));
    }

    private static bool IsNear(Tensor rows) => rows.Size(0) * rows.Size(1) * rows.Type.Size() <= MostBytes;

    /// <summary>keep · sums + factor · weights · rows; keep is 0 or 1.</summary>
    private static void Fill<T>(Span<T> sums, ReadOnlySpan<T> weights, ReadOnlySpan<T> rows, int count, T keep, T factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (keep == T.Zero)
        {
            sums.Clear();
        }
        int width = count == 0 ? 0 : rows.Length / count, wide = Sums * Vector256<T>.Count;
        ulong[] marks = new ulong[(count + Marks.Count - 1) / Marks.Count];
        for (int i = 0; width > 0 && i < sums.Length / width; i++)
        {
            ReadOnlySpan<T> own = weights.Slice(i * count, count);
            for (int w = 0; w < marks.Length; w++)
            {
                marks[w] = Marks.Of(own.Slice(w * Marks.Count, Math.Min(Marks.Count, count - (w * Marks.Count))));
            }
            Span<T> sum = sums.Slice(i * width, width);
            int k = 0;
            for (; k + wide <= width; k += wide)
            {
                AddWide(own, marks, rows[k..], width, factor, sum[k..]);
            }
            for (; k + Vector256<T>.Count <= width; k += Vector256<T>.Count)
            {
                AddNarrow(own, marks, rows[k..], width, factor, sum[k..]);
            }
            for (; k < width; k++)
            {
                AddOne(own, marks, rows[k..], width, factor, ref sum[k]);
            }
        }
    }

    /// <summary>The sums of as many columns as registers hold.</summary>
    private static void AddWide<T>(ReadOnlySpan<T> weights, ReadOnlySpan<ulong> marks, ReadOnlySpan<T> rows, int width, T factor, Span<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (int w = 0; w < marks.Length; w++)
        {
            for (ulong left = marks[w]; left != 0; left &= left - 1)
            {
                int j = (w * Marks.Count) + BitOperations.TrailingZeroCount(left);
                Vector256<T> weight = Vector256.Create(weights[j]);
                ReadOnlySpan<Vector256<T>> row = MemoryMarshal.Cast<T, Vector256<T>>(rows.Slice(j * width, Sums * Vector256<T>.Count));
                h = WithProduct(weight, row[7], h);
                g = WithProduct(weight, row[6], g);
                f = WithProduct(weight, row[5], f);
                e = WithProduct(weight, row[4], e);
                d = WithProduct(weight, row[3], d);
                c = WithProduct(weight, row[2], c);
                b = WithProduct(weight, row[1], b);
                a = WithProduct(weight, row[0], a);
            }
        }
        Span<Vector256<T>> sums = MemoryMarshal.Cast<T, Vector256<T>>(to);
        Vector256<T> factors = Vector256.Create(factor);
        sums[7] += h * factors;
        sums[6] += g * factors;
        sums[5] += f * factors;
        sums[4] += e * factors;
        sums[3] += d * factors;
        sums[2] += c * factors;
        sums[1] += b * factors;
        sums[0] += a * factors;
    }

    private static void AddNarrow<T>(ReadOnlySpan<T> weights, ReadOnlySpan<ulong> marks, ReadOnlySpan<T> rows, int width, T factor, Span<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> sum = default;
        for (int w = 0; w < marks.Length; w++)
        {
            for (ulong left = marks[w]; left != 0; left &= left - 1)
            {
                int j = (w * Marks.Count) + BitOperations.TrailingZeroCount(left);
                sum = WithProduct(Vector256.Create(weights[j]), Vector256.Create(rows[(j * width)..]), sum);
            }
        }
        (Vector256.Create<T>(to) + (sum * factor)).CopyTo(to);
    }

    private static void AddOne<T>(ReadOnlySpan<T> weights, ReadOnlySpan<ulong> marks, ReadOnlySpan<T> rows, int width, T factor, ref T to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int w = 0; w < marks.Length; w++)
        {
            for (ulong left = marks[w]; left != 0; left &= left - 1)
            {
                int j = (w * Marks.Count) + BitOperations.TrailingZeroCount(left);
                sum += weights[j] * rows[j * width];
            }
        }
        to += sum * factor;
    }

    /// <summary>sum + factor · values, in one instruction where there is one.</summary>
    private static Vector256<T> WithProduct<T>(Vector256<T> factor, Vector256<T> values, Vector256<T> sum)
        where T : unmanaged => typeof(T) == typeof(float)
            ? Vector256.MultiplyAddEstimate(factor.AsSingle(), values.AsSingle(), sum.AsSingle()).As<float, T>()
            : Vector256.MultiplyAddEstimate(factor.AsDouble(), values.AsDouble(), sum.AsDouble()).As<double, T>();
}
