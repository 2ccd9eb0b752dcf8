namespace Semblance.Tests.Curriculum;

/// <summary>Features for tests: a tight cloud, a wide one and far-off points for each class.</summary>
internal static class Clouds
{
    /// <summary>Rows of one class, drawn by a seed.</summary>
    public static double[] Rows(int count, int dimension, int seed, double far = 6)
    {
        var random = new SeededRandom(seed);
        var rows = new double[count * dimension];
        for (int i = 0; i < count; i++)
        {
            double spread = (i % 10) switch { < 6 => 0.3, < 9 => 1.2, _ => far };
            for (int k = 0; k < dimension; k++)
            {
                rows[(i * dimension) + k] = spread * random.NextNormal();
            }
        }

        return rows;
    }

    /// <summary>Rows of several classes with labels that neither ascend nor begin at 0.</summary>
    public static (double[] Rows, int[] Labels) Classes(int[] counts, int dimension, int seed)
    {
        double[] rows = [.. counts.SelectMany((count, number) => Rows(count, dimension, seed + number))];
        int[] labels = [.. counts.SelectMany((count, number) => Enumerable.Repeat(100 - (number * 7), count))];
        int[] order = [.. Enumerable.Range(0, labels.Length)];
        new SeededRandom(seed, 99).Shuffle(order.AsSpan());
        return (Taken(rows, dimension, order), [.. order.Select(i => labels[i])]);
    }

    public static T[] Taken<T>(T[] rows, int dimension, IEnumerable<int> order) => [.. order.SelectMany(i => rows.Skip(i * dimension).Take(dimension))];

    public static float[] Floats(double[] values) => [.. values.Select(value => (float)value)];
}
