namespace Semblance.Losses.Hashing;

/// <summary>A quantiser on its own, as a term beside any other.</summary>
/// <param name="quantizer">The quantiser.</param>
/// <param name="output">The model's output that it sees.</param>
public sealed class QuantizationTerm(IQuantizer quantizer, string output = Outputs.Representation) : ITerm
{
    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return TermValue.Whole(quantizer.Forward(input.Outputs[output], input));
    }
}
