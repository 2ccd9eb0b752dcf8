using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Weights of classes at a time of a run.</summary>
public sealed class ClassWeights
{
    private readonly ClassPrior? prior;
    private readonly double[] weights;
    private readonly double from;

    private ClassWeights(ClassPrior? prior, double[] weights, double from) => (this.prior, this.weights, this.from) = (prior, weights, from);

    /// <summary>Weights by a rule for the training images of a context; null where all classes count alike.</summary>
    internal static ClassWeights? Of(ClassWeightOptions options, DeferOptions? defer, TermContext context) => options.Kind == ClassWeighting.None
        ? null
        : Of(options, defer, ClassPrior.Of(context));

    /// <summary>Weights by a rule for training images.</summary>
    /// <param name="options">The rule.</param>
    /// <param name="defer">When they begin to count; null from the start.</param>
    /// <param name="prior">The training images.</param>
    public static ClassWeights Of(ClassWeightOptions options, DeferOptions? defer, ClassPrior prior)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(prior);
        return new(prior, options.Of(prior.Counts), defer?.Epoch ?? 0);
    }

    /// <summary>Weights as they are given, whatever there is to train on.</summary>
    public static ClassWeights Given(IReadOnlyList<double> weights) => new(null, [.. weights], 0);

    /// <summary>The weights as they stand; null before they begin.</summary>
    public IReadOnlyList<double>? At(double epoch) => epoch >= from ? weights : null;

    /// <summary>The weight of each image's class; null before weights begin.</summary>
    /// <param name="logits">n × classes.</param>
    /// <param name="labels">n class ids.</param>
    /// <param name="epoch">Passes over the training images so far.</param>
    internal Tensor? Picked(Tensor logits, Tensor labels, double epoch)
    {
        prior?.Check(logits, labels);
        return epoch >= from ? ClassPrior.Row(weights, logits).IndexSelect(0, labels) : null;
    }

    /// <summary>The mean weight of each image's labels, 1 for an image without one; null before weights begin.</summary>
    /// <param name="logits">n × classes.</param>
    /// <param name="labels">n × classes, bool.</param>
    /// <param name="epoch">Passes over the training images so far.</param>
    internal Tensor? PickedOfSeveral(Tensor logits, Tensor labels, double epoch)
    {
        prior?.Check(logits, labels);
        if (epoch < from)
        {
            return null;
        }
        Tensor own = labels.To(logits.Type), number = own.Sum(1);
        Tensor mean = own.MatMul(ClassPrior.Row(weights, logits)) / number.Clamp(1, null);
        return mean + number.EqualTo(0).To(logits.Type);
    }
}
