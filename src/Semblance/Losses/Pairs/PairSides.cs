using System.Numerics;
using System.Runtime.InteropServices;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>What a reference is to an anchor.</summary>
internal enum PairSide : byte
{
    None,
    Positive,
    Negative,
}

/// <summary>Who is what to whom, one byte a pair, anchors × references; on the CPU.</summary>
internal static class PairSides
{
    /// <summary>What proxies are to rows: positive are those of a row's own labels, negative all others.</summary>
    public static PairSide[] ToProxies(Tensor labels, long proxies, int centers)
    {
        if (centers == 1 && labels is { Rank: 1, Type: DataType.Int64, Device.IsCuda: false })
        {
            return ToClasses(labels, (int)proxies);
        }
        if (centers == 1 && LabelBits.Of(labels) is { } bits && bits.Classes == proxies)
        {
            return bits.SidesToClasses();
        }
        ReadOnlySpan<byte> yes = Bytes(PairInputs.OwnProxies(labels, proxies, centers));
        PairSide[] sides = new PairSide[yes.Length];
        Combine(yes, yes, sides, static (p, _) => new Vector<byte>((byte)PairSide.Negative) - p);
        return sides;
    }

    /// <summary>By a relation of labels, by bits where it is one of labels in common and the labels are rows of 0 and 1.</summary>
    public static PairSide[] Of(LabelRelation relation, Tensor anchors, Tensor references)
    {
        if (relation.BySharing is { } rule && LabelBits.Of(anchors) is { } own && (ReferenceEquals(anchors, references) ? own : LabelBits.Of(references)) is { } others && own.Classes == others.Classes)
        {
            return LabelBits.Sides(own, others, rule);
        }
        (Tensor positive, Tensor negative) = relation.Masks(anchors, references);
        PairSide[] sides = new PairSide[positive.Count];
        Combine(Bytes(positive), Bytes(negative), sides, static (p, n) => p + n + n);
        return sides;
    }

    /// <summary>Takes the pairs of an anchor with itself out of a square matrix.</summary>
    public static void ExceptOwn(Span<PairSide> sides, int anchors)
    {
        for (int k = 0; k < anchors; k++)
        {
            sides[(k * anchors) + k] = PairSide.None;
        }
    }

    /// <summary>How many pairs are on a side.</summary>
    public static int Count(ReadOnlySpan<PairSide> sides, PairSide side) => MemoryMarshal.AsBytes(sides).Count((byte)side);

    private static PairSide[] ToClasses(Tensor labels, int classes)
    {
        ReadOnlySpan<long> ids = labels.Contiguous().Span<long>();
        if (ids.ContainsAnyExceptInRange(0, classes - 1))
        {
            ClassLabels.CheckIds(labels, classes);
        }
        PairSide[] sides = new PairSide[ids.Length * classes];
        sides.AsSpan().Fill(PairSide.Negative);
        for (int row = 0; row < ids.Length; row++)
        {
            sides[(row * classes) + (int)ids[row]] = PairSide.Positive;
        }
        return sides;
    }

    private static ReadOnlySpan<byte> Bytes(Tensor mask) => MemoryMarshal.AsBytes(mask.Contiguous().Span<bool>());

    private static void Combine(ReadOnlySpan<byte> positive, ReadOnlySpan<byte> negative, Span<PairSide> sides, Func<Vector<byte>, Vector<byte>, Vector<byte>> rule)
    {
        Span<byte> to = MemoryMarshal.AsBytes(sides);
        int lanes = Vector<byte>.Count, k = 0;
        for (; k + lanes <= to.Length; k += lanes)
        {
            rule(new Vector<byte>(positive[k..]), new Vector<byte>(negative[k..])).CopyTo(to[k..]);
        }
        for (; k < to.Length; k++)
        {
            to[k] = rule(new Vector<byte>(positive[k]), new Vector<byte>(negative[k]))[0];
        }
    }
}
