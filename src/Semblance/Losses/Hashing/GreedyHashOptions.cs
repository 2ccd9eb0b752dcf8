using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>GreedyHash (Su et al., NeurIPS 2018): a linear classifier of the signs, whose derivative goes through them, plus α mean | |u| - 1 |³.</summary>
public sealed record GreedyHashOptions : ITermOptions
{
    /// <summary>α, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 0.1;

    /// <summary>Which labels of an image count; the released code takes the first.</summary>
    public CodeLabels Labels { get; init; } = CodeLabels.First;

    /// <summary>The model's output that is hashed.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    public ITerm Create(TermContext context) => Create(LinearClassTerm.Draw(context));

    /// <summary>The term with given weights of the classifier, classes × bits.</summary>
    public ITerm Create(Tensor weights)
    {
        LinearClassTerm classifier = new(weights, new LinearClassOptions { Output = Output, Labels = Labels });
        return new HashMethod(classifier, new CornerQuantizer(3), new HashMethodOptions { Output = Output, QuantizationWeight = QuantizationWeight }, new StraightThroughSign());
    }
}
