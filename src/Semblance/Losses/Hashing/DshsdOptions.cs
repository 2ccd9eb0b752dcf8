using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Hashing;

/// <summary>DSHSD (Wu et al., IEEE Access 2019): squared distances with a margin and a linear classifier, both of tanh u.</summary>
public sealed record DshsdOptions : BatchHashOptions
{
    /// <summary>α, weight of the distances; at least 0.</summary>
    public double Alpha { get; init => field = Require.NotNegative(value); } = 0.05;

    /// <summary>m, the squared distance from which on dissimilar images are left alone; null is 2 K for K bits.</summary>
    public double? Margin { get; init => field = value is { } margin ? Require.Positive(margin) : null; }

    /// <summary>Which labels of an image the classifier counts.</summary>
    public CodeLabels Labels { get; init; }

    /// <inheritdoc/>
    public override ITerm Create(TermContext context) => Create(context, LinearClassTerm.Draw(context));

    /// <summary>The term with given weights of the classifier, classes × bits.</summary>
    public ITerm Create(TermContext context, Tensor weights)
    {
        ArgumentNullException.ThrowIfNull(context);
        LinearClassTerm classifier = new(weights, new LinearClassOptions { Output = Output, Labels = Labels, Logistic = true });
        PairTerm pairs = Pairs(new SquaredDistanceBandLoss(Margin ?? (2.0 * context.Dimensions)), context, PairMeasure.SquaredDistance);
        return new HashMethod(new TermSum(new WeightedTerm("classes", 1, classifier), new WeightedTerm("pairs", Alpha, pairs)), null, Weighted(0), new TanhRelaxation());
    }
}
