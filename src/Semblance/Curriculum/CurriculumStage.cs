namespace Semblance.Curriculum;

/// <summary>What a stage of training by curriculum draws from, and how much its images count (CurriculumNet, Guo et al., ECCV 2018).</summary>
/// <remarks>Subset 0 is the cleanest. Stage s, from 1, draws from subsets 0 to s - 1.</remarks>
public static class CurriculumStage
{
    /// <summary>The subset of an image that no stage draws.</summary>
    public const int LeftOut = -1;

    /// <summary>The subsets that a stage draws from, the cleanest first.</summary>
    /// <param name="stage">From 1 to <paramref name="subsets"/>.</param>
    /// <param name="subsets">K, number of subsets; at least 1.</param>
    public static int[] ActiveSubsets(int stage, int subsets)
    {
        Require(stage, subsets);
        return [.. Enumerable.Range(0, stage)];
    }

    /// <summary>How many images of a batch are of each subset: the clean one has all of them in the first stage and half later, the others share the other half; what does not divide goes to the clean one.</summary>
    /// <param name="stage">From 1 to <paramref name="subsets"/>.</param>
    /// <param name="subsets">K, number of subsets; at least 1.</param>
    /// <param name="batch">Images in a batch; at least 1.</param>
    /// <returns>K counts, 0 for subsets that the stage leaves out.</returns>
    public static int[] Composition(int stage, int subsets, int batch)
    {
        Require(stage, subsets);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        int each = stage == 1 ? 0 : batch / 2 / (stage - 1);
        int[] counts = [.. Enumerable.Range(0, subsets).Select(subset => subset > 0 && subset < stage ? each : 0)];
        counts[0] = batch - counts.Sum();
        return counts;
    }

    /// <summary>What an image's part of the loss is multiplied by.</summary>
    /// <param name="subset">The image's subset, from 0; or <see cref="LeftOut"/>.</param>
    /// <param name="stage">From 1.</param>
    /// <param name="weights">Weight of each subset; 1, 0.5 and 0.5 in the paper.</param>
    /// <returns>The weight of its subset; 0 for an image that the stage leaves out.</returns>
    public static double WeightOf(int subset, int stage, IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Require(stage, weights.Count);
        return subset == LeftOut || (subset >= stage && subset < weights.Count) ? 0
            : subset >= 0 && subset < stage ? weights[subset]
            : throw new ArgumentOutOfRangeException(nameof(subset), $"An image is in subset {subset}; there are subsets 0 to {weights.Count - 1}.");
    }

    /// <summary>What the losses of the images of a batch are multiplied by, before their mean is taken over the batch.</summary>
    /// <param name="batch">Subset of each image.</param>
    /// <param name="stage">From 1.</param>
    /// <param name="weights">Weight of each subset.</param>
    /// <param name="meanOne">Whether they are scaled to a mean of 1, so that the loss is divided by the sum of the weights and not by the number of images; all stay 0 where all are.</param>
    public static double[] WeightsOf(IReadOnlyList<int> batch, int stage, IReadOnlyList<double> weights, bool meanOne = false)
    {
        ArgumentNullException.ThrowIfNull(batch);
        double[] own = [.. batch.Select(subset => WeightOf(subset, stage, weights))];
        double sum = own.Sum(), factor = meanOne && sum > 0 ? own.Length / sum : 1;
        return Array.ConvertAll(own, weight => weight * factor);
    }

    private static void Require(int stage, int subsets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(subsets, 1);
        if (stage < 1 || stage > subsets)
        {
            throw new ArgumentOutOfRangeException(nameof(stage), $"Stage {stage} was asked for; with {subsets} subsets there are stages 1 to {subsets}.");
        }
    }
}
