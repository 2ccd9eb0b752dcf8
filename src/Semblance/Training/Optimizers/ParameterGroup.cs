using Semblance.Tensors;

namespace Semblance.Training.Optimizers;

/// <summary>Parameters that are moved in the same way.</summary>
/// <param name="Names">Their names, in the order of <paramref name="Parameters"/>; the keys of their state in a checkpoint.</param>
/// <param name="Parameters">Leaves that require gradients.</param>
/// <param name="LearningRate">Before the schedule's factor; at least 0.</param>
/// <param name="WeightDecay">At least 0.</param>
public sealed record ParameterGroup(IReadOnlyList<string> Names, IReadOnlyList<Tensor> Parameters, double LearningRate, double WeightDecay);
