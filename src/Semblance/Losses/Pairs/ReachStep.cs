using System.Numerics;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Value and gradient of a hinged loss over cosines in one go: a product for the similarities, one pass over them for the value and the weight of each pair, and a product for each gradient.</summary>
/// <remarks>
/// At the size of a batch of codes an operator of the engine costs more to call, record and derive than to compute, and the recorded form of such a loss has dozens. On the CPU; the recorded form is for
/// everything else, and for whoever derives twice.
/// </remarks>
internal static class ReachStep
{
    // Pairs up to which one thread is as fast as the engine's.
    private const long MostPairs = 1L << 20;

    /// <summary>Whether a loss over such rows can be taken so.</summary>
    public static bool Takes(IPairLoss loss, Tensor rows, Tensor others) =>
        loss is IReachLoss { Reach: not null } && !rows.Device.IsCuda && !others.Device.IsCuda && rows.Size(0) > 0 && others.Size(0) > 0 && rows.Size(0) * others.Size(0) <= MostPairs;

    /// <summary>Rows against other rows; null where a similarity is not a number.</summary>
    public static KnownValue? Between(IReachLoss loss, Tensor rows, Tensor others, PairSet pairs) => rows.Type == DataType.Float64 ? Between<double>(loss, rows, others, pairs) : Between<float>(loss, rows, others, pairs);

    /// <summary>Rows against each other; null where a similarity is not a number.</summary>
    public static KnownValue? Within(IReachLoss loss, Tensor rows, PairSet pairs) => rows.Type == DataType.Float64 ? Within<double>(loss, rows, pairs) : Within<float>(loss, rows, pairs);

    /// <summary>The first rows against the later ones; null where a similarity is not a number.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="rows">All.</param>
    /// <param name="first">How many are anchors.</param>
    /// <param name="pairs">What the others are to them.</param>
    public static KnownValue? Across(IReachLoss loss, Tensor rows, long first, PairSet pairs) => rows.Type == DataType.Float64 ? Across<double>(loss, rows, first, pairs) : Across<float>(loss, rows, first, pairs);

    /// <summary>Rows against other rows, plus a multiple of the same rows against each other; null where a similarity is not a number.</summary>
    /// <remarks>What the two would do twice is done once: rows divided by their length and the way back, and the engine's part.</remarks>
    /// <param name="between">The loss against the others.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="others">The others.</param>
    /// <param name="pairs">What the others are to the rows.</param>
    /// <param name="within">The loss of the rows against each other.</param>
    /// <param name="own">What the rows are to each other, the same from both ends.</param>
    /// <param name="weight">What the loss of the rows against each other is multiplied by.</param>
    public static ReachSum? Sum(IReachLoss between, Tensor rows, Tensor others, PairSet pairs, IReachLoss within, PairSet own, double weight) =>
        rows.Type == DataType.Float64 ? Sum<double>(between, rows, others, pairs, within, own, weight) : Sum<float>(between, rows, others, pairs, within, own, weight);

    private static ReachSum? Sum<T>(IReachLoss between, Tensor rows, Tensor others, PairSet pairs, IReachLoss within, PairSet own, double weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        UnitGradient<T> a = new(rows), b = new(others);
        if (Weigh<T>(between, a.Unit, b.Unit, pairs) is not var (first, outward) || Weigh<T>(within, a.Unit, a.Unit, own) is not var (second, inward))
        {
            return null;
        }
        WeightedRows<T> toOthers = new(outward);
        Tensor slopes = toOthers.Sum(b.Unit);
        new WeightedRows<T>(inward).Add(slopes, a.Unit, 2 * weight); // A pair from both its ends.
        second *= weight;
        return new ReachSum(new KnownValue(first + second, (rows, a.PulledBack(slopes)), (others, b.PulledBack(toOthers.SumOfColumns(a.Unit)))), first, second);
    }

    private static KnownValue? Between<T>(IReachLoss loss, Tensor rows, Tensor others, PairSet pairs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        UnitGradient<T> a = new(rows), b = new(others);
        if (Weigh<T>(loss, a.Unit, b.Unit, pairs) is not var (value, weights))
        {
            return null;
        }
        WeightedRows<T> weighted = new(weights);
        return new KnownValue(value, (rows, a.PulledBack(weighted.Sum(b.Unit))), (others, b.PulledBack(weighted.SumOfColumns(a.Unit))));
    }

    private static KnownValue? Within<T>(IReachLoss loss, Tensor rows, PairSet pairs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        UnitGradient<T> a = new(rows);
        if (Weigh<T>(loss, a.Unit, a.Unit, pairs) is not var (value, weights))
        {
            return null;
        }
        Tensor slopes = new WeightedRows<T>(weights).Sum(a.Unit);
        if (pairs.IsSymmetric && loss is not IListedReachLoss)
        {
            slopes.MultiplyInPlace(2);
        }
        else
        {
            new WeightedRows<T>(TurnedMatrix.Of<T>(weights)).Add(slopes, a.Unit, 1);
        }
        return new KnownValue(value, (rows, a.PulledBack(slopes)));
    }

    private static KnownValue? Across<T>(IReachLoss loss, Tensor rows, long first, PairSet pairs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        UnitGradient<T> a = new(rows);
        Tensor anchors = a.Unit.Narrow(0, 0, first), others = a.Unit.Narrow(0, first, rows.Size(0) - first);
        if (Weigh<T>(loss, anchors, others, pairs) is not var (value, weights))
        {
            return null;
        }
        WeightedRows<T> weighted = new(weights);
        return new KnownValue(value, (rows, a.PulledBack(Tensor.Concatenate([weighted.Sum(others), weighted.SumOfColumns(anchors)]))));
    }

    /// <summary>The loss and dL/dS.</summary>
    private static (double Value, Tensor Weights)? Weigh<T>(IReachLoss loss, Tensor anchors, Tensor references, PairSet pairs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor matrix = anchors.MatMul(TurnedMatrix.Of<T>(references));
        Span<T> similarity = matrix.Span<T>();
        double value = loss is IListedReachLoss listed
            ? Listed(listed, similarity, pairs.Sides, (int)references.Size(0))
            : ReachedMeans.Weigh(similarity, pairs.Sides, loss.Reach!.Value, loss.Factor);
        pairs.GradeWeights(similarity);
        return double.IsNaN(value) ? null : (value, matrix);
    }

    /// <summary>The loss; weights take the place of the similarities.</summary>
    private static double Listed<T>(IListedReachLoss loss, Span<T> similarity, PairSide[] sides, int references)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (ReachedPairs.Of<T>(similarity, sides, references, loss.Reach!.Value) is not { } pairs)
        {
            return double.NaN;
        }
        double value = loss.Weigh(pairs);
        similarity.Clear();
        Put(pairs.Pulled, references, similarity);
        Put(pairs.Pushed, references, similarity);
        return value;
    }

    private static void Put<T>(ReadOnlySpan<ReachedPair> pairs, int width, Span<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ref readonly ReachedPair pair in pairs)
        {
            weights[(pair.Anchor * width) + pair.Reference] = T.CreateTruncating(pair.Weight);
        }
    }
}

/// <summary>A sum of two losses.</summary>
/// <param name="Value">The sum.</param>
/// <param name="Between">The part of rows against others.</param>
/// <param name="Within">The part of rows against each other, with its weight.</param>
internal readonly record struct ReachSum(KnownValue Value, double Between, double Within);
