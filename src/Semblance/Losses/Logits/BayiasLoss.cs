using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Bayias compensation (Xu et al., NeurIPS 2021; released code, Prior-LT): cross-entropy of x + log π - log π', π and π' the shares of the classes in training and at test.</summary>
/// <remarks>With classes alike at test it is balanced softmax. A class without training images has probability and gradient 0.</remarks>
public sealed class BayiasLoss : AdjustedLoss
{
    private readonly double[] shifts;

    /// <summary>The loss for training images and what is expected at test.</summary>
    /// <param name="prior">Training images of each class.</param>
    /// <param name="test">In proportion to which classes occur at test, each above 0; empty where all are alike.</param>
    /// <exception cref="ArgumentException">There is not one number a class, or one is not above 0.</exception>
    public BayiasLoss(ClassPrior prior, IReadOnlyList<double> test)
        : base(prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(test);
        int classes = prior.Counts.Count;
        if (test.Count != 0 && (test.Count != classes || test.Any(share => !(double.IsFinite(share) && share > 0))))
        {
            throw new ArgumentException($"test-prior has {test.Count} numbers{(test.Count == classes ? ", not all above 0" : "")}; {classes} classes need {classes} of them, each above 0.", nameof(test));
        }
        double all = test.Sum();
        shifts = [.. prior.Logs().Select((log, k) => !double.IsFinite(log) ? 0 : log - (test.Count == 0 ? -Math.Log(classes) : Math.Log(test[k] / all)))];
    }

    /// <inheritdoc/>
    protected override Tensor Adjusted(Tensor logits) => logits + ClassPrior.Row(shifts, logits);
}

/// <summary>Settings of <see cref="BayiasLoss"/>.</summary>
public sealed record BayiasOptions : LogitLossOptions
{
    /// <summary>In proportion to which classes occur at test; empty where all are alike.</summary>
    public ValueList<double> TestPrior { get; init; } = [];

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) => new BayiasLoss(ClassPrior.Of(context), TestPrior);
}
