using Semblance.Tensors;

namespace Semblance.Training.Optimizers;

/// <summary>Stochastic gradient descent with momentum, as PyTorch defines it (Sutskever et al., 2013, with the learning rate outside the velocity).</summary>
/// <remarks>g += decay p; v = momentum v + g; p -= rate v (Nesterov: p -= rate (g + momentum v)).</remarks>
/// <param name="groups">Parameters with their settings.</param>
/// <param name="momentum">Within [0, 1).</param>
/// <param name="nesterov">Whether the step looks ahead along the velocity.</param>
public sealed class Sgd(IReadOnlyList<ParameterGroup> groups, double momentum = 0, bool nesterov = false)
    : Optimizer(groups, momentum > 0 ? [Momentum] : [])
{
    private const string Momentum = "momentum";

    /// <inheritdoc/>
    protected override void Move(Batch batch, ParameterGroup group, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(group);
        Tensor[] direction = batch.Gradients;
        if (group.WeightDecay > 0)
        {
            Foreach.Add(direction, batch.Parameters, group.WeightDecay);
        }
        if (momentum > 0)
        {
            Tensor[] velocity = batch.State(Momentum);
            Foreach.Multiply(velocity, momentum);
            Foreach.Add(velocity, direction);
            if (nesterov)
            {
                Foreach.Add(direction, velocity, momentum);
            }
            else
            {
                direction = velocity;
            }
        }
        Foreach.Add(batch.Parameters, direction, -learningRate);
    }
}
