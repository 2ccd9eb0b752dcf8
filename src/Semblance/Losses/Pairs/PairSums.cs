using System.Numerics;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>What a pair costs by its own similarity alone, and the derivative of that.</summary>
internal interface IPairCost<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Of a positive.</summary>
    (T Value, T Slope) Pull(T similarity);

    /// <summary>Of a negative.</summary>
    (T Value, T Slope) Push(T similarity);

    /// <summary>A similarity up to which no negative costs anything.</summary>
    T FreeUpTo { get; }
}

/// <summary>Sums over the pairs of a batch whose costs do not depend on each other, in one pass over similarities and masks.</summary>
/// <remarks>The operators of the engine would pass over the matrix once for every operation of the formula; where most pairs cost nothing this pass only compares.</remarks>
internal static class PairSums
{
    /// <summary>Sums and numbers of the terms that are not 0.</summary>
    /// <param name="rows">On the CPU; similarities are taken as constants.</param>
    /// <param name="cost">What a pair costs.</param>
    /// <param name="pull">Gets the derivatives of positives; null where they are not needed. Zeros beforehand.</param>
    /// <param name="push">Likewise of negatives; may be the same tensor.</param>
    public static PairSum Of<T, TCost>(PairBatch rows, TCost cost, Tensor? pull = null, Tensor? push = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TCost : struct, IPairCost<T>
    {
        (Tensor s, Tensor p, Tensor n) = (TripletSums.OnCpu(rows.Similarity), TripletSums.OnCpu(rows.Positive), TripletSums.OnCpu(rows.Negative));
        int width = (int)rows.References;
        PairSum[] sums = new PairSum[rows.Anchors];
        TripletSums.ForBlocks(sums.Length, width, (first, last) =>
        {
            for (int i = first; i < last; i++)
            {
                sums[i] = OfRow(
                    TripletSums.Row<T>(s, i, width), TripletSums.Row<bool>(p, i, width), TripletSums.Row<bool>(n, i, width), cost,
                    pull is null ? [] : TripletSums.Row<T>(pull, i, width), push is null ? [] : TripletSums.Row<T>(push, i, width));
            }
        });
        PairSum total = default;
        foreach (PairSum sum in sums)
        {
            total += sum;
        }
        return total;
    }

    /// <summary>Zeros for the derivatives of pairs.</summary>
    public static Tensor Weights(PairBatch rows) => Tensor.Zeros(rows.Similarity.Shape, rows.Similarity.Type);

    private static PairSum OfRow<T, TCost>(ReadOnlySpan<T> similarity, ReadOnlySpan<bool> positive, ReadOnlySpan<bool> negative, TCost cost, Span<T> pull, Span<T> push)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TCost : struct, IPairCost<T>
    {
        PairSum sum = default;
        for (int k = 0; k < similarity.Length;)
        {
            k += Free(similarity[k..], positive[k..], cost.FreeUpTo);
            for (int end = Math.Min(similarity.Length, k + Vector<T>.Count); k < end; k++)
            {
                sum += OfPair(similarity[k], positive[k], negative[k], cost, k, pull, push);
            }
        }
        return sum;
    }

    private static PairSum OfPair<T, TCost>(T similarity, bool positive, bool negative, TCost cost, int k, Span<T> pull, Span<T> push)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TCost : struct, IPairCost<T>
    {
        if (negative)
        {
            (T value, T slope) = cost.Push(similarity);
            if (value > T.Zero)
            {
                Set(push, k, slope);
                return new PairSum(0, 0, double.CreateTruncating(value), 1);
            }
        }
        else if (positive)
        {
            (T value, T slope) = cost.Pull(similarity);
            Set(pull, k, slope);
            return value > T.Zero ? new PairSum(double.CreateTruncating(value), 1, 0, 0) : default;
        }
        return default;
    }

    /// <summary>How many pairs from the first on cost nothing: no positive is among them and none is more similar than a bound. A NaN among them is for the caller to see.</summary>
    private static int Free<T>(ReadOnlySpan<T> similarity, ReadOnlySpan<bool> positive, T bound)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Vector<T>.Count, k = 0;
        Vector<T> bounds = new(bound);
        while (k + lanes <= similarity.Length && !Vector.GreaterThanAny(new Vector<T>(similarity[k..]), bounds) && !positive.Slice(k, lanes).Contains(true))
        {
            k += lanes;
        }
        return k;
    }

    private static void Set<T>(Span<T> weights, int k, T slope)
    {
        if (!weights.IsEmpty)
        {
            weights[k] = slope;
        }
    }
}

/// <summary>Sums over positives and over negatives, with the numbers of their terms that are not 0.</summary>
internal readonly record struct PairSum(double Pull, long Pulls, double Push, long Pushes)
{
    public static PairSum operator +(PairSum a, PairSum b) => new(a.Pull + b.Pull, a.Pulls + b.Pulls, a.Push + b.Push, a.Pushes + b.Pushes);

    /// <summary>A sum and a count as a part.</summary>
    public static RowPart Part(double sum, long count, Tensor like) => new(Tensor.Scalar(sum, like.Type, like.Device), Tensor.Scalar(count, like.Type, like.Device));
}

/// <summary>[p - S]₊ and [S - q]₊.</summary>
internal readonly struct CosineBand<T>(double p, double q) : IPairCost<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T near = T.CreateChecked(p), far = T.CreateChecked(q);

    public T FreeUpTo => far;

    public (T Value, T Slope) Pull(T similarity) => similarity < near ? (near - similarity, -T.One) : default;

    public (T Value, T Slope) Push(T similarity) => similarity > far ? (similarity - far, T.One) : default;
}

/// <summary>[D - p]₊ and [q - D]₊.</summary>
internal readonly struct EuclideanBand<T>(double p, double q) : IPairCost<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Of squared distances: with the slack of a rounding, those beyond cost nothing.
    private const double Slack = 1.00001;
    private readonly T near = T.CreateChecked(p), far = T.CreateChecked(q), beyond = T.CreateChecked(q * Math.Abs(q) * Slack), zero = Distances.Zero<T>();

    public T FreeUpTo => T.CreateChecked(1 - (q * Math.Abs(q) * Slack / 2) - (Slack - 1));

    public (T Value, T Slope) Pull(T similarity)
    {
        T distance = Distance(similarity);
        return distance > near ? (distance - near, distance > T.Zero ? -T.One / distance : T.Zero) : default;
    }

    public (T Value, T Slope) Push(T similarity)
    {
        if (T.One + T.One - similarity - similarity > beyond)
        {
            return default;
        }
        T distance = Distance(similarity);
        return distance < far ? (far - distance, distance > T.Zero ? T.One / distance : T.Zero) : default;
    }

    private T Distance(T similarity)
    {
        T squared = T.One + T.One - similarity - similarity;
        return squared < zero ? T.Zero : T.Sqrt(squared);
    }
}

/// <summary>D² and ([q - D]₊)².</summary>
internal readonly struct SquaredBand<T>(double q) : IPairCost<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly EuclideanBand<T> band = new(0, q);
    private readonly T zero = Distances.Zero<T>(), two = T.One + T.One;

    public T FreeUpTo => band.FreeUpTo;

    public (T Value, T Slope) Pull(T similarity)
    {
        T squared = two - similarity - similarity;
        return (squared < zero ? T.Zero : squared, -two);
    }

    public (T Value, T Slope) Push(T similarity)
    {
        (T value, T slope) = band.Push(similarity);
        return (value * value, two * value * slope);
    }
}
