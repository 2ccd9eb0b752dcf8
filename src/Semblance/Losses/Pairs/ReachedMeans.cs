using System.Numerics;
using System.Runtime.InteropServices;

namespace Semblance.Losses.Pairs;

/// <summary>factor · (mean excess of positives + mean excess of negatives): every pair within reach weighs the same as others of its side, so that no list of them is needed.</summary>
internal static class ReachedMeans
{
    // Pairs whose excesses are added up in their own precision.
    private const int Block = 512;

    /// <summary>The value; NaN where a similarity is one.</summary>
    /// <param name="similarity">S, row by row; becomes dL/dS.</param>
    /// <param name="sides">What the references are to the anchors.</param>
    /// <param name="reach">Which pairs count.</param>
    /// <param name="factor">Of the whole.</param>
    public static double Weigh<T>(Span<T> similarity, ReadOnlySpan<PairSide> sides, PairReach reach, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double pull = factor / Math.Max(1, PairSides.Count(sides, PairSide.Positive)), push = factor / Math.Max(1, PairSides.Count(sides, PairSide.Negative));
        Band<T> band = new(reach, pull, push);
        Span<T> codes = stackalloc T[Block], rest = stackalloc T[Vector<T>.Count];
        double value = 0;
        for (int first = 0; first < similarity.Length; first += Block)
        {
            Span<T> some = similarity.Slice(first, Math.Min(Block, similarity.Length - first));
            Widen(sides.Slice(first, some.Length), codes);
            Vector<T> sums = band.Weigh(some, codes, Vector<T>.Zero);
            int whole = some.Length / Vector<T>.Count * Vector<T>.Count;
            if (whole < some.Length)
            {
                rest.Clear();
                some[whole..].CopyTo(rest);
                codes[some.Length..(whole + Vector<T>.Count)].Clear();
                sums = band.Weigh(rest, codes[whole..], sums);
                rest[..(some.Length - whole)].CopyTo(some[whole..]);
            }
            value += double.CreateTruncating(Vector.Sum(sums));
        }
        return value;
    }

    /// <summary>The codes of sides as numbers.</summary>
    private static void Widen<T>(ReadOnlySpan<PairSide> sides, Span<T> codes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(sides);
        int k = 0;
        if (typeof(T) == typeof(float))
        {
            Span<Vector<float>> to = MemoryMarshal.Cast<T, Vector<float>>(codes);
            foreach (Vector<byte> many in MemoryMarshal.Cast<byte, Vector<byte>>(bytes))
            {
                Vector.Widen(many, out Vector<ushort> low, out Vector<ushort> high);
                Store(low, to);
                Store(high, to[2..]);
                to = to[4..];
            }
            k = bytes.Length / Vector<byte>.Count * Vector<byte>.Count;
        }
        for (; k < bytes.Length; k++)
        {
            codes[k] = T.CreateTruncating(bytes[k]);
        }
    }

    private static void Store(Vector<ushort> codes, Span<Vector<float>> to)
    {
        Vector.Widen(codes, out Vector<uint> low, out Vector<uint> high);
        to[1] = Vector.ConvertToSingle(Vector.AsVectorInt32(high));
        to[0] = Vector.ConvertToSingle(Vector.AsVectorInt32(low));
    }

    /// <summary>A hinge and the weights of its two sides.</summary>
    private readonly struct Band<T>(PairReach reach, double pull, double push)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly T near = T.CreateChecked(reach.Near), far = T.CreateChecked(reach.Far), pulling = T.CreateChecked(pull), pushing = T.CreateChecked(push);
        private readonly T last = reach.KeepsPositives ? T.PositiveInfinity : T.CreateChecked(reach.Near);

        /// <summary>Adds the weighted excess, as many at a time as a vector has; weights take the place of the similarities. A NaN stays one: out of reach it is multiplied by 0.</summary>
        public Vector<T> Weigh(Span<T> similarity, ReadOnlySpan<T> codes, Vector<T> sums)
        {
            Vector<T> positive = new(T.CreateTruncating((byte)PairSide.Positive)), negative = new(T.CreateTruncating((byte)PairSide.Negative));
            Vector<T> pull = new(pulling), push = new(pushing), below = new(near), end = new(last), above = new(far);
            Span<Vector<T>> many = MemoryMarshal.Cast<T, Vector<T>>(similarity);
            ReadOnlySpan<Vector<T>> sides = MemoryMarshal.Cast<T, Vector<T>>(codes)[..many.Length];
            for (int k = 0; k < many.Length; k++)
            {
                Vector<T> values = many[k], side = sides[k];
                Vector<T> pulled = Vector.Equals(side, positive) & Vector.LessThan(values, end) & pull, pushed = Vector.Equals(side, negative) & Vector.GreaterThan(values, above) & push;
                sums += (pulled * (below - values)) + (pushed * (values - above));
                many[k] = pushed - pulled;
            }
            return sums;
        }
    }
}
