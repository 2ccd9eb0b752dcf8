using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Softmax equalisation, SEQL (Tan et al., CVPR 2020; in the form of the released code of BagofTricks-LT): images of other classes do not always push rare ones down.</summary>
/// <remarks>
/// Cross-entropy in which, for each image and each class with a share of training images below lambda that is not its label, the class is left out of the denominator with probability gamma. What is left
/// out is drawn anew at each step in training; a batch that only measures leaves nothing out. A class without training images has probability and gradient 0.
/// </remarks>
public sealed class SoftmaxEqualizationLoss : ILogitLoss
{
    private readonly SoftmaxEqualizationOptions options;
    private readonly ClassPrior prior;
    private readonly long seed;
    private readonly bool[] rare;

    /// <summary>The loss for training images.</summary>
    /// <param name="options">Which classes are rare, and how often they are left out.</param>
    /// <param name="prior">Training images of each class.</param>
    /// <param name="seed">From which is drawn what is left out.</param>
    public SoftmaxEqualizationLoss(SoftmaxEqualizationOptions options, ClassPrior prior, long seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(prior);
        (this.options, this.prior, this.seed) = (options, prior, seed);
        double all = prior.Counts.Sum(count => (double)count);
        rare = [.. prior.Counts.Select(count => count / all < options.Threshold)];
    }

    /// <inheritdoc/>
    public LogitCosts Costs(Tensor logits, Tensor labels, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(input);
        prior.Check(logits, labels);
        Tensor present = prior.WithoutEmpty(logits);
        Tensor seen = input.IsTraining ? present.MaskedFill(LeftOut(labels, input).To(logits.Device), double.NegativeInfinity) : present;
        return new(Functional.CrossEntropies(seen, labels));
    }

    /// <summary>n × classes, bool: rare classes that are left out of an image's denominator.</summary>
    private Tensor LeftOut(Tensor labels, TermInput input)
    {
        long[] own = labels.ToArray<long>();
        long first = input.Items is { Count: > 0 } items ? items.Select(0, 0).ToInt64() : 0;
        SeededRandom random = new(seed, input.Step, first);
        bool[] left = new bool[own.Length * rare.Length];
        for (int i = 0; i < own.Length; i++)
        {
            for (int c = 0; c < rare.Length; c++)
            {
                left[(i * rare.Length) + c] = rare[c] && c != own[i] && random.NextDouble() < options.Gamma;
            }
        }
        return Tensor.From(left, own.Length, rare.Length);
    }
}

/// <summary>Settings of <see cref="SoftmaxEqualizationLoss"/>; the defaults are those of BagofTricks-LT for CIFAR-100-LT.</summary>
public sealed record SoftmaxEqualizationOptions : LogitLossOptions
{
    /// <summary>gamma, the probability with which a rare class is left out; within [0, 1].</summary>
    public double Gamma { get; init => field = Require.InRange(value, 0, 1); } = 0.9;

    /// <summary>lambda, the share of the training images below which a class is rare; within [0, 1].</summary>
    public double Threshold { get; init => field = Require.InRange(value, 0, 1); } = 0.005;

    /// <inheritdoc/>
    protected override ILogitLoss Make(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new SoftmaxEqualizationLoss(this, ClassPrior.Of(context), context.Seed);
    }
}
