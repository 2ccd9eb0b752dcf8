using Semblance.Tensors;

namespace Semblance.Losses.Experts;

/// <summary>Co-teaching: each of two experts learns from the images that the other finds easy (Han et al., NeurIPS 2018), for labels that may be wrong.</summary>
/// <remarks>
/// Of a batch of n, the floor of n R(t) images with the smallest cross-entropy are easy, R(t) = 1 - min(t / T_k ε, ε) after t epochs: at first all, from T_k on a share of 1 - ε. Each expert's mean over the images that
/// the other chose; the sum of both. Where none is easy it is 0.
/// </remarks>
/// <param name="options">ε and T_k.</param>
/// <param name="prior">Training images of each class, for balanced softmax; null for none.</param>
public sealed class CoTeachingLoss(CoTeachingOptions options, ClassPrior? prior = null)
{
    /// <summary>The loss of a batch, a scalar.</summary>
    /// <param name="logits">n × 2 × classes.</param>
    /// <param name="labels">n class ids.</param>
    /// <param name="epoch">Passes over the training set so far.</param>
    /// <param name="weights">n factors of the images; null for none.</param>
    /// <exception cref="ArgumentException">There are not two experts, shapes do not fit, or a label has no logit or no training image.</exception>
    public Tensor Forward(Tensor logits, Tensor labels, double epoch = 0, Tensor? weights = null)
    {
        Tensor rows = ExpertBatch.Rows(logits, nameof(logits));
        RequireTwo(rows.Size(1));
        Tensor ids = ExpertBatch.Ids(labels, rows.Size(0), rows.Size(2));
        (rows, ids) = prior?.Balance(rows, ids) ?? (rows, ids);
        Tensor costs = -ExpertBatch.Own(rows.LogSoftmax(2), ids);
        long easy = (long)Math.Floor(rows.Size(0) * ShareAt(epoch));
        if (easy == 0)
        {
            return costs.Sum() * 0;
        }
        // Column m holds the places that expert m finds easy; the other expert learns from them.
        Tensor chosen = costs.Detach().TopK(easy, 0, largest: false).Indices;
        Tensor exchanged = Tensor.Concatenate([chosen.Narrow(1, 1, 1), chosen.Narrow(1, 0, 1)], 1);
        Tensor counted = weights is null ? costs : costs * weights.To(costs.Type).Unsqueeze(1);
        return counted.Gather(0, exchanged).Sum() / easy;
    }

    /// <summary>R(t), the share of a batch that is easy after some epochs.</summary>
    public double ShareAt(double epoch) => 1 - Math.Min(epoch / options.GradualEpochs * options.ForgetRate, options.ForgetRate);

    internal static void RequireTwo(long experts)
    {
        if (experts != 2)
        {
            throw new ArgumentException($"there are {experts} experts; co-teaching has two, which choose for one another. Set model.experts.count to 2.");
        }
    }
}

/// <summary>Settings of <see cref="CoTeachingLoss"/> as a term.</summary>
public sealed record CoTeachingOptions : ITermOptions
{
    /// <summary>ε, the share of a batch that is not learned from in the end: about the share of wrong labels; within [0, 1).</summary>
    public double ForgetRate { get; init => field = Require.Below(value, 0, 1); } = 0.2;

    /// <summary>T_k, epochs until then; above 0.</summary>
    public double GradualEpochs { get; init => field = Require.Positive(value); } = 10;

    /// <summary>Whether logits are shifted by the logarithms of the class counts, for data with a long tail as well.</summary>
    public bool Prior { get; init; }

    /// <inheritdoc/>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        CoTeachingLoss.RequireTwo(ExpertBatch.ShapeOf(context).Count);
        CoTeachingLoss loss = new(this, Prior ? ExpertBatch.PriorOf(context) : null);
        return new ExpertTerm(input => TermValue.Whole(loss.Forward(input.Outputs[Outputs.ExpertLogits], input.Labels, input.Epoch, input.Weights)));
    }
}
