using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>What hash methods that compare a batch with itself have in common: every row with every row, itself too, not normalised, the gradient through both.</summary>
/// <remarks>Formulas and defaults are those of the released code of DeepHash-pytorch.</remarks>
public abstract record BatchHashOptions : ITermOptions
{
    /// <summary>The model's output that is hashed.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    public abstract ITerm Create(TermContext context);

    private protected PairTerm Pairs(IPairLoss loss, TermContext context, PairMeasure measure = PairMeasure.Product)
    {
        ArgumentNullException.ThrowIfNull(context);
        PairTermOptions pairs = new() { Output = Output, Relation = context.Relation, Normalize = false, References = PairReferences.Given, Measure = measure };
        return new PairTerm(loss, pairs, null, new BatchCodes(symmetric: true));
    }

    private protected HashMethodOptions Weighted(double weight) => new() { Output = Output, QuantizationWeight = weight };
}

/// <summary>HashNet (Cao et al., ICCV 2017): likelihood of pairs of tanh(β u), similar and dissimilar ones averaged on their own, β growing.</summary>
public sealed record HashNetOptions : BatchHashOptions
{
    /// <summary>α, what inner products are multiplied by; above 0.</summary>
    public double Alpha { get; init => field = Require.Positive(value); } = 0.1;

    /// <summary>Passes between two steps of β = √(⌊pass / every⌋ + 1); at least 1.</summary>
    public int Every { get; init => field = Require.AtLeast(value, 1); } = 20;

    /// <summary>The metric loss, of relaxed outputs.</summary>
    public IPairLoss Metric() => new PairLikelihoodLoss(new() { Scale = Alpha, Balanced = true });

    /// <inheritdoc/>
    public override ITerm Create(TermContext context) => new HashMethod(Pairs(Metric(), context), null, Weighted(0), new TanhContinuation(Every));
}

/// <summary>DCH (Cao et al., CVPR 2018): Cauchy cross-entropy and Cauchy quantiser.</summary>
public sealed record DchOptions : BatchHashOptions
{
    /// <summary>γ; above 0.</summary>
    public double Gamma { get; init => field = Require.Positive(value); } = 20;

    /// <summary>λ, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 0.1;

    /// <inheritdoc/>
    public override ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        CosineBatchTerm metric = new(new CauchyLoss(context.Dimensions, Gamma), context.Relation, Output);
        return new HashMethod(metric, new CauchyQuantizer(context.Dimensions, Gamma), Weighted(QuantizationWeight));
    }
}

/// <summary>DTSH (Wang et al., ACCV 2016): likelihood of triplets, plus λ mean (u - sign u)².</summary>
public sealed record DtshOptions : BatchHashOptions
{
    /// <summary>α, the margin in units of the inner product.</summary>
    public double Margin { get; init => field = Require.Finite(value); } = 5;

    /// <summary>λ, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 1;

    /// <inheritdoc/>
    public override ITerm Create(TermContext context) => new HashMethod(Pairs(new TripletLikelihoodLoss(Margin), context), new SignDistanceQuantizer(), Weighted(QuantizationWeight));
}

/// <summary>LCDSH (Zhu and Gao, IJCAI 2017): likelihood of pairs, plus λ times how far their probabilities are from those of the signs.</summary>
public sealed record LcdshOptions : BatchHashOptions
{
    private const double Bound = 50;

    /// <summary>λ, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 3;

    /// <inheritdoc/>
    public override ITerm Create(TermContext context) =>
        new HashMethod(Pairs(new PairLikelihoodLoss(new() { Lowest = -Bound, Highest = Bound }), context), new SimilarityQuantizer(), Weighted(QuantizationWeight));
}

/// <summary>QSMIH (Passalis and Tefas, 2021): quadratic mutual information of rows of length 1, plus α mean | |û| - 1 |.</summary>
public sealed record QsmihOptions : BatchHashOptions
{
    /// <summary>α, weight of the quantiser; at least 0.</summary>
    public double QuantizationWeight { get; init => field = Require.NotNegative(value); } = 0.01;

    /// <summary>Whether similar pairs are drawn to a product of 1 and not beyond.</summary>
    public bool SquareClamp { get; init; } = true;

    /// <inheritdoc/>
    public override ITerm Create(TermContext context) =>
        new HashMethod(Pairs(new SquaredMutualInformationLoss(SquareClamp), context), new CornerQuantizer(), Weighted(QuantizationWeight) with { QuantizesRelaxed = true }, new UnitRelaxation());
}

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
    public ITerm Create(TermContext context, Tensors.Tensor weights)
    {
        ArgumentNullException.ThrowIfNull(context);
        LinearClassTerm classifier = new(weights, new LinearClassOptions { Output = Output, Labels = Labels, Logistic = true });
        PairTerm pairs = Pairs(new SquaredDistanceBandLoss(Margin ?? (2.0 * context.Dimensions)), context, PairMeasure.SquaredDistance);
        return new HashMethod(new TermSum(new WeightedTerm("classes", 1, classifier), new WeightedTerm("pairs", Alpha, pairs)), null, Weighted(0), new TanhRelaxation());
    }
}
