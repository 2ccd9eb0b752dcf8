using System.Numerics;
using System.Runtime.InteropServices;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Rows divided by their length, and the way back of a gradient; in one pass each over memory.</summary>
internal sealed class UnitGradient<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The floor of Tensor.Normalize; below it the length is a constant.
    private static readonly T Shortest = T.CreateChecked(1e-12);

    private readonly int width;
    private readonly T[] lengths;

    /// <summary>Divides rows by their length.</summary>
    /// <param name="rows">n × d on the CPU; on the graph or not, taken as constants.</param>
    public UnitGradient(Tensor rows)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        (width, lengths) = ((int)rows.Size(1), new T[rows.Size(0)]);
        Unit = Tensor.Empty(rows.Shape, rows.Type);
        ReadOnlySpan<T> from = rows.Contiguous().Span<T>();
        Span<T> to = Unit.Span<T>();
        for (int i = 0; i < lengths.Length; i++)
        {
            ReadOnlySpan<T> row = from.Slice(i * width, width);
            lengths[i] = T.Sqrt(Dot(row, row));
            Divide(row, Floored(lengths[i]), to.Slice(i * width, width));
        }
    }

    /// <summary>u = x / |x|.</summary>
    public Tensor Unit { get; }

    /// <summary>dL/dx = (g - (g · u) u) / |x|.</summary>
    /// <param name="slopes">dL/du; the result takes its place.</param>
    public Tensor PulledBack(Tensor slopes)
    {
        ReadOnlySpan<T> unit = Unit.Span<T>();
        Span<T> gradient = slopes.Span<T>();
        for (int i = 0; i < lengths.Length; i++)
        {
            ReadOnlySpan<T> u = unit.Slice(i * width, width);
            Span<T> g = gradient.Slice(i * width, width);
            if (lengths[i] >= Shortest)
            {
                SparsePairs.AddScaled(u, -Dot(g, u), g);
            }
            Divide(g, Floored(lengths[i]), g);
        }
        return slopes;
    }

    // A NaN stays one.
    private static T Floored(T length) => length < Shortest ? Shortest : length;

    private static T Dot(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
    {
        ReadOnlySpan<Vector<T>> left = MemoryMarshal.Cast<T, Vector<T>>(a), right = MemoryMarshal.Cast<T, Vector<T>>(b[..a.Length]);
        Vector<T> sums = Vector<T>.Zero;
        for (int k = 0; k < left.Length; k++)
        {
            sums += left[k] * right[k];
        }
        T sum = Vector.Sum(sums);
        for (int k = left.Length * Vector<T>.Count; k < a.Length; k++)
        {
            sum += a[k] * b[k];
        }
        return sum;
    }

    // By the inverse: a product takes a fraction of a quotient's time.
    private static void Divide(ReadOnlySpan<T> values, T divisor, Span<T> to)
    {
        T inverse = T.One / divisor;
        ReadOnlySpan<Vector<T>> many = MemoryMarshal.Cast<T, Vector<T>>(values);
        Span<Vector<T>> results = MemoryMarshal.Cast<T, Vector<T>>(to[..values.Length]);
        Vector<T> inverses = new(inverse);
        for (int k = 0; k < many.Length; k++)
        {
            results[k] = many[k] * inverses;
        }
        for (int k = many.Length * Vector<T>.Count; k < values.Length; k++)
        {
            to[k] = values[k] * inverse;
        }
    }
}
