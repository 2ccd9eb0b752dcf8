using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Products of weights with rows where a hinge leaves many weights 0: a row that weighs nothing is not read, and sums stay in the processor's registers.</summary>
/// <remarks>Narrow rows, rows far from the processor and weights of which most are not 0 are faster by a product, which reads several rows at once.</remarks>
internal sealed class WeightedRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Vectors that are summed at a time, in as many registers.
    private const int Sums = 8;
    private static readonly int Block = Sums * Vector256<T>.Count;

    // Bytes of rows that stay in the first cache, and in the second, from where a row takes twice as long.
    private const long Nearest = 32 << 10;
    private const long Near = 256 << 10;

    // The part of the weights up to which sums are faster than a product, and how much of that is left where weights are turned round first.
    private const double NearestShare = 0.6;
    private const double NearShare = 0.3;
    private const double Turned = 0.7;

    private readonly Tensor weights;
    private readonly int anchors, references, words;
    private ulong[]? marks; // Of each anchor, which weights are not 0.
    private long count;

    /// <summary>Takes weights.</summary>
    /// <param name="weights">n × m, on the CPU and contiguous.</param>
    public WeightedRows(Tensor weights)
    {
        (this.weights, anchors, references) = (weights, (int)weights.Size(0), (int)weights.Size(1));
        words = (references + Marks.Count - 1) / Marks.Count;
    }

    /// <summary>weights · rows, m × d to n × d.</summary>
    public Tensor Sum(Tensor rows)
    {
        if (!IsFaster(rows))
        {
            return weights.MatMul(rows);
        }
        Tensor sums = Tensor.Empty([anchors, rows.Size(1)], rows.Type);
        Fill(sums.Span<T>(), weights.Span<T>(), rows.Span<T>(), (int)rows.Size(1));
        return sums;
    }

    /// <summary>weightsᵀ · rows, n × d to m × d.</summary>
    public Tensor SumOfColumns(Tensor rows) => IsFaster(rows, Turned) ? new WeightedRows<T>(TurnedMatrix.Of<T>(weights)).Sum(rows) : weights.Transpose().MatMul(rows);

    /// <summary>Adds factor · weights · rows.</summary>
    public void Add(Tensor sums, Tensor rows, double factor)
    {
        if (IsFaster(rows))
        {
            SparsePairs.AddScaled(Sum(rows).Span<T>(), T.CreateChecked(factor), sums.Span<T>());
            return;
        }
        sums.AddProduct(weights, rows, factor);
    }

    private bool IsFaster(Tensor rows, double part = 1)
    {
        (long rowCount, long width) = (rows.Size(0), rows.Size(1));
        long bytes = rowCount * width * rows.Type.Size(), summed = (width + Block - 1) / Block * Block;
        if (width < Block || bytes > Near)
        {
            return false;
        }
        Mark();
        return count * summed <= (bytes <= Nearest ? NearestShare : NearShare) * part * anchors * references * width;
    }

    private void Mark()
    {
        if (marks is not null)
        {
            return;
        }
        marks = new ulong[anchors * words];
        ReadOnlySpan<T> all = weights.Span<T>();
        for (int place = 0; place < marks.Length; place++)
        {
            int anchor = place / words, first = (place % words) * Marks.Count;
            marks[place] = Marks.Of(all.Slice((anchor * references) + first, Math.Min(Marks.Count, references - first)));
            count += BitOperations.PopCount(marks[place]);
        }
    }

    private void Fill(Span<T> sums, ReadOnlySpan<T> all, ReadOnlySpan<T> rows, int width)
    {
        for (int i = 0; i < anchors; i++)
        {
            for (int k = 0; k < width; k += Block)
            {
                int first = Math.Min(k, width - Block); // What the last block has in common with the one before is written twice.
                FillBlock(all.Slice(i * references, references), marks.AsSpan(i * words, words), rows[Math.Min(first, rows.Length)..], width, sums[((i * width) + first)..]);
            }
        }
    }

    /// <summary>As many columns as registers hold.</summary>
    private static void FillBlock(ReadOnlySpan<T> weights, ReadOnlySpan<ulong> marks, ReadOnlySpan<T> rows, int width, Span<T> to)
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
        (sums[7], sums[6], sums[5], sums[4], sums[3], sums[2], sums[1], sums[0]) = (h, g, f, e, d, c, b, a);
    }

    /// <summary>sum + factor · values, in one instruction where there is one.</summary>
    private static Vector256<T> WithProduct(Vector256<T> factor, Vector256<T> values, Vector256<T> sum) => typeof(T) == typeof(float)
            ? Vector256.MultiplyAddEstimate(factor.AsSingle(), values.AsSingle(), sum.AsSingle()).As<float, T>()
            : Vector256.MultiplyAddEstimate(factor.AsDouble(), values.AsDouble(), sum.AsDouble()).As<double, T>();
}
