namespace Semblance.Evaluation.Classification;

/// <summary>What logits say of each item.</summary>
/// <param name="Classes">The predicted class of each.</param>
/// <param name="Ranks">How many classes come before the item's own, from 0; at k and above it is not told apart.</param>
/// <param name="Confidences">The softmax of the predicted class.</param>
internal sealed record Predictions(int[] Classes, int[] Ranks, double[] Confidences)
{
    /// <summary>Reads every row once for each of its numbers.</summary>
    public static Predictions Of(LabelledLogits logits, int k)
    {
        Predictions made = new(new int[logits.Count], new int[logits.Count], new double[logits.Count]);
        Parallel.For(0, logits.Count, () => new double[logits.Classes], (row, _, buffer) =>
        {
            logits.Read(row, buffer);
            ReadOnlySpan<double> values = buffer;
            int first = values.IndexOf(Largest(values));
            made.Classes[row] = first;
            made.Ranks[row] = RankOf(values, logits.Items.Labels[row][0], k);
            made.Confidences[row] = 1 / SumOfExponentials(values, values[first]);
            return buffer;
        }, _ => { });
        return made;
    }

    private static double Largest(ReadOnlySpan<double> values)
    {
        double largest = values[0];
        foreach (double value in values)
        {
            largest = Math.Max(largest, value);
        }

        return largest;
    }

    private static int RankOf(ReadOnlySpan<double> values, int label, int k)
    {
        int before = 0;
        for (int other = 0; other < values.Length && before < k; other++)
        {
            before += values[other] > values[label] || (values[other] == values[label] && other < label) ? 1 : 0;
        }

        return before;
    }

    /// <summary>The sum of exp(value - largest); where no class can be, all are alike.</summary>
    private static double SumOfExponentials(ReadOnlySpan<double> values, double largest)
    {
        if (double.IsNegativeInfinity(largest))
        {
            return values.Length;
        }

        double sum = 0;
        foreach (double value in values)
        {
            sum += Math.Exp(value - largest);
        }

        return sum;
    }
}
