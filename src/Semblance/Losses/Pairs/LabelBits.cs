using System.Buffers.Binary;
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
    private const int Bits = 64;
    private readonly int rows, rowWords, classWords;
    private readonly ulong[] labels; // Of each row its labels.
    private readonly ulong[] holders; // Of each label the rows that have it.

    private LabelBits(int rows, int classes)
    {
        (this.rows, Classes, rowWords, classWords) = (rows, classes, Words(rows), Words(classes));
        (labels, holders) = (new ulong[rows * classWords], new ulong[classes * rowWords]);
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
        PairSide[] sides = GC.AllocateUninitializedArray<PairSide>(anchors.rows * references.rows);
        ulong[] counted = references.WithAtLeast(rule.LeastLabels), own = ReferenceEquals(anchors, references) ? counted : anchors.WithAtLeast(rule.LeastLabels);
        ulong[] foreign = new ulong[references.rowWords];
        for (int i = 0; i < anchors.rows; i++)
        {
            foreign.AsSpan().Clear();
            if ((own[i / Bits] >> (i % Bits) & 1) != 0)
            {
                anchors.AddHolders(i, references, foreign);
                for (int w = 0; w < foreign.Length; w++)
                {
                    foreign[w] = ~foreign[w] & counted[w];
                }
            }
            Spread(foreign, rule.Foreign, rule.Shared, sides.AsSpan(i * references.rows), references.rows);
        }
        return sides;
    }

    /// <summary>What every class is to every row: positive where it is one of the row's labels, else negative.</summary>
    public PairSide[] SidesToClasses()
    {
        PairSide[] sides = GC.AllocateUninitializedArray<PairSide>(rows * Classes);
        for (int row = 0; row < rows; row++)
        {
            Spread(labels.AsSpan(row * classWords, classWords), PairSide.Positive, PairSide.Negative, sides.AsSpan(row * Classes), Classes);
        }
        return sides;
    }

    private static int Words(int bits) => (bits + Bits - 1) / Bits;

    /// <summary>The rows of the references that have a label of an anchor.</summary>
    private void AddHolders(int anchor, LabelBits references, Span<ulong> sharing)
    {
        for (int w = 0; w < classWords; w++)
        {
            for (ulong left = labels[(anchor * classWords) + w]; left != 0; left &= left - 1)
            {
                int label = (w * Bits) + BitOperations.TrailingZeroCount(left);
                ReadOnlySpan<ulong> holding = references.holders.AsSpan(label * references.rowWords, sharing.Length);
                for (int k = 0; k < sharing.Length; k++)
                {
                    sharing[k] |= holding[k];
                }
            }
        }
    }

    /// <summary>The rows that have so many labels.</summary>
    private ulong[] WithAtLeast(int least)
    {
        ulong[] have = new ulong[rowWords];
        for (int row = 0; row < rows; row++)
        {
            int count = 0;
            foreach (ulong word in labels.AsSpan(row * classWords, classWords))
            {
                count += BitOperations.PopCount(word);
            }
            have[row / Bits] |= (count >= least ? 1UL : 0) << (row % Bits);
        }
        return have;
    }

    /// <summary>One side for bits that are set, another for the others.</summary>
    /// <param name="words">The bits.</param>
    /// <param name="set">For 1.</param>
    /// <param name="clear">For 0.</param>
    /// <param name="to">What is written over beyond the count is written again by the next row.</param>
    /// <param name="count">How many sides.</param>
    private static void Spread(ReadOnlySpan<ulong> words, PairSide set, PairSide clear, Span<PairSide> to, int count)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(to);
        Vector128<byte> places = Vector128.Create((byte)0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1), bits = Vector128.Create(0x8040201008040201).AsByte();
        Vector128<byte> sets = Vector128.Create((byte)set), clears = Vector128.Create((byte)clear);
        for (int first = 0; first < count; first += Vector128<byte>.Count)
        {
            ushort some = (ushort)(words[first / Bits] >> (first % Bits));
            Vector128<byte> own = Vector128.Shuffle(Vector128.Create(some).AsByte(), places) & bits;
            Vector128<byte> found = Vector128.ConditionalSelect(Vector128.Equals(own, bits), sets, clears);
            if (first + Vector128<byte>.Count <= bytes.Length)
            {
                found.CopyTo(bytes[first..]);
                continue;
            }
            for (int k = first; k < count; k++)
            {
                bytes[k] = found[k - first];
            }
        }
    }

    private void Pack(ReadOnlySpan<float> values)
    {
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> own = values.Slice(row * Classes, Classes);
            Span<ulong> words = labels.AsSpan(row * classWords, classWords);
            for (int w = 0; w < words.Length; w++)
            {
                words[w] = Marks.Of(own.Slice(w * Bits, Math.Min(Bits, own.Length - (w * Bits))));
                for (ulong left = words[w]; left != 0; left &= left - 1)
                {
                    int label = (w * Bits) + BitOperations.TrailingZeroCount(left);
                    holders[(label * rowWords) + (row / Bits)] |= 1UL << (row % Bits);
                }
            }
        }
    }
}
