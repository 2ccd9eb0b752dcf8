namespace Semblance.Evaluation;

/// <summary>How well a similarity threshold tells pairs of the same class from others.</summary>
/// <param name="BestAccuracy">The largest share of pairs that one threshold judges rightly.</param>
/// <param name="BestThreshold">The largest threshold that reaches it; positive infinity where accepting nothing is best.</param>
/// <param name="AreaUnderCurve">The probability that a same pair is more similar than another pair, ties one half.</param>
/// <param name="TrueAcceptRates">For every false accept rate asked for, the best true accept rate that does not exceed it.</param>
/// <param name="Pairs">Number of pairs.</param>
/// <param name="SamePairs">Number of pairs of the same class.</param>
public sealed record Verification(
    double BestAccuracy, double BestThreshold, double AreaUnderCurve, IReadOnlyDictionary<double, double> TrueAcceptRates, int Pairs, int SamePairs)
{
    /// <summary>Judges pairs: one is accepted when its similarity reaches the threshold; thresholds run over the similarities and one above all.</summary>
    /// <param name="similarities">One similarity a pair.</param>
    /// <param name="same">Whether the pair is of one class.</param>
    /// <param name="falseAcceptRates">The rates at which the true accept rate is asked for, each within [0, 1].</param>
    /// <exception cref="ArgumentException">Lengths differ, a similarity is NaN, or there is no same or no other pair.</exception>
    public static Verification Of(ReadOnlySpan<double> similarities, ReadOnlySpan<bool> same, IReadOnlyList<double> falseAcceptRates)
    {
        ArgumentNullException.ThrowIfNull(falseAcceptRates);
        Require(similarities, same, falseAcceptRates);
        double[] ordered = similarities.ToArray();
        bool[] isSame = same.ToArray();
        Array.Sort(ordered, isSame);
        Array.Reverse(ordered);
        Array.Reverse(isSame);
        int positives = isSame.Count(flag => flag);
        return Sweep(ordered, isSame, positives, falseAcceptRates);
    }

    private static Verification Sweep(double[] ordered, bool[] isSame, int positives, IReadOnlyList<double> rates)
    {
        int negatives = ordered.Length - positives;
        (long accepted, long wrongly) = (0, 0);
        (double accuracy, double threshold, double area) = ((double)negatives / ordered.Length, double.PositiveInfinity, 0);
        var best = rates.Distinct().ToDictionary(rate => rate, _ => 0.0);
        for (int start = 0; start < ordered.Length;)
        {
            int end = start;
            (long samesHere, long othersHere) = (0, 0);
            for (; end < ordered.Length && ordered[end] == ordered[start]; end++)
            {
                samesHere += isSame[end] ? 1 : 0;
                othersHere += isSame[end] ? 0 : 1;
            }

            area += othersHere * (accepted + (samesHere / 2.0));
            accepted += samesHere;
            wrongly += othersHere;
            double here = (double)(accepted + negatives - wrongly) / ordered.Length;
            (accuracy, threshold) = here > accuracy ? (here, ordered[start]) : (accuracy, threshold);
            foreach (double rate in best.Keys)
            {
                best[rate] = (double)wrongly / negatives <= rate ? (double)accepted / positives : best[rate];
            }

            start = end;
        }

        return new Verification(accuracy, threshold, area / positives / negatives, best, ordered.Length, positives);
    }

    private static void Require(ReadOnlySpan<double> similarities, ReadOnlySpan<bool> same, IReadOnlyList<double> rates)
    {
        if (similarities.Length != same.Length)
        {
            throw new ArgumentException($"{similarities.Length} similarities came with {same.Length} marks. Give one mark a pair.", nameof(same));
        }

        for (int i = 0; i < similarities.Length; i++)
        {
            if (double.IsNaN(similarities[i]))
            {
                throw new ArgumentException($"the similarity of pair {i} is NaN; verification needs numbers. Look for a diverged model.", nameof(similarities));
            }
        }

        if (!same.Contains(true) || !same.Contains(false))
        {
            throw new ArgumentException($"of {same.Length} pairs all are {(same.Contains(true) ? "of the same class" : "of different classes")}; verification needs both kinds.", nameof(same));
        }

        foreach (double rate in rates)
        {
            if (rate is not (>= 0 and <= 1))
            {
                throw new ArgumentException($"a false accept rate is {rate}; it must be within [0, 1].", nameof(rates));
            }
        }
    }
}
