using Semblance.Tensors;

namespace Semblance.Losses;

/// <summary>A weighted sum of named terms over the outputs of a model. Owns the terms' parameters.</summary>
/// <remarks>Computed in the outputs' own precision, half precision as float32, also inside <see cref="Autograd.Autocast"/>.</remarks>
public sealed class Objective : IDisposable
{
    private readonly IReadOnlyList<WeightedTerm> terms;

    /// <summary>An objective of at least one term.</summary>
    /// <exception cref="ArgumentException">There is no term, or two have the same name.</exception>
    public Objective(params IReadOnlyList<WeightedTerm> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        if (terms.Count == 0)
        {
            throw new ArgumentException("an objective has 0 terms; it needs at least one.", nameof(terms));
        }
        if (terms.GroupBy(term => term.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"{twice.Count()} terms are named \"{twice.Key}\"; every term needs a name of its own.", nameof(terms));
        }
        this.terms = [.. terms];
    }

    /// <summary>The terms, in order.</summary>
    public IReadOnlyList<WeightedTerm> Terms => terms;

    /// <summary>What the terms train themselves, as <c>term.parameter</c>; for parameter groups and checkpoints.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters =>
        [.. terms.SelectMany(term => term.Term.Parameters.Select(parameter => ($"{term.Name}.{parameter.Name}", parameter.Value)))];

    /// <summary>What the terms keep and do not train, as <c>term.buffer</c>; for checkpoints.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers =>
        [.. terms.SelectMany(term => term.Term.Buffers.Select(buffer => ($"{term.Name}.{buffer.Name}", buffer.Value)))];

    /// <summary>The value of a batch and of its terms.</summary>
    public ObjectiveValue Forward(TermInput input)
    {
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        List<(string, Tensor)> values = [];
        Tensor? total = null;
        foreach (WeightedTerm term in terms)
        {
            TermValue value = term.Term.Forward(input);
            values.Add((term.Name, value.Value));
            values.AddRange(value.Parts.Select(part => ($"{term.Name}.{part.Name}", part.Value)));
            Tensor weighted = value.Value * term.Weight;
            total = total is null ? weighted : total + weighted;
        }
        return new ObjectiveValue(total!, values);
    }

    /// <summary>Frees the parameters and buffers of the terms.</summary>
    public void Dispose()
    {
        foreach ((_, Tensor value) in Parameters.Concat(Buffers))
        {
            value.Dispose();
        }
    }
}

/// <summary>A term of an objective.</summary>
/// <param name="Name">Unique in the objective; stands in the log and before the names of the term's parameters.</param>
/// <param name="Weight">Finite, at least 0.</param>
/// <param name="Term">What is computed.</param>
public sealed record WeightedTerm(string Name, double Weight, ITerm Term)
{
    /// <summary>The factor of the term in the total.</summary>
    public double Weight { get; } = Require.NotNegative(Weight, nameof(Weight));
}

/// <summary>Value of an objective.</summary>
/// <param name="Total">The weighted sum, the scalar to derive.</param>
/// <param name="Terms">Each term's own value by its name, and its parts' as <c>term.part</c>; not weighted.</param>
public readonly record struct ObjectiveValue(Tensor Total, IReadOnlyList<(string Name, Tensor Value)> Terms);
