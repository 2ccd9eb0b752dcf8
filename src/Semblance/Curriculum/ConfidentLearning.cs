namespace Semblance.Curriculum;

/// <summary>Which labels are wrong by the joint distribution of given and true labels that probabilities let expect.</summary>
/// <param name="Thresholds">For each class the mean probability of it over the samples that are labelled with it: what counts as confident; infinite for a class of fewer than two samples.</param>
/// <param name="Joint">Estimated share of all samples with a given label (row) and a true one (column); sums to 1.</param>
/// <param name="SelfConfidence">For each sample the probability of its own label.</param>
/// <param name="Margin">For each sample that probability less the largest of the other classes: what tells right labels from wrong ones best.</param>
/// <param name="Suggested">For each sample the class that it most probably belongs to.</param>
/// <param name="ByClass">Whether each sample is among the least self-confident of its class, as many as the joint says are wrong, but never all of them.</param>
/// <param name="ByRate">Whether it is among those whose probability exceeds that of their own label most, as many as the joint says for each pair of classes; never the most self-confident of its class.</param>
/// <remarks>
/// Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 70 (2021), written from its formulas. A sample with given label i counts as one of
/// the pair (i, j) where j is the most probable of the classes whose probability reaches their threshold; samples without such a class count nowhere. The counts of each row are scaled
/// to the number of samples with that label, then all to 1. Of equal probabilities the lower class counts, of equally doubtful samples the first. Probabilities must come from classifiers that did not see the sample (<see cref="LinearClassifier.CrossPredict"/>).
/// Of a class of one sample such a classifier knows nothing, and the mean over one sample is no threshold: the label counts as right, and no other sample counts as one of that class. At least one sample of every
/// class is named by neither rule, as in the authors' program (cleanlab, min_examples_per_class).
/// </remarks>
public sealed record ConfidentLearning(double[] Thresholds, double[,] Joint, double[] SelfConfidence, double[] Margin, int[] Suggested, bool[] ByClass, bool[] ByRate)
{
    /// <summary>Number of <see cref="Subsets"/>.</summary>
    public const int SubsetCount = 3;

    /// <summary>The subset of each sample: 0 where neither rule names it, 1 where one does, 2 where both do.</summary>
    public int[] Subsets() => [.. ByClass.Zip(ByRate, (one, other) => (one ? 1 : 0) + (other ? 1 : 0))];

    /// <summary>The classes of fewer than two samples, of which nothing can be said.</summary>
    public IEnumerable<int> Unjudged => Enumerable.Range(0, Thresholds.Length).Where(label => double.IsPositiveInfinity(Thresholds[label]));

    /// <summary>Estimates the joint and finds the samples that it says are wrong.</summary>
    /// <param name="probabilities">Samples x classes.</param>
    /// <param name="labels">The given class of each sample, from 0 up to <paramref name="classes"/> - 1.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">Counts that differ, a class outside the range, or a probability that is not one.</exception>
    public static ConfidentLearning Of(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels, int classes)
    {
        Check(probabilities, labels, classes);
        double[] thresholds = MeanConfidence(probabilities, labels, classes);
        double[,] joint = EstimateJoint(probabilities, labels, thresholds);
        var self = new double[labels.Length];
        var margin = new double[labels.Length];
        var suggested = new int[labels.Length];
        for (int sample = 0; sample < labels.Length; sample++)
        {
            ReadOnlySpan<float> row = probabilities.Slice(sample * classes, classes);
            self[sample] = row[labels[sample]];
            margin[sample] = self[sample] - LargestOther(row, labels[sample]);
            suggested[sample] = Largest(row);
        }

        return new ConfidentLearning(thresholds, joint, self, margin, suggested, PruneByClass(self, labels, joint), PruneByRate(probabilities, self, labels, joint));
    }

    private static void Check(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (labels.IsEmpty || probabilities.Length != (long)labels.Length * classes)
        {
            throw new ArgumentException($"There are {probabilities.Length} probabilities for {labels.Length} samples of {classes} classes; every sample needs one for each class.", nameof(probabilities));
        }

        if (labels.ContainsAnyExceptInRange(0, classes - 1))
        {
            throw new ArgumentException($"A label is outside 0 to {classes - 1}.", nameof(labels));
        }

        if (probabilities.ContainsAnyExceptInRange(0, 1))
        {
            throw new ArgumentException("A probability is outside 0 to 1 or no number.", nameof(probabilities));
        }
    }

