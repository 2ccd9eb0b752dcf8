using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>A matrix turned round in memory, n × d to d × n, on the CPU.</summary>
/// <remarks>With both sides row by row, a product of the size of a batch is one small kernel; with a transposed view BLAS takes a way that may wake its threads, and the engine's own copy takes four times as long.</remarks>
internal static class TurnedMatrix
{
    private const int Side = 4;

    /// <summary>The matrix turned round; it is contiguous.</summary>
    public static Tensor Of<T>(Tensor matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int width) = ((int)matrix.Size(0), (int)matrix.Size(1));
        Tensor turned = Tensor.Empty([width, rows], matrix.Type);
        if (typeof(T) == typeof(float))
        {
            Turn(MemoryMarshal.Cast<T, float>(matrix.Span<T>()), rows, width, MemoryMarshal.Cast<T, float>(turned.Span<T>()));
        }
        else
        {
            TurnPart<T>(matrix.Span<T>(), 0, 0, rows, width, turned.Span<T>());
        }
        return turned;
    }

    /// <summary>Four by four: rows a, b, c, d are interleaved twice.</summary>
    private static void Turn(ReadOnlySpan<float> from, int rows, int width, Span<float> to)
    {
        int whole = rows / Side * Side, k = 0;
        for (; k + Side <= width; k += Side)
        {
            ReadOnlySpan<float> source = from[k..];
            Span<float> first = to[(k * rows)..], second = first[rows..], third = second[rows..], fourth = third[rows..];
            for (int i = 0; i < whole; i += Side)
            {
                (Vector128<float> evenLow, Vector128<float> evenHigh) = Interleaved(At(source, i * width), At(source, (i + 2) * width));
                (Vector128<float> oddLow, Vector128<float> oddHigh) = Interleaved(At(source, (i + 1) * width), At(source, (i + 3) * width));
                (Vector128<float> one, Vector128<float> two) = Interleaved(evenLow, oddLow);
                (Vector128<float> three, Vector128<float> four) = Interleaved(evenHigh, oddHigh);
                one.CopyTo(first[i..]);
                two.CopyTo(second[i..]);
                three.CopyTo(third[i..]);
                four.CopyTo(fourth[i..]);
            }
        }
        TurnPart(from, 0, k, rows, width, to);
        TurnPart(from, whole, 0, rows, width, to);
    }

    private static Vector128<float> At(ReadOnlySpan<float> values, int place) => Vector128.Create(values[place..]);

    private static (Vector128<float> Low, Vector128<float> High) Interleaved(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported)
        {
            return (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b));
        }
        return AdvSimd.Arm64.IsSupported
            ? (AdvSimd.Arm64.ZipLow(a, b), AdvSimd.Arm64.ZipHigh(a, b))
            : (Vector128.Create(a[0], b[0], a[1], b[1]), Vector128.Create(a[2], b[2], a[3], b[3]));
    }

    /// <summary>One by one, from a row and a column on.</summary>
    private static void TurnPart<T>(ReadOnlySpan<T> from, int row, int column, int rows, int width, Span<T> to)
    {
        for (int i = row; i < rows; i++)
        {
            for (int k = column; k < width; k++)
            {
                to[(k * rows) + i] = from[(i * width) + k];
            }
        }
    }
}
