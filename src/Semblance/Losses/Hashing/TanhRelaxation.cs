using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>tanh x.</summary>
public sealed class TanhRelaxation : IRelaxation
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor outputs, double epoch)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return outputs.Tanh();
    }
}
