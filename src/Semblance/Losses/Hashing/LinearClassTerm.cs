using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>A linear classifier without bias on top of the codes, trained with them.</summary>
public sealed class LinearClassTerm : ITerm
{
    private readonly LinearClassOptions options;

    /// <summary>A term that owns its weights.</summary>
    /// <param name="weights">W, classes × bits; leaves every scope and belongs to the term.</param>
    /// <param name="options">Which labels count, and how.</param>
    public LinearClassTerm(Tensor weights, LinearClassOptions options)
    {
        ArgumentNullException.ThrowIfNull(weights);
        this.options = options;
        Weights = weights.Detached();
        Weights.RequiresGrad = true;
    }

    /// <summary>W, classes × bits.</summary>
    public Tensor Weights { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => [("classifier", Weights)];

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        Tensor outputs = PairInputs.Precise(input.Outputs[options.Output]);
        PairInputs.CheckRows(outputs, input.Labels, "outputs", "labels");
        PairInputs.CheckWidths(outputs, Weights, "weights");
        Tensor scores = outputs.MatMul(Weights.Transpose());
        Tensor labels = HashTargets.Counted(ClassLabels.MultiHot(input.Labels, Weights.Size(0)), options.Labels);
        bool logistic = options.Logistic && options.Labels == CodeLabels.All && ClassLabels.IsMultiHot(input.Labels);
        return TermValue.Whole(logistic ? ClassCosts.Logistic(scores, labels) : ClassCosts.Softmax(scores, labels));
    }

    /// <summary>Fresh weights, evenly between ±1 / √bits, the same for the same seed on every machine.</summary>
    public static Tensor Draw(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        SeededRandom random = new(context.Seed);
        double bound = 1 / Math.Sqrt(context.Dimensions);
        double[] values = new double[checked(context.Classes * context.Dimensions)];
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = random.Between(-bound, bound);
        }
        return Tensor.From(values, context.Classes, context.Dimensions).To(context.Type).To(context.Device);
    }
}

/// <summary>Settings of <see cref="LinearClassTerm"/>.</summary>
public sealed record LinearClassOptions
{
    /// <summary>The model's output that is classified.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <summary>Which labels of an image count.</summary>
    public CodeLabels Labels { get; init; }

    /// <summary>Whether labels given as rows of 0 and 1 are one decision a class, costs summed over classes; else they share a softmax evenly.</summary>
    public bool Logistic { get; init; }
}
