using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>x / (‖x‖ + 1e-8): rows of length 1. A row of 0 stays, with a finite derivative.</summary>
public sealed class UnitRelaxation : IRelaxation
{
    private const double Shortest = 1e-8;

    /// <inheritdoc/>
    public Tensor Apply(Tensor outputs, double epoch)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return outputs / (outputs.Norm(1, keepDimension: true) + Shortest);
    }
}
