using System.Globalization;

namespace Semblance.Training;

/// <summary>Watches what a model puts out for the ways in which learning dies: all embeddings alike, or bits that never change.</summary>
/// <remarks>Looks at a window of outputs rather than at one batch, whose few classes may share bits with good reason.</remarks>
/// <param name="width">Values an output has.</param>
/// <param name="binary">Whether the sign of each value becomes a bit.</param>
public sealed class CollapseWatch(int width, bool binary)
{
    /// <summary>Outputs after which a verdict is given.</summary>
    public const int Window = 1024;

    /// <summary>Mean cosine of two outputs from which they count as alike.</summary>
    public const double Alike = 0.98;

    private readonly double[] unitSum = new double[width];
    private readonly int[] positives = new int[width];
    private int seen;

    /// <summary>Takes in a batch.</summary>
    /// <param name="outputs">Rows of <c>width</c> values.</param>
    /// <returns>A sentence for each thing that is wrong, once the window is full; otherwise nothing.</returns>
    public IReadOnlyList<string> Look(ReadOnlySpan<float> outputs)
    {
        for (int row = 0; row + width <= outputs.Length; row += width)
        {
            Add(outputs.Slice(row, width));
        }
        if (seen < Window)
        {
            return [];
        }
        string[] verdict = [.. Verdict()];
        Array.Clear(unitSum);
        Array.Clear(positives);
        seen = 0;
        return verdict;
    }

    private void Add(ReadOnlySpan<float> output)
    {
        double length = 0;
        foreach (float value in output)
        {
            length += (double)value * value;
        }
        double scale = 1 / Math.Max(Math.Sqrt(length), 1e-12);
        for (int k = 0; k < width; k++)
        {
            unitSum[k] += output[k] * scale;
            positives[k] += output[k] >= 0 ? 1 : 0;
        }
        seen++;
    }

    private IEnumerable<string> Verdict()
    {
        // The squared length of the mean unit vector is the mean cosine over all pairs.
        double cosine = unitSum.Sum(sum => sum * sum) / ((double)seen * seen);
        if (cosine > Alike)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"the last {seen} outputs are nearly alike (mean cosine {cosine:0.000}): the model has collapsed. Lower the learning rate, add warm-up, or weaken the quantiser.");
        }
        int constant = binary ? positives.Count(count => count == 0 || count == seen) : 0;
        if (constant > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{constant} of {width} bits were the same for the last {seen} outputs and carry nothing. Weaken the quantiser, lower the learning rate, or use fewer bits.");
        }
    }
}
