namespace Semblance.Evaluation;

/// <summary>How well right labels were told from wrong ones, where it is known which are right.</summary>
/// <param name="Items">Items whose true label is known; the others are left out of everything.</param>
/// <param name="RightLabels">Of them those whose observed label is the true one.</param>
/// <param name="FlaggedClean">Of them those that were taken to be right.</param>
/// <param name="RightAndFlagged">Those that are right and were taken to be.</param>
public sealed record NoiseDetection(int Items, int RightLabels, int FlaggedClean, int RightAndFlagged)
{
    /// <summary>What stands for a true label that is not known.</summary>
    public const int Unknown = -1;

    /// <summary>Share of the items taken to be right that are; NaN where none was.</summary>
    public double CleanPrecision => (double)RightAndFlagged / FlaggedClean;

    /// <summary>Share of the right items that were taken to be; NaN where there are none.</summary>
    public double CleanRecall => (double)RightAndFlagged / RightLabels;

    /// <summary>Share of the items taken to be wrong that are; NaN where none was.</summary>
    public double WrongPrecision => (double)WrongAndFlagged / (Items - FlaggedClean);

    /// <summary>Share of the wrong items that were taken to be; NaN where there are none.</summary>
    public double WrongRecall => (double)WrongAndFlagged / (Items - RightLabels);

    /// <summary>Share of the items whose observed label is wrong; NaN without items.</summary>
    public double NoiseRate => (double)(Items - RightLabels) / Items;

    private int WrongAndFlagged => Items - RightLabels - FlaggedClean + RightAndFlagged;

    /// <summary>Counts.</summary>
    /// <param name="flaggedClean">Whether each item's label was taken to be right.</param>
    /// <param name="observed">The label that each item has.</param>
    /// <param name="truth">The label that each should have; <see cref="Unknown"/> where nobody knows.</param>
    /// <exception cref="ArgumentException">The three are not of one length.</exception>
    public static NoiseDetection Of(ReadOnlySpan<bool> flaggedClean, ReadOnlySpan<int> observed, ReadOnlySpan<int> truth)
    {
        Require(flaggedClean.Length, "flags", observed, truth);
        (int items, int right, int flagged, int both) = (0, 0, 0, 0);
        for (int item = 0; item < truth.Length; item++)
        {
            if (truth[item] == Unknown)
            {
                continue;
            }

            bool isRight = observed[item] == truth[item];
            items++;
            right += isRight ? 1 : 0;
            flagged += flaggedClean[item] ? 1 : 0;
            both += isRight && flaggedClean[item] ? 1 : 0;
        }

        return new NoiseDetection(items, right, flagged, both);
    }

    /// <summary>What taking each subset, and all before it, to be right would find: one entry for every subset number from 0 to the largest.</summary>
    /// <param name="subsets">The subset of each item, the cleanest 0; a negative one is never taken to be right.</param>
    /// <param name="observed">The label that each item has.</param>
    /// <param name="truth">The label that each should have; <see cref="Unknown"/> where nobody knows.</param>
    /// <exception cref="ArgumentException">The three are not of one length.</exception>
    public static IReadOnlyList<SubsetNoise> BySubset(ReadOnlySpan<int> subsets, ReadOnlySpan<int> observed, ReadOnlySpan<int> truth)
    {
        Require(subsets.Length, "subsets", observed, truth);
        List<SubsetNoise> rows = [];
        bool[] only = new bool[subsets.Length], upTo = new bool[subsets.Length];
        int last = -1;
        foreach (int subset in subsets)
        {
            last = Math.Max(last, subset);
        }

        for (int subset = 0; subset <= last; subset++)
        {
            for (int item = 0; item < subsets.Length; item++)
            {
                only[item] = subsets[item] == subset;
                upTo[item] = subsets[item] >= 0 && subsets[item] <= subset;
            }

            rows.Add(new SubsetNoise(subset, Of(only, observed, truth), Of(upTo, observed, truth)));
        }

        return rows;
    }

    /// <summary>The probability that an item with a right label has a higher score than one with a wrong label, ties one half.</summary>
    /// <param name="scores">A score of each item that should be high where the label is right.</param>
    /// <param name="observed">The label that each item has.</param>
    /// <param name="truth">The label that each should have; <see cref="Unknown"/> where nobody knows.</param>
    /// <returns>Within [0, 1]; NaN where all known labels are right, or all wrong.</returns>
    /// <exception cref="ArgumentException">The three are not of one length, or a score of an item with a known label is NaN.</exception>
    public static double AreaUnderCurve(ReadOnlySpan<double> scores, ReadOnlySpan<int> observed, ReadOnlySpan<int> truth)
    {
        Require(scores.Length, "scores", observed, truth);
        List<double> known = [];
        List<bool> right = [];
        for (int item = 0; item < truth.Length; item++)
        {
            if (truth[item] == Unknown)
            {
                continue;
            }

            if (double.IsNaN(scores[item]))
            {
                throw new ArgumentException($"the score of item {item} is NaN; numbers are needed.", nameof(scores));
            }

            known.Add(scores[item]);
            right.Add(observed[item] == truth[item]);
        }

        return right.Contains(true) && right.Contains(false) ? Verification.Of([.. known], [.. right], []).AreaUnderCurve : double.NaN;
    }

    private static void Require(int found, string what, ReadOnlySpan<int> observed, ReadOnlySpan<int> truth)
    {
        if (found != observed.Length || truth.Length != observed.Length)
        {
            throw new ArgumentException($"{found} {what} came with {observed.Length} observed and {truth.Length} true labels. Give one of each for every item.");
        }
    }
}

/// <summary>The labels of one subset of a curriculum.</summary>
/// <param name="Subset">Its number, the cleanest 0.</param>
/// <param name="Alone">What taking it alone to be right finds.</param>
/// <param name="UpTo">What taking it and all before it to be right finds.</param>
public sealed record SubsetNoise(int Subset, NoiseDetection Alone, NoiseDetection UpTo);
