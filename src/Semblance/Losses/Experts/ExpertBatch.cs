using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Experts;

/// <summary>What losses over experts have in common: the shape of what they see, and how numbers of images and experts become one.</summary>
internal static class ExpertBatch
{
    /// <summary>n × experts × values in float32 or float64.</summary>
    /// <exception cref="ArgumentException">The shape is another one.</exception>
    public static Tensor Rows(Tensor values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        Tensor precise = PairInputs.Precise(values);
        return precise.Rank == 3 && precise.Type is DataType.Float32 or DataType.Float64 && precise.Size(1) > 0
            ? precise
            : throw new ArgumentException($"{name} are {values.Describe()}; they must be floating-point numbers of shape [images, experts, values].", name);
    }

    /// <summary>n class ids, one for each row and below the number of classes.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static Tensor Ids(Tensor labels, long images, long classes)
    {
        if (ClassLabels.IsMultiHot(labels))
        {
            throw new ArgumentException($"labels are {labels.Describe()}; losses over experts need one class id an image. Train on data with one label an image, or choose another loss.", nameof(labels));
        }
        if (labels.Size(0) != images)
        {
            throw new ArgumentException($"there are {labels.Size(0)} labels; {images} images need {images}.", nameof(labels));
        }
        ClassLabels.CheckIds(labels, classes);
        return labels.To(DataType.Int64);
    }

    /// <summary>Sum over experts of the mean over images; 0 for no image.</summary>
    /// <param name="values">n × experts.</param>
    /// <param name="weights">n factors of the images; null for none.</param>
    public static Tensor SumOfMeans(Tensor values, Tensor? weights) =>
        (weights is null ? values : values * weights.To(values.Type).Unsqueeze(1)).Sum() / Math.Max(1, values.Size(0));

    /// <summary>n × experts, the value at each image's label.</summary>
    /// <param name="values">n × experts × classes.</param>
    /// <param name="labels">n class ids.</param>
    public static Tensor Own(Tensor values, Tensor labels)
    {
        long images = values.Size(0), experts = values.Size(1);
        return values.Gather(2, labels.Reshape(images, 1, 1).Expand(images, experts, 1)).Squeeze(2);
    }

    /// <summary>Rows of the last dimension divided by their length; rows of zeros stay, and hand no derivative on.</summary>
    public static Tensor Unit(Tensor rows)
    {
        Tensor some = rows.Detach().NotEqualTo(0).Any(2, keepDimension: true);
        return rows.MaskedFill(some.Not(), 0).Normalize(2);
    }

    /// <summary>The prior of a training set.</summary>
    /// <exception cref="ArgumentException">Nobody has counted.</exception>
    public static ClassPrior PriorOf(TermContext context) => context.ClassCounts.Count > 0 ? new ClassPrior(context.ClassCounts)
        : throw new ArgumentException("the loss shifts logits by the numbers of training images of the classes, and these are not known.", nameof(context));

    /// <summary>What the experts of the model give.</summary>
    /// <exception cref="ArgumentException">It has none.</exception>
    public static ExpertShape ShapeOf(TermContext context) => context.Experts
        ?? throw new ArgumentException("the loss is one over experts, and the model has none. Set model.experts, such as {count: 3}.", nameof(context));
}
