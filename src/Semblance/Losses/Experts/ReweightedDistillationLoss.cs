using Semblance.Tensors;

namespace Semblance.Losses.Experts;

/// <summary>What shares one weight of distillation.</summary>
public enum DistillationGranularity
{
    /// <summary>Every image has its own.</summary>
    Sample,

    /// <summary>Images of a batch with the same label have the mean of theirs.</summary>
    Class,
}

/// <summary>Re-weighted distillation between experts, as in ECL (Xu et al., IEEE TMM 2023): an image counts as much more as the distilled classifier believes less in its label than the one trained by labels.</summary>
/// <remarks>
/// <para>
/// A reconstruction: the paper's abstract names two classifiers whose predictions are compared to give the weight; the formula is ours. With a = c + log n and b = d + log n of label logits c and distilled logits d,
/// r_m = ((softmax(a_m)[y] + e) / (softmax(b_m)[y] + e))^rho, averaged over a label's images where granularity is class, cut to [w-min, w-max], divided by its mean over the batch;
/// loss = T² / (M (M - 1)) Σ_m Σ_{j≠m} mean_i r_m KL(softmax(a_j / T) ‖ softmax(b_m / T)).
/// </para>
/// <para>Weights and teachers are constants: nothing flows to the label logits. rho 0 is plain distillation. One expert gives exactly 0; so does an empty batch.</para>
/// </remarks>
/// <param name="options">Temperature, exponent, bounds and granularity.</param>
/// <param name="prior">Training images of each class; null to distil logits as they are.</param>
public sealed class ReweightedDistillationLoss(ReweightedDistillationOptions options, ClassPrior? prior)
{
    /// <summary>The loss of a batch, a scalar.</summary>
    /// <param name="logits">n × experts × classes, of the classifiers that labels train.</param>
    /// <param name="distilled">The same of those that this loss trains.</param>
    /// <param name="labels">n class ids.</param>
    /// <param name="weights">n factors of the images; null for none.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or a label has no logit or no training image.</exception>
    public Tensor Forward(Tensor logits, Tensor distilled, Tensor labels, Tensor? weights = null)
    {
        (Tensor teachers, Tensor students, Tensor ids) = Prepare(logits, distilled, labels);
        long experts = students.Size(1);
        if (experts < 2)
        {
            return students.Sum() * 0;
        }
        double t = options.Temperature;
        Tensor known = (teachers / t).LogSoftmax(2), belief = known.Exp(), learned = (students / t).LogSoftmax(2);
        // Over the others of each expert: Σ_c P log P, and Σ_c P log Q.
        Tensor negentropy = (belief * known).Sum(2), crossed = ((belief.Sum(1, keepDimension: true) - belief) * learned).Sum(2);
        Tensor divergence = negentropy.Sum(1, keepDimension: true) - negentropy - crossed;
        return ExpertBatch.SumOfMeans(WeightsOf(teachers, students.Detach(), ids) * divergence, weights) * (t * t / (experts * (experts - 1)));
    }

    /// <summary>How much the distillation of each image into each expert counts.</summary>
    /// <inheritdoc cref="Forward"/>
    /// <returns>n × experts, constants.</returns>
    public Tensor Weights(Tensor logits, Tensor distilled, Tensor labels)
    {
        (Tensor teachers, Tensor students, Tensor ids) = Prepare(logits, distilled, labels);
        return WeightsOf(teachers, students.Detach(), ids);
    }

    private (Tensor Teachers, Tensor Students, Tensor Ids) Prepare(Tensor logits, Tensor distilled, Tensor labels)
    {
        Tensor label = ExpertBatch.Rows(logits, nameof(logits)).Detach(), student = ExpertBatch.Rows(distilled, nameof(distilled));
        if (!label.Shape.SequenceEqual(student.Shape))
        {
            throw new ArgumentException($"label logits are {label.Describe()} and distilled logits {student.Describe()}; both need the same shape.", nameof(distilled));
        }
        Tensor ids = ExpertBatch.Ids(labels, label.Size(0), label.Size(2));
        return prior is null ? (label, student, ids) : (prior.Balance(label, ids).Logits, prior.Balance(student, ids).Logits, prior.Present(label, ids).Labels);
    }

    private Tensor WeightsOf(Tensor teachers, Tensor students, Tensor ids)
    {
        Tensor taught = ExpertBatch.Own(teachers.LogSoftmax(2), ids).Exp(), learned = ExpertBatch.Own(students.LogSoftmax(2), ids).Exp();
        Tensor ratio = ((taught + options.Epsilon) / (learned + options.Epsilon)).Pow(options.Rho);
        if (options.Granularity == DistillationGranularity.Class)
        {
            Tensor same = ids.Unsqueeze(1).EqualTo(ids.Unsqueeze(0)).To(ratio.Type);
            ratio = same.MatMul(ratio) / same.Sum(1, keepDimension: true);
        }
        ratio = ratio.Clamp(options.LeastWeight, options.LargestWeight);
        return options.Normalize ? ratio / ratio.Mean(0, keepDimension: true) : ratio;
    }
}

/// <summary>Settings of <see cref="ReweightedDistillationLoss"/> as a term.</summary>
public sealed record ReweightedDistillationOptions : ITermOptions
{
    /// <summary>T, what logits are divided by before the comparison; above 0.</summary>
    public double Temperature { get; init => field = Require.Positive(value); } = 1;

    /// <summary>rho, how much the ratio of beliefs matters; at least 0, which is plain distillation.</summary>
    public double Rho { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>The smallest weight before weights are divided by their mean; above 0.</summary>
    public double LeastWeight { get; init => field = Require.Positive(value); } = 0.1;

    /// <summary>The largest one; at least <see cref="LeastWeight"/>.</summary>
    public double LargestWeight { get; init => field = Require.Positive(value); } = 10;

    /// <summary>What shares one weight.</summary>
    public DistillationGranularity Granularity { get; init; }

    /// <summary>Whether weights are divided by their mean over the batch.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Whether logits are shifted by the logarithms of the class counts before they are compared.</summary>
    public bool Prior { get; init; } = true;

    /// <summary>e, what keeps the ratio of beliefs finite; above 0.</summary>
    public double Epsilon { get; init => field = Require.Positive(value); } = 1e-8;

    /// <inheritdoc/>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (LeastWeight > LargestWeight)
        {
            throw new ArgumentException($"w-min is {LeastWeight} and w-max {LargestWeight}; the least weight can be at most the largest.");
        }
        if (!ExpertBatch.ShapeOf(context).Distilled)
        {
            throw new ArgumentException("distillation trains second classifiers, and the experts have none. Set model.experts.distillation to true, or the weight of the distillation to 0.");
        }
        ReweightedDistillationLoss loss = new(this, Prior ? ExpertBatch.PriorOf(context) : null);
        return new ExpertTerm(input => TermValue.Whole(loss.Forward(input.Outputs[Outputs.ExpertLogits], input.Outputs[Outputs.ExpertDistilled], input.Labels, input.Weights)));
    }
}
