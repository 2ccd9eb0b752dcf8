using System.Numerics;
using System.Runtime.InteropServices;

namespace Semblance.Losses.Pairs;

/// <summary>factor · (mean excess of positives + mean excess of negatives): every pair within reach weighs the same as others of its side, so that no list of them is needed.</summary>
internal static class ReachedMeans
{
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
        int step = Vector<byte>.Count;
        Span<T> codes = stackalloc T[step], rest = stackalloc T[step];
        double value = 0;
        for (int first = 0; first < similarity.Length; first += step)
        {
            int count = Math.Min(step, similarity.Length - first);
            Span<T> values = similarity.Slice(first, count);
            Widen(sides.Slice(first, count), codes);
            if (count == step)
            {
                value += band.Weigh(values, codes);
                continue;
            }
            rest.Clear();
            values.CopyTo(rest);
            value += band.Weigh(rest, codes);
            rest[..count].CopyTo(values);
        }
        return value;
    }

    /// <summary>The codes of sides as numbers; 0 where there are no more.</summary>
    private static void Widen<T>(ReadOnlySpan<PairSide> sides, Span<T> codes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(sides);
        if (typeof(T) == typeof(float) && bytes.Length == Vector<byte>.Count)
        {
            Span<float> to = MemoryMarshal.Cast<T, float>(codes);
            Vector.Widen(new Vector<byte>(bytes), out Vector<ushort> low, out Vector<ushort> high);
            Store(low, to);
            Store(high, to[Vector<ushort>.Count..]);
            return;
        }
        codes.Clear();
        for (int k = 0; k < bytes.Length; k++)
        {
            codes[k] = T.CreateTruncating(bytes[k]);
        }
    }

    private static void Store(Vector<ushort> codes, Span<float> to)
    {
        Vector.Widen(codes, out Vector<uint> low, out Vector<uint> high);
        Vector.ConvertToSingle(Vector.AsVectorInt32(low)).CopyTo(to);
        Vector.ConvertToSingle(Vector.AsVectorInt32(high)).CopyTo(to[Vector<uint>.Count..]);
    }

    /// <summary>A hinge and the weights of its two sides.</summary>
    private readonly struct Band<T>(PairReach reach, double pull, double push)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Vector<T> near = new(T.CreateChecked(reach.Near)), far = new(T.CreateChecked(reach.Far)), pulling = new(T.CreateChecked(pull)), pushing = new(T.CreateChecked(push));
        private readonly bool keepsPositives = reach.KeepsPositives;

        /// <summary>The weighted excess; weights take the place of the similarities. A NaN stays one: out of reach it is multiplied by 0.</summary>
        public double Weigh(Span<T> similarity, ReadOnlySpan<T> codes)
        {
            Vector<T> positive = new(T.CreateTruncating((byte)PairSide.Positive)), negative = new(T.CreateTruncating((byte)PairSide.Negative)), sums = Vector<T>.Zero;
            for (int k = 0; k < similarity.Length; k += Vector<T>.Count)
            {
                Vector<T> values = new(similarity[k..]), side = new(codes[k..]), below = near - values, above = values - far;
                Vector<T> pulled = Vector.Equals(side, positive), pushed = Vector.Equals(side, negative) & Vector.GreaterThan(above, Vector<T>.Zero);
                pulled = (keepsPositives ? pulled : pulled & Vector.GreaterThan(below, Vector<T>.Zero)) & pulling;
                pushed &= pushing;
                sums += (pulled * below) + (pushed * above);
                (pushed - pulled).CopyTo(similarity[k..]);
            }
            return double.CreateTruncating(Vector.Sum(sums));
        }
    }
}
