using Semblance.Tensors;

namespace Semblance.Training.Optimizers;

/// <summary>RMSprop (Tieleman and Hinton, 2012), as PyTorch defines it: without momentum, not centred.</summary>
/// <remarks>g += decay p; v is a running mean of g^2; p -= rate g / (sqrt(v) + epsilon).</remarks>
/// <param name="groups">Parameters with their settings.</param>
/// <param name="smoothing">Decay of the mean of the square, within [0, 1).</param>
/// <param name="epsilon">Above 0.</param>
public sealed class RmsProp(IReadOnlyList<ParameterGroup> groups, double smoothing = 0.99, double epsilon = 1e-8)
    : Optimizer(groups, Square)
{
    private const string Square = "square";

    /// <inheritdoc/>
    protected override void Move(Batch batch, ParameterGroup group, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(group);
        if (group.WeightDecay > 0)
        {
            Foreach.Add(batch.Gradients, batch.Parameters, group.WeightDecay);
        }
        Tensor[] square = batch.State(Square);
        Foreach.Multiply(square, smoothing);
        Foreach.AddProduct(square, batch.Gradients, batch.Gradients, 1 - smoothing);
        Tensor[] denominator = Foreach.Sqrt(square);
        Foreach.Add(denominator, epsilon);
        Foreach.AddQuotient(batch.Parameters, batch.Gradients, denominator, -learningRate);
    }
}
