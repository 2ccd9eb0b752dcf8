using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Logit adjustment (Menon et al., ICLR 2021): cross-entropy of x + tau log π, π the shares of the classes among the training images; nothing is added at test time.</summary>
/// <remarks>
/// The other form trains with plain cross-entropy and takes tau log π off at test time (<see cref="PostHoc"/>); a model has one of them. A class without training images has probability and gradient 0.
/// </remarks>
public sealed class LogitAdjustmentLoss : AdjustedLoss
{
    private readonly double[] shifts;

    /// <summary>The loss for training images.</summary>
    /// <param name="prior">Training images of each class.</param>
    /// <param name="tau">How much of log π counts; 1 for the balanced error.</param>
    public LogitAdjustmentLoss(ClassPrior prior, double tau = 1)
        : base(prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        shifts = Shifts(prior, tau);
    }

    /// <summary>x - tau log π, for a model that was trained without; a class without training images is never the largest.</summary>
    /// <param name="logits">n × classes.</param>
    /// <param name="prior">Training images of each class.</param>
    /// <param name="tau">How much of log π is taken off.</param>
    public static Tensor PostHoc(Tensor logits, ClassPrior prior, double tau = 1)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(prior);
        return prior.WithoutEmpty(logits - ClassPrior.Row(Shifts(prior, tau), logits));
    }

    /// <inheritdoc/>
    protected override Tensor Adjusted(Tensor logits) => logits + ClassPrior.Row(shifts, logits);

    private static double[] Shifts(ClassPrior prior, double tau) => [.. prior.Logs().Select(log => double.IsFinite(log) ? tau * log : 0)];
}

/// <summary>Settings of <see cref="LogitAdjustmentLoss"/>.</summary>
public sealed record LogitAdjustmentOptions : LogitLossOptions
{
    /// <summary>tau, how much of log π counts; finite.</summary>
    public double Tau { get; init => field = Require.Finite(value); } = 1;

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) => new LogitAdjustmentLoss(ClassPrior.Of(context), Tau);
}
