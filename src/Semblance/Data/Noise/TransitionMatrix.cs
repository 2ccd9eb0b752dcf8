using System.Globalization;
using Semblance.Data.Readers;

namespace Semblance.Data.Noise;

/// <summary>How often each class is observed as each class: row c is the distribution of the labels that images of class c get.</summary>
public sealed class TransitionMatrix
{
    // Rows written with three or four decimals do not add up to 1 exactly.
    private const double Tolerance = 1e-3;

    private readonly double[][] _rows;

    private TransitionMatrix(double[][] rows) => _rows = rows;

    /// <summary>Number of classes.</summary>
    public int Classes => _rows.Length;

    /// <summary>How often an image of a class is observed as another.</summary>
    /// <param name="label">The class that it is.</param>
    /// <param name="observed">The class that it is taken for.</param>
    public double this[int label, int observed] => _rows[label][observed];

    /// <summary>A matrix of one's own.</summary>
    /// <param name="rows">As many rows as columns, each with numbers from 0 that add up to 1; what is missing to 1 by rounding is spread over the row.</param>
    /// <exception cref="ArgumentException">It is not square, or a row is no distribution.</exception>
    public static TransitionMatrix Of(IReadOnlyList<IReadOnlyList<double>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        double[][] copy = new double[rows.Count][];
        for (int c = 0; c < rows.Count; c++)
        {
            if (rows[c].Count != rows.Count)
            {
                throw new ArgumentException($"Row {c} has {rows[c].Count} numbers; {rows.Count} rows need {rows.Count} each, one for every class.", nameof(rows));
            }
            if (rows[c].Any(value => !(value >= 0 && value <= 1)))
            {
                throw new ArgumentException(FormattableString.Invariant($"Row {c} has {rows[c].First(value => !(value >= 0 && value <= 1))}; probabilities from 0 to 1 are needed."), nameof(rows));
            }
            double sum = rows[c].Sum();
            if (Math.Abs(sum - 1) > Tolerance)
            {
                throw new ArgumentException(FormattableString.Invariant($"Row {c} adds up to {sum:0.####}; the probabilities of the labels that class {c} gets must add up to 1."), nameof(rows));
            }
            copy[c] = [.. rows[c].Select(value => value / sum)];
        }
        return new(copy);
    }

    /// <summary>Reads a matrix from a file: a line a class, numbers with commas, spaces or tabs between.</summary>
    /// <exception cref="InvalidDataException">It is no such file; the message names the line.</exception>
    public static TransitionMatrix Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        List<double[]> rows = [];
        foreach (TextLine line in TextLines.Read(path))
        {
            string[] values = line.Text.Split([',', ';', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            rows.Add([.. values.Select(value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
                : throw new InvalidDataException($"{line.Place}: \"{value}\" is no number; a line of probabilities for each class is needed, without a header."))]);
        }
        try
        {
            return Of(rows);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{path} (rows count from 0): {exception.Message.Split(" (Parameter", 2)[0]}", exception);
        }
    }

    /// <summary>With a probability the label is drawn anew among all classes, its own among them: (1 - rate) of the labels and one in C of the others stay right.</summary>
    /// <param name="classes">C, at least 1.</param>
    /// <param name="rate">The probability, 0 to 1.</param>
    public static TransitionMatrix Symmetric(int classes, double rate) => Make(classes, 1, rate, (c, k) => ((c == k ? 1 - rate : 0) + (rate / classes)));

    /// <summary>With a probability the label is drawn among the other classes.</summary>
    /// <param name="classes">C, at least 2.</param>
    /// <param name="rate">The probability, 0 to 1.</param>
    public static TransitionMatrix SymmetricOthers(int classes, double rate) => Make(classes, 2, rate, (c, k) => c == k ? 1 - rate : rate / (classes - 1));

    /// <summary>With a probability the label is that of the next class; the last is taken for the first.</summary>
    /// <param name="classes">C, at least 2.</param>
    /// <param name="rate">The probability, 0 to 1.</param>
    public static TransitionMatrix Pair(int classes, double rate) => Make(classes, 2, rate, (c, k) => c == k ? 1 - rate : k == (c + 1) % classes ? rate : 0);

    /// <summary>What an image of a class is observed as, by a number from 0 to 1 that is equally likely everywhere.</summary>
    /// <remarks>Numbers below the probability of the class itself leave it, so that a lower rate spoils some of the labels that a higher one spoils, and no others.</remarks>
    internal int Observe(int label, double number)
    {
        double[] row = _rows[label];
        double left = number - row[label];
        int last = label;
        for (int observed = 0; left >= 0 && observed < row.Length; observed++)
        {
            if (observed != label && row[observed] > 0)
            {
                last = observed;
                left -= row[observed];
            }
        }
        return last;
    }

    private static TransitionMatrix Make(int classes, int least, double rate, Func<int, int, double> entry)
    {
        _ = Require.InRange(rate, 0, 1, nameof(rate));
        return classes >= least
            ? new([.. Enumerable.Range(0, classes).Select(c => Enumerable.Range(0, classes).Select(k => entry(c, k)).ToArray())])
            : throw new ArgumentException($"There are {classes} classes; this noise takes a class for another and needs at least {least}.", nameof(classes));
    }
}
