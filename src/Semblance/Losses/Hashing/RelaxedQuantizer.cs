using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>A quantiser that sees relaxed outputs where its metric sees raw ones.</summary>
/// <param name="quantizer">The quantiser.</param>
/// <param name="relaxation">What it sees instead; one that does not change from pass to pass.</param>
public sealed class RelaxedQuantizer(IQuantizer quantizer, IRelaxation relaxation) : IQuantizer
{
    /// <inheritdoc/>
    public Tensor Forward(Tensor outputs) => quantizer.Forward(relaxation.Apply(PairInputs.Precise(outputs), 0));
}
