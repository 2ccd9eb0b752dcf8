using System.Numerics;

namespace Semblance.Evaluation.Kernels;

/// <summary>How many labels sets have in common.</summary>
internal static class LabelSets
{
    /// <summary>|a and b| = (|a| + |b| - |a xor b|) / 2 for many sets a.</summary>
    /// <param name="sizes">|a| of each.</param>
    /// <param name="size">|b|.</param>
    /// <param name="grades">|a xor b| of each, replaced by |a and b|.</param>
    public static void Shared(ReadOnlySpan<ushort> sizes, int size, Span<ushort> grades)
    {
        sizes = sizes[..grades.Length];
        int i = 0;
        Vector<ushort> own = new((ushort)size);
        for (; i + Vector<ushort>.Count <= grades.Length; i += Vector<ushort>.Count)
        {
            Vector<ushort> both = new Vector<ushort>(sizes[i..]) + own - new Vector<ushort>(grades[i..]);
            (both >>> 1).CopyTo(grades[i..]);
        }

        for (; i < grades.Length; i++)
        {
            grades[i] = (ushort)((sizes[i] + size - grades[i]) >> 1);
        }
    }
}
