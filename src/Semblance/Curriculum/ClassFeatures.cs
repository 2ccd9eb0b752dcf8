using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Curriculum;

/// <summary>Makes the distances of a class from its features, in the precision that these have.</summary>
internal static class ClassFeatures
{
    /// <summary>The distances between rows.</summary>
    /// <param name="rows">Rows one after the other; they may be moved to their mean.</param>
    /// <param name="dimension">Numbers a row.</param>
    /// <param name="store">Memory for tiles.</param>
    public static DistanceTiles<T> Tiles<T>(T[] rows, int dimension, TileStore<T> store)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (rows, store) switch
        {
            (float[] single, TileStore<float> memory) => (DistanceTiles<T>)(object)new SingleTiles(single, dimension, memory),
            (double[] full, TileStore<double> memory) => (DistanceTiles<T>)(object)new DoubleTiles(full, dimension, memory),
            _ => throw new NotSupportedException($"Features of {typeof(T).Name} are not supported; use float or double."),
        };

    /// <summary>The distance of two rows from their differences; the same for (b, a).</summary>
    public static T Distance<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        int i = 0;
        Vector512<T> sums = default;
        ref T x = ref MemoryMarshal.GetReference(a);
        ref T y = ref MemoryMarshal.GetReference(b);
        for (; i + Vector512<T>.Count <= a.Length; i += Vector512<T>.Count)
        {
            Vector512<T> off = Vector512.LoadUnsafe(ref x, (nuint)i) - Vector512.LoadUnsafe(ref y, (nuint)i);
            sums += off * off;
        }

        for (; i < a.Length; i++)
        {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }

        return T.Sqrt(sum + Vector512.Sum(sums));
    }
}
