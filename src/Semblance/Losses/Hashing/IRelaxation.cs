using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>What the metric sees instead of signs, which have no useful derivative.</summary>
public interface IRelaxation
{
    /// <summary>The outputs as the metric sees them.</summary>
    /// <param name="outputs">n × bits, raw.</param>
    /// <param name="epoch">Passes over the training set so far.</param>
    Tensor Apply(Tensor outputs, double epoch);
}
