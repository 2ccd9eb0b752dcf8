using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>How far outputs are from the codes that they are drawn to.</summary>
public interface ICodeLoss
{
    /// <summary>A scalar, a mean over the batch and the bits.</summary>
    /// <param name="outputs">n × bits, raw.</param>
    /// <param name="targets">n × bits of -1 and 1, constant.</param>
    Tensor Forward(Tensor outputs, Tensor targets);
}
