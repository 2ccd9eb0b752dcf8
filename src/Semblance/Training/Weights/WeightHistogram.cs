using System.Text.Json;
using System.Text.Json.Serialization;
using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Training.Weights;

/// <summary>The weights that a batch got, by similarity.</summary>
/// <param name="Step">Step of the batch.</param>
/// <param name="Term">Name of the objective's term.</param>
/// <param name="Positive">Pairs that belong together.</param>
/// <param name="Negative">Pairs that do not.</param>
public sealed record WeightHistogram(long Step, string Term, WeightBins Positive, WeightBins Negative)
{
    /// <summary>Bins of similarity, evenly from -1 to 1.</summary>
    public const int Bins = 40;

    /// <summary>Counts the pairs of a batch.</summary>
    /// <param name="step">Step of the batch.</param>
    /// <param name="name">Of the term.</param>
    /// <param name="term">Says what each pair weighs.</param>
    /// <param name="pairs">The pairs.</param>
    public static WeightHistogram Of(long step, string name, IPairwiseTerm term, PairBatch pairs)
    {
        ArgumentNullException.ThrowIfNull(term);
        float[] similarity = Values(pairs.Similarity), weights = Values(term.WeightsOf(pairs));
        return new(step, name, WeightBins.Of(similarity, weights, Values(pairs.Positive)), WeightBins.Of(similarity, weights, Values(pairs.Negative)));
    }

    /// <summary>Lower end of a bin.</summary>
    public static double StartOf(int bin) => -1 + (2.0 * bin / Bins);

    private static float[] Values(Tensor tensor) => tensor.Detach().To(Device.Cpu).To(DataType.Float32).ToArray<float>();
}

/// <summary>Pairs of one side by their similarity.</summary>
/// <param name="Counts">Pairs in each bin; similarities beyond -1 and 1 count to the outermost.</param>
/// <param name="Weights">Mean |dL/dS| of the pairs of each bin; 0 where there are none.</param>
public sealed record WeightBins(IReadOnlyList<long> Counts, IReadOnlyList<double> Weights)
{
    internal static WeightBins Of(float[] similarity, float[] weights, float[] mask)
    {
        long[] counts = new long[WeightHistogram.Bins];
        double[] sums = new double[WeightHistogram.Bins];
        for (int pair = 0; pair < similarity.Length; pair++)
        {
            if (mask[pair] != 0)
            {
                int bin = Math.Clamp((int)((similarity[pair] + 1) * WeightHistogram.Bins / 2), 0, WeightHistogram.Bins - 1);
                counts[bin]++;
                sums[bin] += Math.Abs(weights[pair]);
            }
        }
        return new(counts, [.. sums.Select((sum, bin) => sum / Math.Max(1, counts[bin]))]);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(WeightHistogram))]
internal sealed partial class WeightsJson : JsonSerializerContext;
