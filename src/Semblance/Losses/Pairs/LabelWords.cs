using System.Numerics;
using System.Runtime.InteropServices;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>A relation told by counts of labels.</summary>
/// <param name="shared">Labels in common.</param>
/// <param name="anchor">Labels of the anchor.</param>
/// <param name="reference">Labels of the reference.</param>
internal delegate PairSide SideByCounts(int shared, int anchor, int reference);

/// <summary>Rows of 0 and 1 as bits, so that labels in common are counted by the word instead of by a product of matrices.</summary>
internal sealed class LabelWords
{
    private const int Bits = 64;
    private readonly ulong[] words; // The first word of every row, then the second of every row, and so on.
    private readonly int[] counts;
    private readonly int width;

    private LabelWords(ReadOnlySpan<bool> labels, int rows, int classes)
    {
        width = (classes + Bits - 1) / Bits;
        words = new ulong[rows * width];
        counts = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            counts[row] = Pack(labels.Slice(row * classes, classes), row);
        }
    }

    /// <summary>Both as bits; null where they are not rows of the same width on the CPU.</summary>
    public static (LabelWords Anchors, LabelWords References)? Of(Tensor anchors, Tensor references)
    {
        if (!ClassLabels.IsMultiHot(anchors) || !ClassLabels.IsMultiHot(references) || anchors.Device.IsCuda || references.Device.IsCuda || anchors.Size(1) != references.Size(1))
        {
            return null;
        }
        LabelWords words = Of(anchors);
        return (words, ReferenceEquals(anchors, references) ? words : Of(references));
    }

    /// <summary>What every reference is to every anchor.</summary>
    /// <param name="anchors">n rows.</param>
    /// <param name="references">m rows.</param>
    /// <param name="rule">The relation.</param>
    /// <param name="symmetric">Whether the references are the anchors and a pair is the same from both its ends.</param>
    public static PairSide[] Sides(LabelWords anchors, LabelWords references, SideByCounts rule, bool symmetric)
    {
        int columns = references.counts.Length;
        PairSide[] sides = new PairSide[anchors.counts.Length * columns];
        int[] shared = new int[columns];
        for (int i = 0; i < anchors.counts.Length; i++)
        {
            int first = symmetric ? i : 0;
            Count(anchors, i, references, shared.AsSpan(first));
            for (int j = first; j < columns; j++)
            {
                sides[(i * columns) + j] = rule(shared[j], anchors.counts[i], references.counts[j]);
            }
            for (int j = first; symmetric && j < columns; j++)
            {
                sides[(j * columns) + i] = sides[(i * columns) + j];
            }
        }
        return sides;
    }

    /// <summary>Labels that an anchor has in common with each of the last references.</summary>
    private static void Count(LabelWords anchors, int anchor, LabelWords references, Span<int> shared)
    {
        shared.Clear();
        for (int w = 0; w < anchors.width; w++)
        {
            ulong own = anchors.words[(w * anchors.counts.Length) + anchor];
            ReadOnlySpan<ulong> others = references.words.AsSpan(((w + 1) * references.counts.Length) - shared.Length, shared.Length);
            for (int j = 0; j < others.Length; j++)
            {
                shared[j] += BitOperations.PopCount(own & others[j]);
            }
        }
    }

    private static LabelWords Of(Tensor labels)
    {
        Tensor hot = labels.NotEqualTo(0).Contiguous();
        return new LabelWords(hot.Span<bool>(), (int)labels.Size(0), (int)labels.Size(1));
    }

    private int Pack(ReadOnlySpan<bool> labels, int row)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(labels);
        int count = 0;
        for (int k = 0; bytes[k..].IndexOfAnyExcept((byte)0) is >= 0 and int next; k++)
        {
            k += next;
            words[(k / Bits * counts.Length) + row] |= 1UL << (k % Bits);
            count++;
        }
        return count;
    }
}
