namespace Semblance.Golden;

/// <summary>A tensor of a golden case.</summary>
/// <param name="Shape">Lengths of the dimensions.</param>
/// <param name="Data">The elements, row-major, in double precision.</param>
public sealed record GoldenTensor(int[] Shape, double[] Data)
{
    /// <summary>The elements as whole numbers.</summary>
    /// <exception cref="InvalidDataException">One is not whole.</exception>
    public int[] Integers() => [.. Data.Select(value => value == Math.Floor(value) && Math.Abs(value) <= int.MaxValue
        ? (int)value
        : throw new InvalidDataException($"{value} is not a whole number."))];

    /// <summary>The elements in single precision.</summary>
    public float[] Floats() => [.. Data.Select(value => (float)value)];

    /// <summary>Label lists of every row: class ids of shape [n], or multi-hot of shape [n, c].</summary>
    public int[][] Labels()
    {
        if (Shape.Length == 1)
        {
            return [.. Integers().Select(label => new[] { label })];
        }

        int columns = Shape[1];
        return [.. Enumerable.Range(0, Shape[0]).Select(row =>
            Enumerable.Range(0, columns).Where(column => Data[(row * columns) + column] != 0).ToArray())];
    }
}
