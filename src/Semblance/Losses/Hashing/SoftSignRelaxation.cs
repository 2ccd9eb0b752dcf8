using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>x / (1 + |x|), within (-1, 1), with the derivative 1 / (1 + |x|)² (IDHN, Zhang et al., IEEE TMM 2019).</summary>
public sealed class SoftSignRelaxation : IRelaxation
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor outputs, double epoch)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return outputs / (outputs.Abs() + 1);
    }
}
