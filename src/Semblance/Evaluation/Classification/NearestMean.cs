namespace Semblance.Evaluation.Classification;

/// <summary>The nearest class mean by cosine: a classifier without training.</summary>
/// <remarks>A class's mean is over the rows of its items as they are. A class without items, or whose mean is 0, is never predicted; an item of length 0 is as near to all.</remarks>
public sealed class NearestMean
{
    private readonly float[] means;
    private readonly bool[] known;
    private readonly int dimension;

    private NearestMean(float[] means, bool[] known, int dimension) => (this.means, this.known, this.dimension) = (means, known, dimension);

    /// <summary>Takes the means.</summary>
    /// <param name="items">Rows with their labels; one with several labels counts for each.</param>
    /// <param name="classes">Classes in all.</param>
    public static NearestMean Fit(LabelledEmbeddings items, int classes)
    {
        ArgumentNullException.ThrowIfNull(items);
        double[] sums = new double[classes * items.Dimension];
        for (int row = 0; row < items.Count; row++)
        {
            ReadOnlySpan<float> values = UnitRows.Row(items, row);
            foreach (int label in items.Items.Labels[row])
            {
                Span<double> sum = sums.AsSpan(label * items.Dimension, items.Dimension);
                for (int k = 0; k < values.Length; k++)
                {
                    sum[k] += values[k];
                }
            }
        }

        return Unit(sums, classes, items.Dimension);
    }

    /// <summary>The cosine of every row with every class's mean, row-major; minus infinity for a class that is never predicted.</summary>
    /// <param name="rows">Rows of the same dimension.</param>
    public float[] Cosines(LabelledEmbeddings rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        float[] cosines = new float[rows.Count * known.Length];
        Parallel.For(0, rows.Count, row =>
        {
            ReadOnlySpan<float> values = UnitRows.Row(rows, row);
            double length = Math.Sqrt(UnitRows.SquaredLength(values));
            for (int label = 0; label < known.Length; label++)
            {
                cosines[(row * known.Length) + label] = !known[label] ? float.NegativeInfinity : length > 0 ? (float)(Dot(values, means.AsSpan(label * dimension, dimension)) / length) : 0;
            }
        });
        return cosines;
    }

    private static NearestMean Unit(double[] sums, int classes, int dimension)
    {
        float[] means = new float[sums.Length];
        bool[] known = new bool[classes];
        for (int label = 0; label < classes; label++)
        {
            Span<double> sum = sums.AsSpan(label * dimension, dimension);
            double squares = 0;
            foreach (double value in sum)
            {
                squares += value * value;
            }

            known[label] = squares > 0;
            for (int k = 0; k < dimension && known[label]; k++)
            {
                means[(label * dimension) + k] = (float)(sum[k] / Math.Sqrt(squares));
            }
        }

        return new NearestMean(means, known, dimension);
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0;
        for (int k = 0; k < a.Length; k++)
        {
            dot += (double)a[k] * b[k];
        }

        return dot;
    }
}
