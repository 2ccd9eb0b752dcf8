namespace Semblance.Curriculum;

/// <summary>Subsets of each class by any score of cleanness, as densities are divided: exact k-means on a line, the group of the largest scores being subset 0.</summary>
/// <remarks>It makes subsets of what the kNN filter and others say, so that a curriculum can go by them too.</remarks>
public static class ScoreSubsets
{
    /// <summary>The subset of every sample.</summary>
    /// <param name="scores">One a sample, larger is cleaner; finite.</param>
    /// <param name="labels">The class of each sample; any integers.</param>
    /// <param name="subsets">Number of subsets, at least 1; null to take it from the data (<see cref="SubsetCount"/>).</param>
    /// <param name="onDegenerate">What becomes of classes with fewer different scores than subsets.</param>
    /// <exception cref="ArgumentException">Counts that differ, nothing to divide, a score that is not finite, or such a class where that is to be an error.</exception>
    public static int[] Of(ReadOnlySpan<double> scores, ReadOnlySpan<int> labels, int? subsets = 3, OnDegenerate onDegenerate = OnDegenerate.Throw) => Divide(scores, labels, subsets, onDegenerate).Subset;

    /// <summary>The same, with the classes that could not be divided and why.</summary>
    internal static (int[] Subset, IReadOnlyList<(int Label, string Failure)> Failures) Divide(ReadOnlySpan<double> scores, ReadOnlySpan<int> labels, int? subsets, OnDegenerate onDegenerate, int most = SubsetCount.UsualMost)
    {
        if (scores.Length != labels.Length || scores.IsEmpty)
        {
            throw new ArgumentException($"There are {scores.Length} scores and {labels.Length} labels; every sample needs one of each, and there must be one.", nameof(labels));
        }

        if (scores.ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
        {
            throw new ArgumentException("A score is not finite.", nameof(scores));
        }

        if (subsets is { } wanted)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(wanted, 1, nameof(subsets));
        }

        int[][] members = ClassMembers.Of(labels);
        var values = new double[members.Length][];
        var first = new int[members.Length];
        for (int number = 0; number < members.Length; number++)
        {
            values[number] = new double[members[number].Length];
            first[number] = labels[members[number][0]];
            for (int place = 0; place < values[number].Length; place++)
            {
                values[number][place] = scores[members[number][place]];
            }
        }

        int count = subsets ?? SubsetCount.FromData(values, most);
        ClassDivision[] divisions = [.. values.Select(value => ClassDivision.Of(value, "scores", onDegenerate, count))];
        if (onDegenerate == OnDegenerate.Throw)
        {
            ClassMembers.RefuseFailures(divisions, number => first[number], count);
        }

        var subset = new int[scores.Length];
        for (int number = 0; number < members.Length; number++)
        {
            for (int place = 0; place < members[number].Length; place++)
            {
                subset[members[number][place]] = divisions[number].Subset[place];
            }
        }

        return (subset, [.. first.Zip(divisions).Where(one => one.Second.Failure is not null).Select(one => (one.First, one.Second.Failure!))]);
    }
}
