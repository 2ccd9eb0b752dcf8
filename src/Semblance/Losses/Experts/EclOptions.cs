using Semblance.Losses.Hashing;

namespace Semblance.Losses.Experts;

/// <summary>ECL: experts that learn together on a long tail (Xu et al., IEEE TMM 2023): balanced softmax, re-weighted distillation, distillation of features, and contrast.</summary>
/// <remarks>
/// λ_class softmax + λ_kd distillation + λ_feature features + λ_contrast contrast, with <see cref="ExpertSoftmaxLoss"/>, <see cref="ReweightedDistillationLoss"/>, <see cref="FeatureDistillationLoss"/> and
/// <see cref="ExpertContrastTerm"/>. No code of the paper is public: which parts there are is the paper's, the formulas of both distillations and the coefficients are a reconstruction, the rest follows NCL's
/// released code. A part whose coefficient is 0 is not computed and needs nothing of the model.
/// </remarks>
public sealed record EclOptions : ITermOptions
{
    /// <summary>Weight of the softmax; at least 0.</summary>
    public double ClassWeight { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>Weight of the distillation; at least 0.</summary>
    public double DistillationWeight { get; init => field = Require.NotNegative(value); } = 0.6;

    /// <summary>Weight of the distillation of features; at least 0.</summary>
    public double FeatureWeight { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>Weight of the contrast; at least 0.</summary>
    public double ContrastWeight { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>Passes over which the distillation grows from nothing to its weight, both of logits and of features; 0 for its whole weight from the first step.</summary>
    public double Ramp { get; init => field = Require.NotNegative(value); }

    /// <summary>The softmax.</summary>
    public ExpertSoftmaxOptions Softmax { get; init; } = new();

    /// <summary>The distillation.</summary>
    public ReweightedDistillationOptions Distillation { get; init; } = new();

    /// <summary>The distillation of features.</summary>
    public FeatureDistillationOptions Feature { get; init; } = new();

    /// <summary>The contrast.</summary>
    public ExpertContrastOptions Contrast { get; init; } = new();

    /// <inheritdoc/>
    /// <returns>A term with the parts <c>softmax</c>, <c>distillation</c>, <c>feature</c> and <c>contrast</c>, each with its weight.</returns>
    public ITerm Create(TermContext context)
    {
        (string Name, double Weight, ITermOptions Options, double Ramp)[] parts =
        [
            ("softmax", ClassWeight, Softmax, 0), ("distillation", DistillationWeight, Distillation, Ramp), ("feature", FeatureWeight, Feature, Ramp), ("contrast", ContrastWeight, Contrast, 0),
        ];
        WeightedTerm[] terms = [.. parts.Where(part => part.Weight > 0).Select(part => new WeightedTerm(part.Name, part.Weight, Ramped(part.Options.Create(context), part.Ramp)))];
        return terms.Length > 0 ? new TermSum(terms) : throw new ArgumentException("every coefficient of the loss is 0; set at least one of lambda-class, lambda-kd, lambda-feature and lambda-contrast above it.");
    }

    private static ITerm Ramped(ITerm term, double passes) => passes > 0 ? new RampedTerm(term, passes) : term;
}
