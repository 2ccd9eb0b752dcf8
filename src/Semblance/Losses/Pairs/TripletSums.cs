using System.Buffers;
using System.Numerics;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Sums over triplets (anchor, positive, negative) by the scores of pairs, without a list of triplets.</summary>
/// <remarks>
/// <para>
/// A score is a distance: it grows with it. What the triplets of an anchor cost depends on its own row alone, so rows come in any blocks. The kernel is shared: an offset
/// that belongs to a pair, such as the hierarchical triplet loss's margin between the classes of anchor and negative, is taken from the negative's score beforehand
/// (n - margin), with a rule's margin of 0.
/// </para>
/// <para>
/// The sum of hinges is linear in the scores, with counts for coefficients. An anchor's positives are sorted; each negative finds by binary search how many of them it
/// violates, and a running sum tells each positive how many negatives violate it: O(m log m) an anchor. The soft form has no such sum and visits every triplet:
/// O(|P| |N|) time, and no memory either.
/// </para>
/// </remarks>
internal static class TripletSums
{
    private const int RowsPerBlock = 16;
    private const long FewestElements = 1 << 14; // Fewer are summed faster than threads are woken.

    /// <summary>The sum over all rows with its derivatives.</summary>
    /// <param name="scores">Anchors × references, float32 or float64; taken as constants. On another device than the CPU they are copied.</param>
    /// <param name="positive">Bool, same shape.</param>
    /// <param name="negative">Bool, same shape; disjoint.</param>
    /// <param name="rule">What a triplet costs.</param>
    public static TripletSum Of(Tensor scores, Tensor positive, Tensor negative, TripletRule rule)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        return scores.Type == DataType.Float64 ? Of<double>(scores, positive, negative, rule) : Of<float>(scores, positive, negative, rule);
    }

    private static TripletSum Of<T>(Tensor scores, Tensor positive, Tensor negative, TripletRule rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Tensor s, Tensor p, Tensor n) = (OnCpu(scores), OnCpu(positive), OnCpu(negative));
        Tensor weights = s.ZerosLike();
        (int rows, int width) = ((int)s.Size(0), (int)s.Size(1));
        TripletRowSum[] sums = new TripletRowSum[rows];
        ForBlocks(rows, width, (first, last) =>
        {
            using TripletRow<T> row = new(rule, width);
            for (int i = first; i < last; i++)
            {
                sums[i] = row.Add(Row<T>(s, i, width), Row<bool>(p, i, width), Row<bool>(n, i, width), Row<T>(weights, i, width));
            }
        });
        return new TripletSum(weights.To(scores.Device), sums.Sum(row => row.Sum), sums.Sum(row => row.Nonzero), sums.Sum(row => row.Count));
    }

    /// <summary>Runs blocks of rows, on as many threads as an operator of the engine may use.</summary>
    public static void ForBlocks(int rows, int width, Action<int, int> body)
    {
        if ((long)rows * width < FewestElements || Torch.Threads == 1)
        {
            body(0, rows);
            return;
        }
        int blocks = (rows + RowsPerBlock - 1) / RowsPerBlock;
        Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = Torch.Threads }, block => body(block * RowsPerBlock, Math.Min(rows, (block + 1) * RowsPerBlock)));
    }

    /// <summary>Values in order on the CPU, where the kernels are.</summary>
    public static Tensor OnCpu(Tensor values) => values.Detach().To(Device.Cpu).Contiguous();

    /// <summary>A row of a matrix.</summary>
    public static Span<T> Row<T>(Tensor matrix, int row, int width)
        where T : unmanaged => matrix.Span<T>().Slice(row * width, width);
}

