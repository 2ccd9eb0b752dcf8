using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>Terms added up to be one, such as the metric of a hash method.</summary>
/// <param name="terms">At least one; the names of what they train or keep are unique among them.</param>
internal sealed class TermSum(params IReadOnlyList<WeightedTerm> terms) : ITerm
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => [.. terms.SelectMany(term => term.Term.Parameters)];

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [.. terms.SelectMany(term => term.Term.Buffers)];

    /// <inheritdoc/>
    public bool WeighsImages => terms.All(term => term.Term.WeighsImages);

    /// <inheritdoc/>
    public bool NeedsKeys => terms.Any(term => term.Term.NeedsKeys);

    /// <inheritdoc/>
    /// <returns>The sum, and each term with its weight by its name.</returns>
    public TermValue Forward(TermInput input)
    {
        (string Name, Tensor Value)[] parts = [.. terms.Select(term => (term.Name, term.Term.Forward(input).Value * term.Weight))];
        return new TermValue(parts.Select(part => part.Value).Aggregate((sum, next) => sum + next), parts);
    }
}
