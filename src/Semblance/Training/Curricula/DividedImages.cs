namespace Semblance.Training.Curricula;

/// <summary>What is known of the training images before the first stage: one number an image in every array.</summary>
/// <param name="Subsets">Subset of each image, 0 the cleanest.</param>
/// <param name="Scores">What the method says of it, as a table of subsets has it.</param>
/// <param name="Clean">How clean that makes it, on a scale that is the same in all classes; the larger the cleaner.</param>
internal sealed record DividedImages(int[] Subsets, double[] Scores, double[] Clean);
