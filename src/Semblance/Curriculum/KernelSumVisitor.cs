using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Curriculum;

/// <summary>The largest of all distances.</summary>
internal sealed class LargestVisitor<T> : ITileVisitor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest so far.</summary>
    public T Largest { get; private set; }

    public void Visit(Tile<T> tile)
    {
        for (int row = 0; row < tile.Rows; row++)
        {
            foreach (T distance in tile.Row(row))
            {
                Largest = distance > Largest ? distance : Largest;
            }
        }
    }
}

/// <summary>Sums of exp(-(D / largest)^2 / 2) / sqrt(2 pi) over the others of each sample.</summary>
/// <param name="count">Number of samples.</param>
/// <param name="largest">What distances are divided by; above 0.</param>
/// <remarks>The sums are kept in whole steps of 2^-42, so that they are the same in whatever order the tiles come; for up to 2^22 samples they cannot overflow.</remarks>
internal sealed class KernelSumVisitor<T>(int count, T largest) : ITileVisitor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Steps of a sum in 1.</summary>
    private const double Steps = 1L << 42;

    /// <summary>The kernel at distance 0, in steps.</summary>
    public static readonly long Self = ToSteps(1);

    private readonly T[] _scratch = new T[DistanceTiles<T>.Edge];

    /// <summary>For each sample, the sum over the others in steps.</summary>
    public long[] Sums { get; } = new long[count];

    /// <summary>A sum as a density.</summary>
    public static double ToDensity(long steps) => steps / Steps;

    public void Visit(Tile<T> tile)
    {
        for (int row = 0; row < tile.Rows; row++)
        {
            ReadOnlySpan<T> distances = tile.Row(row);
            Span<T> kernels = _scratch.AsSpan(0, distances.Length);
            distances.CopyTo(kernels);
            ToKernels(_scratch);
            long sum = 0;
            for (int i = 0; i < kernels.Length; i++)
            {
                long steps = ToSteps(double.CreateTruncating(kernels[i]));
                sum += steps;
                Sums[tile.FirstColumn + i] += steps;
            }

            Sums[tile.FirstRow + row] += sum;
        }
    }

    private static long ToSteps(double kernel) => (long)Math.Round(kernel * (Steps / Math.Sqrt(2 * Math.PI)));

    /// <summary>exp(-(D / largest)^2 / 2) in place; always of whole vectors, so that a number does not depend on where in a row it stands.</summary>
    private void ToKernels(Span<T> distances)
    {
        ref T first = ref MemoryMarshal.GetReference(distances);
        var scale = Vector512.Create(largest);
        var half = Vector512.Create(T.CreateTruncating(-0.5));
        for (int i = 0; i + Vector512<T>.Count <= distances.Length; i += Vector512<T>.Count)
        {
            Vector512<T> scaled = Vector512.LoadUnsafe(ref first, (nuint)i) / scale;
            Exp(scaled * scaled * half).StoreUnsafe(ref first, (nuint)i);
        }
    }

    private static Vector512<T> Exp(Vector512<T> values) => typeof(T) == typeof(float)
        ? Vector512.Exp(values.AsSingle()).As<float, T>()
        : Vector512.Exp(values.AsDouble()).As<double, T>();
}
