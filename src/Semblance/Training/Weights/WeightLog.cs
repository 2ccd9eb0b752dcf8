using System.Text.Json;
using Semblance.IO;
using Semblance.Losses;
using Semblance.Losses.Pairs;

namespace Semblance.Training.Weights;

/// <summary>Writes down, every so many steps, the weights that the pairs of a batch got: <c>weights.jsonl</c>, a line for each step and pair term.</summary>
/// <param name="path">The file.</param>
/// <param name="every">Steps between two.</param>
public sealed class WeightLog(string path, int every)
{
    // A matrix of similarities this large would take longer than the step; such batches are not looked at.
    private const long MostPairs = 1L << 26;

    /// <summary>Whether a step is written down; the first always is.</summary>
    /// <param name="step">From 1.</param>
    public bool IsDue(long step) => step == 1 || step % every == 0;

    /// <summary>Begins the file, or takes out of it what comes after a checkpoint and will come again.</summary>
    /// <param name="step">Steps that the run has done.</param>
    public void Begin(long step)
    {
        if (File.Exists(path))
        {
            WeightHistogram[] kept = [.. Read(path).Where(line => line.Step <= step)];
            AtomicFile.WriteText(path, string.Concat(kept.Select(Line)));
        }
    }

    /// <summary>Writes the weights of a batch down.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="objective">Its terms that see pairs are asked.</param>
    /// <param name="input">The batch.</param>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public void Add(long step, Objective objective, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(objective);
        foreach (WeightedTerm term in objective.Terms)
        {
            if (term.Term is IPairwiseTerm pairwise && input.Labels.Size(0) * input.Labels.Size(0) <= MostPairs)
            {
                Append(Line(WeightHistogram.Of(step, term.Name, pairwise, pairwise.PairsOf(input))));
            }
        }
    }

    /// <summary>The lines of a file; a torn last line is passed over.</summary>
    public static IReadOnlyList<WeightHistogram> Read(string path) => [.. File.ReadLines(path).Select(Parse).OfType<WeightHistogram>()];

    private static string Line(WeightHistogram histogram) => JsonSerializer.Serialize(histogram, WeightsJson.Default.WeightHistogram) + "\n";

    private static WeightHistogram? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, WeightsJson.Default.WeightHistogram);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Append(string line)
    {
        try
        {
            File.AppendAllText(path, line);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SemblanceException(AtomicFile.Explain(path, exception), exception);
        }
    }
}
