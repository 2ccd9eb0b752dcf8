using System.Numerics;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Sums over triplets whose negative is compared with the nearer of anchor and positive (Balntas et al., BMVC 2016).</summary>
/// <remarks>
/// A triplet (a, p, n) looks at three scores in two rows: (a, p), (a, n) and (p, n). Each row gathers what the triplets of all anchors give to it, so that rows can be summed side by
/// side: O(|P| |N|) time an anchor, memory of the matrix alone. A negative of the anchor that is no negative of the positive is compared with the anchor.
/// </remarks>
internal static class SwappedTripletSums
{
    /// <summary>The sum over all rows with its derivatives.</summary>
    /// <param name="scores">n × n, float32 or float64; taken as constants. On another device than the CPU they are copied.</param>
    /// <param name="positive">Bool, same shape.</param>
    /// <param name="negative">Bool, same shape; disjoint.</param>
    /// <param name="rule">What a triplet costs; mining looks at the anchor's own row.</param>
    public static TripletSum Of(Tensor scores, Tensor positive, Tensor negative, TripletRule rule)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        return scores.Type == DataType.Float64 ? Of<double>(scores, positive, negative, rule) : Of<float>(scores, positive, negative, rule);
    }

    private static TripletSum Of<T>(Tensor scores, Tensor positive, Tensor negative, TripletRule rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Tensor s, Tensor p, Tensor n) = (TripletSums.OnCpu(scores), TripletSums.OnCpu(positive), TripletSums.OnCpu(negative));
        Tensor weights = s.ZerosLike();
        int rows = (int)s.Size(0);
        (int Far, int Near)[] hardest = new (int, int)[rows];
        TripletRowSum[] sums = new TripletRowSum[rows];
        TripletSums.ForBlocks(rows, rows, (first, last) =>
        {
            for (int i = first; i < last; i++)
            {
                hardest[i] = TripletRow<T>.Hardest(TripletSums.Row<T>(s, i, rows), TripletSums.Row<bool>(p, i, rows), TripletSums.Row<bool>(n, i, rows));
            }
        });
        TripletSums.ForBlocks(rows, rows, (first, last) =>
        {
            SwappedTriplets<T> triplets = new(s.Span<T>(), p.Span<bool>(), n.Span<bool>(), hardest, rule);
            for (int i = first; i < last; i++)
            {
                Span<T> row = TripletSums.Row<T>(weights, i, rows);
                sums[i] = triplets.AddAsAnchor(i, row);
                triplets.AddAsPositive(i, row);
            }
        });
        return new TripletSum(weights.To(scores.Device), sums.Sum(row => row.Sum), sums.Sum(row => row.Nonzero), sums.Sum(row => row.Count));
    }
}

/// <summary>The triplets of a matrix of scores, row by row.</summary>
internal readonly ref struct SwappedTriplets<T>(ReadOnlySpan<T> scores, ReadOnlySpan<bool> positive, ReadOnlySpan<bool> negative, (int Far, int Near)[] hardest, TripletRule rule)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> scores = scores;
    private readonly ReadOnlySpan<bool> positive = positive;
    private readonly ReadOnlySpan<bool> negative = negative;
    private readonly int size = hardest.Length;

    /// <summary>What an anchor's triplets cost, and what they give to its row.</summary>
    public TripletRowSum AddAsAnchor(int anchor, Span<T> row)
    {
        TripletRowSum sum = default;
        for (int p = 0; p < size; p++)
        {
            for (int n = 0; n < size && positive[(anchor * size) + p]; n++)
            {
                if (IsMined(anchor, p, n))
                {
                    (double value, double slope, bool swapped) = Cost(anchor, p, n);
                    sum = new TripletRowSum(sum.Sum + value, sum.Nonzero + (slope > 0 ? 1 : 0), sum.Count + 1);
                    row[p] += T.CreateTruncating(slope);
                    row[n] -= T.CreateTruncating(swapped ? 0 : slope);
                }
            }
        }
        return sum;
    }

    /// <summary>What the triplets in which a row is the positive give to it.</summary>
    public void AddAsPositive(int p, Span<T> row)
    {
        for (int anchor = 0; anchor < size; anchor++)
        {
            for (int n = 0; n < size && positive[(anchor * size) + p]; n++)
            {
                if (IsMined(anchor, p, n) && Cost(anchor, p, n) is (_, var slope, true))
                {
                    row[n] -= T.CreateTruncating(slope);
                }
            }
        }
    }

    private bool IsMined(int anchor, int p, int n) => negative[(anchor * size) + n] && rule.Mining switch
    {
        TripletMining.Hard => hardest[anchor] == (p, n),
        TripletMining.SemiHard => At(anchor, n) - At(anchor, p) is var gap && gap > 0 && gap <= rule.MinerMargin,
        _ => true,
    };

    private (double Value, double Slope, bool Swapped) Cost(int anchor, int p, int n)
    {
        bool swapped = negative[(p * size) + n] && At(p, n) < At(anchor, n);
        double x = At(anchor, p) - At(swapped ? p : anchor, n) + rule.Margin;
        (double value, double slope) = rule.Smooth ? SoftHinge.Of(x) : x > 0 ? (x, 1) : (0, 0);
        return (value, slope, swapped);
    }

    private double At(int row, int column) => double.CreateTruncating(scores[(row * size) + column]);
}
