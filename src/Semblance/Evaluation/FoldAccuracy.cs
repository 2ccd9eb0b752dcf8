namespace Semblance.Evaluation;

/// <summary>How often pairs are judged rightly by a threshold that other pairs gave.</summary>
/// <param name="Mean">Mean over the folds of the share of pairs judged rightly.</param>
/// <param name="Deviation">Sample standard deviation of that share over the folds (divisor: folds - 1).</param>
/// <param name="PerFold">The share in each fold.</param>
/// <param name="Thresholds">The threshold used in each fold.</param>
public sealed record FoldAccuracy(double Mean, double Deviation, IReadOnlyList<double> PerFold, IReadOnlyList<double> Thresholds)
{
    /// <summary>Judges the pairs of each fold by the threshold that is best on all other folds (<see cref="Verification.BestThreshold"/>).</summary>
    /// <param name="similarities">One similarity a pair.</param>
    /// <param name="same">Whether the pair is of one class.</param>
    /// <param name="folds">The fold of each pair, from 0; every number up to the largest occurs.</param>
    /// <exception cref="ArgumentException">Lengths differ, a similarity is NaN, there are fewer than two folds, one is empty, or the others lack pairs of a kind.</exception>
    /// <remarks>Huang et al., "Labeled Faces in the Wild", 2007, view 2: ten folds, no fold has a part in its own threshold.</remarks>
    public static FoldAccuracy Of(ReadOnlySpan<double> similarities, ReadOnlySpan<bool> same, ReadOnlySpan<int> folds)
    {
        int count = Demand(similarities, same, folds);
        double[] shares = new double[count], thresholds = new double[count];
        for (int fold = 0; fold < count; fold++)
        {
            List<double> others = [];
            List<bool> marks = [];
            for (int i = 0; i < folds.Length; i++)
            {
                if (folds[i] != fold)
                {
                    others.Add(similarities[i]);
                    marks.Add(same[i]);
                }
            }
            thresholds[fold] = Verification.Of([.. others], [.. marks], []).BestThreshold;
            shares[fold] = Share(similarities, same, folds, fold, thresholds[fold]);
        }
        double mean = shares.Average();
        return new(mean, Math.Sqrt(shares.Sum(share => (share - mean) * (share - mean)) / (count - 1)), shares, thresholds);
    }

    private static double Share(ReadOnlySpan<double> similarities, ReadOnlySpan<bool> same, ReadOnlySpan<int> folds, int fold, double threshold)
    {
        (int right, int all) = (0, 0);
        for (int i = 0; i < folds.Length; i++)
        {
            if (folds[i] == fold)
            {
                all++;
                right += similarities[i] >= threshold == same[i] ? 1 : 0;
            }
        }
        return (double)right / all;
    }

    private static int Demand(ReadOnlySpan<double> similarities, ReadOnlySpan<bool> same, ReadOnlySpan<int> folds)
    {
        if (similarities.Length != folds.Length || same.Length != folds.Length)
        {
            throw new ArgumentException($"{similarities.Length} similarities and {same.Length} marks came with {folds.Length} folds. Give one of each a pair.", nameof(folds));
        }
        int[] present = [.. folds.ToArray().Distinct().Order()];
        if (present.Length < 2 || present[0] != 0 || present[^1] != present.Length - 1)
        {
            throw new ArgumentException($"the folds are {string.Join(", ", present)}; two or more are needed, numbered from 0 without a gap.", nameof(folds));
        }
        return present.Length;
    }
}
