using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>How smoothing grows from the rarest class to the most frequent one.</summary>
public enum SmoothingShape
{
    /// <summary>Fast at first: sin(t π/2).</summary>
    Concave,

    /// <summary>Along a line: t.</summary>
    Linear,

    /// <summary>Slowly at first: 1 - cos(t π/2).</summary>
    Convex,
}

/// <summary>Label-aware smoothing (Zhong et al., CVPR 2021): the more images a class has, the less its label is believed.</summary>
/// <remarks>
/// Cross-entropy with t = (1 - e) one-hot + e / classes, e = tail + (head - tail) f(t) for the image's class, t = (n - n_min) / (n_max - n_min). With classes of one size all are tail.
/// </remarks>
public sealed class LabelAwareSmoothingLoss : ILogitLoss
{
    private readonly ClassPrior prior;
    private readonly double[] smoothing;

    /// <summary>The loss for training images.</summary>
    public LabelAwareSmoothingLoss(LabelAwareSmoothingOptions options, ClassPrior prior)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.prior = prior;
        smoothing = options.Smoothing(prior);
    }

    /// <inheritdoc/>
    public LogitCosts Costs(Tensor logits, Tensor labels, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        prior.Check(logits, labels);
        Tensor e = ClassPrior.Row(smoothing, logits).IndexSelect(0, labels);
        return new((Functional.CrossEntropies(logits, labels) * (1 - e)) - (logits.LogSoftmax(1).Mean(1) * e));
    }
}

/// <summary>Settings of <see cref="LabelAwareSmoothingLoss"/>.</summary>
public sealed record LabelAwareSmoothingOptions : LogitLossOptions
{
    /// <summary>Smoothing of the most frequent class; within [0, 1).</summary>
    public double Head { get; init => field = Require.Below(value, 0, 1); } = 0.4;

    /// <summary>Smoothing of the rarest class; within [0, 1).</summary>
    public double Tail { get; init => field = Require.Below(value, 0, 1); } = 0.1;

    /// <summary>How it grows between them.</summary>
    public SmoothingShape Shape { get; init; }

    /// <summary>The smoothing of each class; 0 for a class without training images.</summary>
    /// <param name="prior">Training images of each class.</param>
    public double[] Smoothing(ClassPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        double low = prior.Counts.Where(count => count > 0).Min(), range = prior.Counts.Max() - low;
        return prior.PerClass(count => Tail + ((Head - Tail) * Grown(range == 0 ? 0 : (count - low) / range)), absent: 0);
    }

    private double Grown(double part) => Shape switch
    {
        SmoothingShape.Linear => part,
        SmoothingShape.Convex => 1 - Math.Cos(part * Math.PI / 2),
        _ => Math.Sin(part * Math.PI / 2),
    };

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context) => new LabelAwareSmoothingLoss(this, ClassPrior.Of(context));
}