    private static int Largest(ReadOnlySpan<float> row)
    {
        int largest = 0;
        for (int k = 1; k < row.Length; k++)
        {
            largest = row[k] > row[largest] ? k : largest;
        }

        return largest;
    }

    private static double LargestOther(ReadOnlySpan<float> row, int own)
    {
        double largest = 0;
        for (int k = 0; k < row.Length; k++)
        {
            largest = k != own && row[k] > largest ? row[k] : largest;
        }

        return largest;
    }

    /// <summary>A class that no sample is labelled with, or one alone, has a threshold that none reaches.</summary>
    private static double[] MeanConfidence(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels, int classes)
    {
        double[] sums = new double[classes], counts = new double[classes];
        for (int sample = 0; sample < labels.Length; sample++)
        {
            sums[labels[sample]] += probabilities[(sample * classes) + labels[sample]];
            counts[labels[sample]]++;
        }

        return [.. sums.Select((sum, label) => counts[label] > 1 ? sum / counts[label] : double.PositiveInfinity)];
    }

    private static double[,] EstimateJoint(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels, double[] thresholds)
    {
        int classes = thresholds.Length;
        var joint = new double[classes, classes];
        var given = new int[classes];
        for (int sample = 0; sample < labels.Length; sample++)
        {
            given[labels[sample]]++;
            if (double.IsFinite(thresholds[labels[sample]]) && Confident(probabilities.Slice(sample * classes, classes), thresholds) is >= 0 and var likely)
            {
                joint[labels[sample], likely]++;
            }
        }

        for (int i = 0; i < classes; i++)
        {
            double row = Enumerable.Range(0, classes).Sum(j => joint[i, j]);
            for (int j = 0; j < classes; j++)
            {
                // Where no sample is confident of anything, or there is one alone, nothing says that a label is wrong.
                double share = row > 0 ? joint[i, j] / row : i == j ? 1 : 0;
                joint[i, j] = share * given[i] / labels.Length;
            }
        }

        return joint;
    }

    private static int Confident(ReadOnlySpan<float> row, double[] thresholds)
    {
        int likely = -1;
        for (int k = 0; k < row.Length; k++)
        {
            likely = row[k] >= thresholds[k] && (likely < 0 || row[k] > row[likely]) ? k : likely;
        }

        return likely;
    }

    private static bool[] PruneByClass(double[] self, ReadOnlySpan<int> labels, double[,] joint)
    {
        var pruned = new bool[self.Length];
        int[][] members = Members(labels, joint.GetLength(0));
        for (int i = 0; i < members.Length; i++)
        {
            double wrong = Enumerable.Range(0, members.Length).Where(j => j != i).Sum(j => joint[i, j]) * self.Length;
            foreach (int sample in Doubtful(members[i], self).Take((int)Math.Round(wrong)))
            {
                pruned[sample] = true;
            }
        }

        return pruned;
    }

    /// <summary>All samples of a class but the most self-confident, the least self-confident first.</summary>
    private static IEnumerable<int> Doubtful(int[] members, double[] self) => members.OrderBy(sample => self[sample]).SkipLast(1);

    private static bool[] PruneByRate(ReadOnlySpan<float> probabilities, double[] self, ReadOnlySpan<int> labels, double[,] joint)
    {
        int classes = joint.GetLength(0);
        var pruned = new bool[labels.Length];
        int[][] members = [.. Members(labels, classes).Select(all => Doubtful(all, self).Order().ToArray())];
        for (int i = 0; i < classes; i++)
        {
            for (int j = 0; j < classes; j++)
            {
                int wrong = i == j ? 0 : (int)Math.Round(joint[i, j] * labels.Length);
                if (wrong == 0)
                {
                    continue;
                }

                var margins = new float[members[i].Length];
                for (int k = 0; k < margins.Length; k++)
                {
                    int row = members[i][k] * classes;
                    margins[k] = probabilities[row + i] - probabilities[row + j];
                }

                foreach (int place in Enumerable.Range(0, margins.Length).OrderBy(k => margins[k]).Take(wrong))
                {
                    pruned[members[i][place]] = true;
                }
            }
        }

        return pruned;
    }

    private static int[][] Members(ReadOnlySpan<int> labels, int classes)
    {
        List<int>[] members = [.. Enumerable.Range(0, classes).Select(_ => new List<int>())];
        for (int sample = 0; sample < labels.Length; sample++)
        {
            members[labels[sample]].Add(sample);
        }

        return [.. members.Select(list => list.ToArray())];
    }
}
