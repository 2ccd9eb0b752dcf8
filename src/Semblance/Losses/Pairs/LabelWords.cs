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
    private readonly ulong[] words;
    private readonly int[] counts;
    private readonly int width;

    private LabelWords(ReadOnlySpan<bool> labels, int rows, int classes)
    {
        width = (classes + Bits - 1) / Bits;
        words = new ulong[rows * width];
        counts = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            Span<ulong> own = words.AsSpan(row * width, width);
            counts[row] = Pack(labels.Slice(row * classes, classes), own);
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
        int rows = anchors.counts.Length, columns = references.counts.Length, width = anchors.width;
        PairSide[] sides = new PairSide[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<ulong> own = anchors.words.AsSpan(i * width, width);
            for (int j = symmetric ? i : 0; j < columns; j++)
            {
                PairSide side = rule(Shared(own, references.words.AsSpan(j * width, width)), anchors.counts[i], references.counts[j]);
                sides[(i * columns) + j] = side;
                if (symmetric)
                {
                    sides[(j * columns) + i] = side;
                }
            }
        }
        return sides;
    }

    private static LabelWords Of(Tensor labels)
    {
        Tensor hot = labels.NotEqualTo(0).Contiguous();
        return new LabelWords(hot.Span<bool>(), (int)labels.Size(0), (int)labels.Size(1));
    }

    private static int Pack(ReadOnlySpan<bool> labels, Span<ulong> to)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(labels);
        int count = 0;
        for (int k = 0; bytes[k..].IndexOfAnyExcept((byte)0) is >= 0 and int next; k++)
        {
            k += next;
            to[k / Bits] |= 1UL << (k % Bits);
            count++;
        }
        return count;
    }

    private static int Shared(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        int shared = 0;
        for (int k = 0; k < a.Length; k++)
        {
            shared += BitOperations.PopCount(a[k] & b[k]);
        }
        return shared;
    }
}
