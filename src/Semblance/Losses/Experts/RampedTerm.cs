using Semblance.Tensors;

namespace Semblance.Losses.Experts;

/// <summary>A term whose value grows from 0 to what it is, in a straight line over the first passes.</summary>
/// <param name="term">The term.</param>
/// <param name="passes">Passes over the training images after which it counts in full; above 0.</param>
internal sealed class RampedTerm(ITerm term, double passes) : ITerm
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => term.Parameters;

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => term.Buffers;

    /// <inheritdoc/>
    public bool WeighsImages => term.WeighsImages;

    /// <inheritdoc/>
    public bool NeedsKeys => term.NeedsKeys;

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        double factor = Math.Min(1, input.Epoch / passes);
        TermValue value = term.Forward(input);
        return new TermValue(value.Value * factor, [.. value.Parts.Select(part => (part.Name, part.Value * factor))]);
    }
}
