using Semblance.Tensors;

namespace Semblance.Losses;

/// <summary>A weighted sum of named terms over the outputs of a model. Owns the terms' parameters.</summary>
/// <remarks>
/// <para>Computed in the outputs' own precision, half precision as float32, also inside <see cref="Autograd.Autocast"/>.</para>
/// <para>
/// Weights of images: a term that does not weigh them itself sees outputs of the same values whose derivatives are multiplied, row by row, by the weight of the image. For a loss that is a mean over images,
/// each of which depends on its own row alone, as losses with proxies do, the model's gradient is that of (1/n) Σ w cost. For others it says how much each image moves. Parameters of terms are moved as without weights.
/// </para>
/// </remarks>
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
        ArgumentNullException.ThrowIfNull(input);
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        List<(string, Tensor)> values = [];
        Tensor? total = null;
        TermInput scaled = Scaled(input);
        foreach (WeightedTerm term in terms)
        {
            TermValue value = term.Term.Forward(term.Term.WeighsImages ? input : scaled);
            values.Add((term.Name, value.Value));
            values.AddRange(value.Parts.Select(part => ($"{term.Name}.{part.Name}", part.Value)));
            Tensor weighted = value.Value * term.Weight;
            total = total is null ? weighted : total + weighted;
        }
        return new ObjectiveValue(total!, values);
    }

    /// <summary>The input with outputs whose derivatives are multiplied by the weights of their images; itself where all count alike, or where no term needs it.</summary>
    private TermInput Scaled(TermInput input)
    {
        if (input.Weights is not { } weights)
        {
            return input;
        }
        long images = input.Labels.Size(0);
        if (weights.Rank != 1 || weights.Size(0) != images)
        {
            throw new ArgumentException($"the weights of images are {weights.Describe()}; {images} images need {images} of them.", nameof(input));
        }
        return terms.All(term => term.Term.WeighsImages) ? input : input with { Outputs = input.Outputs.Each(output => Scaled(output, weights)) };
    }

    private static Tensor Scaled(Tensor output, Tensor weights)
    {
        if (!output.RequiresGrad)
        {
            return output;
        }
        Tensor fixedValue = output.Detach();
        long[] column = [weights.Size(0), .. Enumerable.Repeat(1L, output.Rank - 1)];
        return fixedValue + ((output - fixedValue) * weights.To(output.Type).Reshape(column));
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