/// <summary>A sum over triplets.</summary>
/// <param name="Weights">Its derivative with respect to every score: at least 0 on positives, at most 0 on negatives.</param>
/// <param name="Sum">The sum.</param>
/// <param name="Nonzero">Triplets that cost something.</param>
/// <param name="Count">Triplets that were mined.</param>
internal readonly record struct TripletSum(Tensor Weights, double Sum, long Nonzero, long Count)
{
    /// <summary>The sum as a scalar that differentiates with respect to the scores; NaN where a score is.</summary>
    public Tensor Over(Tensor scores)
    {
        Tensor linear = (Weights * scores).Sum();
        return linear - linear.Detach() + Sum;
    }

    /// <summary>Sum and divisor.</summary>
    public RowPart Part(Tensor scores, TripletAverage reduction) =>
        new(Over(scores), Tensor.Scalar(reduction == TripletAverage.Mean ? Count : Nonzero, scores.Type, scores.Device));
}

/// <summary>What the triplets of one anchor sum to.</summary>
internal readonly record struct TripletRowSum(double Sum, long Nonzero, long Count);

/// <summary>The kernel over one anchor's row; keeps its scratch memory from row to row.</summary>
internal sealed class TripletRow<T>(TripletRule rule, int width) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T margin = T.CreateChecked(rule.Margin);
    private readonly T minerMargin = T.CreateChecked(rule.MinerMargin);
    private readonly T[] sorted = ArrayPool<T>.Shared.Rent(width);
    private readonly int[] places = ArrayPool<int>.Shared.Rent(width);
    private readonly double[] pulls = ArrayPool<double>.Shared.Rent(width + 1);

    /// <summary>The sum of a row; the derivatives are added to the weights.</summary>
    public TripletRowSum Add(ReadOnlySpan<T> scores, ReadOnlySpan<bool> positive, ReadOnlySpan<bool> negative, Span<T> weights) =>
        rule.Mining == TripletMining.Hard ? AddHardest(scores, positive, negative, weights) : AddAll(scores, positive, negative, weights);

    /// <summary>Returns the scratch memory.</summary>
    public void Dispose()
    {
        ArrayPool<T>.Shared.Return(sorted);
        ArrayPool<int>.Shared.Return(places);
        ArrayPool<double>.Shared.Return(pulls);
    }

    private TripletRowSum AddAll(ReadOnlySpan<T> scores, ReadOnlySpan<bool> positive, ReadOnlySpan<bool> negative, Span<T> weights)
    {
        ReadOnlySpan<T> positives = Sort(scores, positive);
        Span<double> pull = pulls.AsSpan(0, positives.Length + 1);
        pull.Clear();
        TripletRowSum sum = default;
        for (int k = 0; k < scores.Length && positives.Length > 0; k++)
        {
            if (negative[k])
            {
                (int first, int last) = Mined(positives, scores[k]);
                (TripletRowSum cost, double push) = rule.Smooth ? Soft(positives, first, last, scores[k], pull) : Hinge(positives, first, last, scores[k], pull);
                sum = new TripletRowSum(sum.Sum + cost.Sum, sum.Nonzero + cost.Nonzero, sum.Count + cost.Count);
                weights[k] -= T.CreateTruncating(push);
            }
        }
        return Pull(positives, pull, weights, sum);
    }

    /// <summary>Gives the positives their derivatives; with hinges their own share of the sum too, which the negatives have left out.</summary>
    private TripletRowSum Pull(ReadOnlySpan<T> positives, ReadOnlySpan<double> pull, Span<T> weights, TripletRowSum sum)
    {
        (double running, double own) = (0, 0);
        for (int j = 0; j < positives.Length; j++)
        {
            running = rule.Smooth ? pull[j] : running + pull[j];
            weights[places[j]] += T.CreateTruncating(running);
            own += rule.Smooth || running == 0 ? 0 : running * double.CreateTruncating(positives[j]);
        }
        return sum with { Sum = sum.Sum + own };
    }

    /// <summary>The range of positives, sorted, with which a negative forms triplets that are mined.</summary>
    private (int First, int Last) Mined(ReadOnlySpan<T> positives, T score) => rule.Mining == TripletMining.SemiHard
        ? (CountBelow(positives, score - minerMargin), CountBelow(positives, score))
        : (0, positives.Length);

    /// <summary>The positives beyond n - margin cost something: one step up at the first, one down after the last.</summary>
    private (TripletRowSum Cost, double Push) Hinge(ReadOnlySpan<T> positives, int first, int last, T score, Span<double> steps)
    {
        int from = Math.Max(first, CountUpTo(positives, score - margin));
        if (from >= last)
        {
            return (new TripletRowSum(0, 0, last - first), 0);
        }
        int violated = last - from;
        steps[from]++;
        steps[last]--;
        return (new TripletRowSum(violated * (rule.Margin - double.CreateTruncating(score)), violated, last - first), violated);
    }

    private (TripletRowSum Cost, double Push) Soft(ReadOnlySpan<T> positives, int first, int last, T score, Span<double> pull)
    {
        (double sum, double push, double level) = (0, 0, rule.Margin - double.CreateTruncating(score));
        for (int j = first; j < last; j++)
        {
            (double cost, double slope) = SoftHinge.Of(double.CreateTruncating(positives[j]) + level);
            sum += cost;
            push += slope;
            pull[j] += slope;
        }
        return (new TripletRowSum(sum, last - first, last - first), push);
    }

    private TripletRowSum AddHardest(ReadOnlySpan<T> scores, ReadOnlySpan<bool> positive, ReadOnlySpan<bool> negative, Span<T> weights)
    {
        (int far, int near) = Hardest(scores, positive, negative);
        if (far < 0 || near < 0)
        {
            return default;
        }
        double value = double.CreateTruncating(scores[far]) - double.CreateTruncating(scores[near]) + rule.Margin;
        (double cost, double slope) = rule.Smooth ? SoftHinge.Of(value) : value > 0 ? (value, 1) : (0, 0);
        weights[far] += T.CreateTruncating(slope);
        weights[near] -= T.CreateTruncating(slope);
        return new TripletRowSum(cost, slope > 0 ? 1 : 0, 1);
    }

    /// <summary>The farthest positive and the nearest negative, the first of equals; -1 where there is none.</summary>
    internal static (int Far, int Near) Hardest(ReadOnlySpan<T> scores, ReadOnlySpan<bool> positive, ReadOnlySpan<bool> negative)
    {
        (int far, int near) = (-1, -1);
        for (int k = 0; k < scores.Length; k++)
        {
            far = positive[k] && (far < 0 || scores[k] > scores[far]) ? k : far;
            near = negative[k] && (near < 0 || scores[k] < scores[near]) ? k : near;
        }
        return (far, near);
    }

    private ReadOnlySpan<T> Sort(ReadOnlySpan<T> scores, ReadOnlySpan<bool> positive)
    {
        int count = 0;
        for (int j = 0; j < scores.Length; j++)
        {
            if (positive[j])
            {
                (sorted[count], places[count]) = (scores[j], j);
                count++;
            }
        }
        sorted.AsSpan(0, count).Sort(places.AsSpan(0, count));
        return sorted.AsSpan(0, count);
    }

    /// <summary>How many sorted values are below a bound.</summary>
    private static int CountBelow(ReadOnlySpan<T> values, T bound)
    {
        (int low, int high) = (0, values.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = values[middle] < bound ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    /// <summary>How many sorted values are at most a bound.</summary>
    private static int CountUpTo(ReadOnlySpan<T> values, T bound)
    {
        (int low, int high) = (0, values.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = values[middle] <= bound ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}

/// <summary>log(1 + e^x) and its derivative, exact for any x.</summary>
internal static class SoftHinge
{
    private const double Small = 1e-3;

    public static (double Value, double Slope) Of(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return x > 0 ? (x + LogOnePlus(e), 1 / (1 + e)) : (LogOnePlus(e), e / (1 + e));
    }

    // The series' next term is below 1e-15 of the first.
    private static double LogOnePlus(double e) => e >= Small ? Math.Log(1 + e) : e * (1 - (e * (0.5 - (e * ((1.0 / 3) - (e * (0.25 - (e * 0.2))))))));
}
