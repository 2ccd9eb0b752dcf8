using Semblance.Tensors;

namespace Semblance.Training.Optimizers;

/// <summary>Adam (Kingma and Ba, 2015), or AdamW (Loshchilov and Hutter, 2019) where the decay is decoupled from the gradient.</summary>
/// <remarks>m and v are running means of g and g^2; p -= rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon).</remarks>
/// <param name="groups">Parameters with their settings.</param>
/// <param name="decoupled">Whether weight decay shrinks the parameter itself (AdamW) or is added to its gradient (Adam).</param>
/// <param name="firstBeta">Decay of the mean of the gradient, within [0, 1).</param>
/// <param name="secondBeta">Decay of the mean of its square, within [0, 1).</param>
/// <param name="epsilon">Above 0.</param>
public sealed class Adam(IReadOnlyList<ParameterGroup> groups, bool decoupled, double firstBeta = 0.9, double secondBeta = 0.999, double epsilon = 1e-8)
    : Optimizer(groups, Mean, Square)
{
    private const string Mean = "mean";
    private const string Square = "square";

    /// <inheritdoc/>
    protected override void Move(Batch batch, ParameterGroup group, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(group);
        Decay(batch, group, learningRate);
        Tensor[] mean = batch.State(Mean), square = batch.State(Square);
        Foreach.Multiply(mean, firstBeta);
        Foreach.Add(mean, batch.Gradients, 1 - firstBeta);
        Foreach.Multiply(square, secondBeta);
        Foreach.AddProduct(square, batch.Gradients, batch.Gradients, 1 - secondBeta);
        Tensor[] denominator = Foreach.Sqrt(square);
        Foreach.Divide(denominator, Math.Sqrt(1 - Math.Pow(secondBeta, Steps)));
        Foreach.Add(denominator, epsilon);
        Foreach.AddQuotient(batch.Parameters, mean, denominator, -learningRate / (1 - Math.Pow(firstBeta, Steps)));
    }

    private void Decay(Batch batch, ParameterGroup group, double learningRate)
    {
        if (group.WeightDecay > 0 && decoupled)
        {
            Foreach.Multiply(batch.Parameters, 1 - (learningRate * group.WeightDecay));
        }
        else if (group.WeightDecay > 0)
        {
            Foreach.Add(batch.Gradients, batch.Parameters, group.WeightDecay);
        }
    }
}
