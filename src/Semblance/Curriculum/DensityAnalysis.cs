namespace Semblance.Curriculum;

/// <summary>What <see cref="DensityCurriculum"/> found: one number a sample in every array.</summary>
/// <param name="Density">How many samples of its class lie near each sample; a fraction of the reference samples in classes that were sampled.</param>
/// <param name="Delta">The distance to the nearest denser sample of the class; to the farthest of all where none is denser.</param>
/// <param name="NearestDenser">That sample; -1 where none is denser.</param>
/// <param name="CentreDistance">The distance to the densest sample of the class.</param>
/// <param name="Subset">0 for the cleanest, ascending with noise.</param>
/// <param name="SubsetCount">Number of subsets.</param>
/// <param name="Classes">The classes, ascending by label.</param>
public sealed record DensityAnalysis(
    double[] Density, double[] Delta, int[] NearestDenser, double[] CentreDistance, int[] Subset, int SubsetCount, IReadOnlyList<ClassDensity> Classes)
{
    /// <summary>The classes that could not be divided, and why.</summary>
    internal IReadOnlyList<(int Label, string Failure)> Failures => [.. Classes.Where(one => one.Failure is not null).Select(one => (one.Label, one.Failure!))];
}

/// <summary>One class of a <see cref="DensityAnalysis"/>.</summary>
/// <param name="Label">The class.</param>
/// <param name="Count">Number of its samples.</param>
/// <param name="Cutoff">The distance below which samples count as near; null where kernels take its place.</param>
/// <param name="Centre">The densest sample, the first of equals.</param>
/// <param name="CentreDelta">Its delta.</param>
/// <param name="Bounds">The smallest value of every cluster, ascending: densities, or distances to the centre in the variant of the paper; none where the class could not be divided.</param>
/// <param name="Sizes">Samples in each subset.</param>
/// <param name="MeanDensities">Mean density of each subset; not a number where it is empty.</param>
/// <param name="Sse">The clusters' sum of squared distances to their means; 0 where the class could not be divided.</param>
/// <param name="IsSampled">Whether the class was measured against reference samples only.</param>
/// <param name="Failure">Why it could not be divided; null where it was.</param>
public sealed record ClassDensity(
    int Label, int Count, double? Cutoff, int Centre, double CentreDelta, double[] Bounds, int[] Sizes, double[] MeanDensities, double Sse, bool IsSampled, string? Failure);
