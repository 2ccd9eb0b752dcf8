namespace Semblance.Evaluation;

/// <summary>Rows by their directions alone.</summary>
internal static class UnitRows
{
    /// <summary>The cosine of two rows, in double precision; 0 where one has no length.</summary>
    public static double Cosine(LabelledEmbeddings a, int aRow, LabelledEmbeddings b, int bRow)
    {
        ReadOnlySpan<float> x = Row(a, aRow), y = Row(b, bRow);
        double dot = 0;
        for (int k = 0; k < x.Length; k++)
        {
            dot += (double)x[k] * y[k];
        }

        double squares = SquaredLength(x) * SquaredLength(y);
        return squares > 0 ? dot / Math.Sqrt(squares) : 0;
    }

    /// <summary>Every row divided by its length; a row without length stays 0.</summary>
    public static float[] Of(LabelledEmbeddings items)
    {
        var unit = new float[items.Rows.Length];
        for (int row = 0; row < items.Count; row++)
        {
            ReadOnlySpan<float> source = Row(items, row);
            double scale = 1 / Math.Max(Math.Sqrt(SquaredLength(source)), 1e-12);
            for (int k = 0; k < source.Length; k++)
            {
                unit[(row * source.Length) + k] = (float)(source[k] * scale);
            }
        }

        return unit;
    }

    /// <summary>The sum of squares.</summary>
    public static double SquaredLength(ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (float value in row)
        {
            sum += (double)value * value;
        }

        return sum;
    }

    /// <summary>One row.</summary>
    public static ReadOnlySpan<float> Row(LabelledEmbeddings items, int row) => items.Rows.Span.Slice(row * items.Dimension, items.Dimension);
}
