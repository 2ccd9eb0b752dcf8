using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>A relation told by whether two items have a label in common.</summary>
/// <param name="Shared">What two items with a label in common are to each other.</param>
/// <param name="Foreign">What two items without one are.</param>
internal readonly record struct SharingRule(PairSide Shared, PairSide Foreign)
{
    /// <summary>An item with fewer labels than this counts as one that has a label in common with every item.</summary>
    public int LeastLabels { get; init; }
}

/// <summary>Rows of 0 and 1 as bits, so that labels in common are found many rows at a time instead of by a product of matrices.</summary>
internal sealed class LabelBits
{
    private const int Bits = 8;
    private readonly byte[] bits; // The first eight labels of every row, then the next eight of every row, and so on.
    private readonly int rows;
    private readonly int stride; // Rows, up to a multiple of what a vector holds; the rest have no label.

    private LabelBits(int rows, int classes)
    {
        (this.rows, Classes) = (rows, classes);
        stride = (rows + Vector<byte>.Count - 1) / Vector<byte>.Count * Vector<byte>.Count;
        bits = new byte[(classes + Bits - 1) / Bits * stride];
    }

    /// <summary>Number of columns.</summary>
    public int Classes { get; }

    /// <summary>As bits; null where they are not rows of 0 and 1 on the CPU.</summary>
    public static LabelBits? Of(Tensor labels)
    {
        if (!ClassLabels.IsMultiHot(labels) || labels.Device.IsCuda)
        {
            return null;
        }
        LabelBits packed = new((int)labels.Size(0), (int)labels.Size(1));
        packed.Pack((labels.Type == DataType.Float32 ? labels : labels.NotEqualTo(0).To(DataType.Float32)).Contiguous().Span<float>());
        return packed;
    }

    /// <summary>What every reference is to every anchor; both have the same classes.</summary>
    public static PairSide[] Sides(LabelBits anchors, LabelBits references, SharingRule rule)
    {
        if (rule.LeastLabels > 0)
        {
            bool same = ReferenceEquals(anchors, references);
            anchors = anchors.WithAllIfFewer(rule.LeastLabels);
            references = same ? anchors : references.WithAllIfFewer(rule.LeastLabels);
        }
        PairSide[] sides = GC.AllocateUninitializedArray<PairSide>(anchors.rows * references.rows);
        Span<byte> to = MemoryMarshal.AsBytes(sides.AsSpan()), rest = stackalloc byte[Vector<byte>.Count];
        Vector<byte> shared = new((byte)rule.Shared), foreign = new((byte)rule.Foreign);
        for (int i = 0; i < anchors.rows; i++)
        {
            for (int j = 0; j < references.rows; j += Vector<byte>.Count)
            {
                Vector<byte> found = Vector.ConditionalSelect(anchors.AreForeign(i, references, j), foreign, shared);
                Span<byte> place = to[((i * references.rows) + j)..];
                if (place.Length >= Vector<byte>.Count)
                {
                    found.CopyTo(place); // What runs over the end of a row is overwritten by the next one.
                    continue;
                }
                found.CopyTo(rest);
                rest[..place.Length].CopyTo(place);
            }
        }
        return sides;
    }

    /// <summary>What every class is to every row: positive where it is one of the row's labels, else negative.</summary>
    public PairSide[] SidesToClasses()
    {
        PairSide[] sides = GC.AllocateUninitializedArray<PairSide>(rows * Classes);
        sides.AsSpan().Fill(PairSide.Negative);
        for (int place = 0; bits.AsSpan(place).IndexOfAnyExcept((byte)0) is >= 0 and int next; place++)
        {
            place += next;
            int first = (place % stride * Classes) + (place / stride * Bits);
            for (int left = bits[place]; left != 0; left &= left - 1)
            {
                sides[first + BitOperations.TrailingZeroCount(left)] = PairSide.Positive;
            }
        }
        return sides;
    }

    /// <summary>All bits of a byte where a reference has no label in common with an anchor.</summary>
    private Vector<byte> AreForeign(int anchor, LabelBits references, int first)
    {
        Vector<byte> common = Vector<byte>.Zero;
        for (int w = 0; w < bits.Length; w += stride, first += references.stride)
        {
            common |= new Vector<byte>(references.bits, first) & new Vector<byte>(bits[w + anchor]);
        }
        return Vector.Equals(common, Vector<byte>.Zero);
    }

    /// <summary>The same, rows of too few labels with all.</summary>
    private LabelBits WithAllIfFewer(int least)
    {
        LabelBits filled = new(rows, Classes);
        bits.CopyTo(filled.bits, 0);
        for (int row = 0; row < rows; row++)
        {
            int count = 0;
            for (int place = row; place < bits.Length; place += stride)
            {
                count += BitOperations.PopCount(bits[place]);
            }
            for (int place = row; place < bits.Length && count < least; place += stride)
            {
                filled.bits[place] = byte.MaxValue;
            }
        }
        return filled;
    }

    private void Pack(ReadOnlySpan<float> labels)
    {
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> own = labels.Slice(row * Classes, Classes);
            int k = 0;
            for (; k + Bits <= Classes; k += Bits)
            {
                bits[(k / Bits * stride) + row] = (byte)~Vector256.Equals(Vector256.Create(own[k..]), Vector256<float>.Zero).ExtractMostSignificantBits();
            }
            for (; k < Classes; k++)
            {
                bits[(k / Bits * stride) + row] |= (byte)(own[k] != 0 ? 1 << (k % Bits) : 0);
            }
        }
    }
}
