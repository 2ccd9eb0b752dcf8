using System.Numerics;
using System.Runtime.InteropServices;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Gradients of a batch of which hardly any pair weighs anything: the rows of those pairs one by one, where products would multiply zeros.</summary>
internal static class SparsePairs
{
    // One pair of so many at which products are faster.
    private const int Share = 50;

    /// <summary>Adds w x_j to row i and w x_i to row j for every pair (i, j) of weight w.</summary>
    /// <param name="gradient">m × d on the CPU, contiguous.</param>
    /// <param name="weights">The first rows against all m, n × m.</param>
    /// <param name="rows">m × d.</param>
    /// <returns>Whether it was done; not where too many pairs weigh something, or the tensors are elsewhere.</returns>
    public static bool AddBothWays(Tensor gradient, Tensor weights, Tensor rows)
    {
        if (weights.Device.IsCuda)
        {
            return false;
        }
        return weights.Type == DataType.Float64 ? AddBothWays<double>(gradient, weights, rows) : AddBothWays<float>(gradient, weights, rows);
    }

    private static bool AddBothWays<T>(Tensor gradient, Tensor weights, Tensor rows)
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<T> w = weights.Contiguous().Span<T>();
        List<int> places = [];
        for (int from = 0; from < w.Length && w[from..].IndexOfAnyExcept(T.Zero) is >= 0 and int next; from = places[^1] + 1)
        {
            places.Add(from + next);
            if (places.Count > w.Length / Share)
            {
                return false;
            }
        }
        (int width, int references) = ((int)rows.Size(1), (int)weights.Size(1));
        Span<T> sums = gradient.Span<T>();
        ReadOnlySpan<T> x = rows.Contiguous().Span<T>();
        foreach (int place in places)
        {
            (int i, int j) = (place / references * width, place % references * width);
            AddScaled(x.Slice(j, width), w[place], sums.Slice(i, width));
            AddScaled(x.Slice(i, width), w[place], sums.Slice(j, width));
        }
        return true;
    }

    /// <summary>Adds a multiple of a row to another.</summary>
    internal static void AddScaled<T>(ReadOnlySpan<T> values, T factor, Span<T> sums)
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<Vector<T>> many = MemoryMarshal.Cast<T, Vector<T>>(values);
        Span<Vector<T>> to = MemoryMarshal.Cast<T, Vector<T>>(sums[..values.Length]);
        Vector<T> factors = new(factor);
        for (int k = 0; k < to.Length; k++)
        {
            to[k] += factors * many[k];
        }
        for (int k = to.Length * Vector<T>.Count; k < values.Length; k++)
        {
            sums[k] += factor * values[k];
        }
    }
}
