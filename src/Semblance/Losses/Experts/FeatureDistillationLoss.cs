using Semblance.Tensors;

namespace Semblance.Losses.Experts;

/// <summary>How the features of two experts are compared.</summary>
public enum FeatureComparison
{
    /// <summary>Squared distance of the features at length 1.</summary>
    NormalizedMse,

    /// <summary>1 minus their cosine.</summary>
    Cosine,

    /// <summary>Mean squared difference of the features as they are.</summary>
    Mse,
}

/// <summary>Distillation of features between experts, as ECL (Xu et al., IEEE TMM 2023) adds it: each expert's feature is pulled to those of the others.</summary>
/// <remarks>
/// A reconstruction: that features are distilled is the paper's, the formula is ours. 1 / (M (M - 1)) Σ_{m≠j} mean_i of |z_m / |z_m| - z_j / |z_j||², 1 - cos(z_m, z_j), or the mean over values of (z_m - z_j)²; z_j is a constant
/// unless told otherwise. Lengths have a floor of 1e-12, and a feature of zeros hands no derivative on where lengths are divided by. One expert, or an empty batch, gives exactly 0.
/// </remarks>
/// <param name="options">The comparison.</param>
public sealed class FeatureDistillationLoss(FeatureDistillationOptions options)
{
    /// <summary>The loss of a batch, a scalar.</summary>
    /// <param name="features">n × experts × values.</param>
    /// <param name="weights">n factors of the images; null for none.</param>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    public Tensor Forward(Tensor features, Tensor? weights = null)
    {
        Tensor rows = ExpertBatch.Rows(features, nameof(features));
        long experts = rows.Size(1);
        if (experts < 2)
        {
            return rows.Sum() * 0;
        }
        Tensor compared = options.Mode == FeatureComparison.Mse ? rows : ExpertBatch.Unit(rows);
        Tensor taught = options.DetachTeacher ? compared.Detach() : compared;
        Tensor distances = options.Mode == FeatureComparison.Cosine
            ? (experts - 1) - (compared * (taught.Sum(1, keepDimension: true) - taught)).Sum(2)
            : Squares(compared, taught);
        return ExpertBatch.SumOfMeans(distances, weights) / (experts * (experts - 1));
    }

    /// <summary>n × experts, each expert's distances to the others summed.</summary>
    private Tensor Squares(Tensor compared, Tensor taught)
    {
        Tensor squares = (compared.Unsqueeze(2) - taught.Unsqueeze(1)).Square();
        return (options.Mode == FeatureComparison.Mse ? squares.Mean(3) : squares.Sum(3)).Sum(2);
    }
}

/// <summary>Settings of <see cref="FeatureDistillationLoss"/> as a term.</summary>
public sealed record FeatureDistillationOptions : ITermOptions
{
    /// <summary>How features are compared.</summary>
    public FeatureComparison Mode { get; init; }

    /// <summary>Whether the derivative goes to one side of each comparison alone.</summary>
    public bool DetachTeacher { get; init; } = true;

    /// <inheritdoc/>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ExpertBatch.ShapeOf(context);
        FeatureDistillationLoss loss = new(this);
        return new ExpertTerm(input => TermValue.Whole(loss.Forward(input.Outputs[Outputs.ExpertFeatures], input.Weights)));
    }
}
