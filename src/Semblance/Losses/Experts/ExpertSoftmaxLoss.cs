using Semblance.Tensors;

namespace Semblance.Losses.Experts;

/// <summary>Softmax cross-entropy of every expert, summed over experts; balanced by the numbers of training images where asked for.</summary>
/// <remarks>
/// Σ_m mean_i CE(c_m[i] + log n, y_i). With the prior it is balanced softmax (Ren et al., NeurIPS 2020), as NCL (Li et al., CVPR 2022) trains each of its experts; without it a plain ensemble. Log counts and
/// log shares give the same value. No prior is applied to predictions. An empty batch gives 0.
/// </remarks>
/// <param name="prior">Training images of each class; null for none.</param>
public sealed class ExpertSoftmaxLoss(ClassPrior? prior)
{
    /// <summary>The loss of a batch, a scalar.</summary>
    /// <param name="logits">n × experts × classes.</param>
    /// <param name="labels">n class ids.</param>
    /// <param name="weights">n factors of the images; null for none.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or a label has no logit or no training image.</exception>
    public Tensor Forward(Tensor logits, Tensor labels, Tensor? weights = null)
    {
        Tensor rows = ExpertBatch.Rows(logits, nameof(logits));
        Tensor ids = ExpertBatch.Ids(labels, rows.Size(0), rows.Size(2));
        (rows, ids) = prior?.Balance(rows, ids) ?? (rows, ids);
        return ExpertBatch.SumOfMeans(-ExpertBatch.Own(rows.LogSoftmax(2), ids), weights);
    }
}

/// <summary>Settings of <see cref="ExpertSoftmaxLoss"/> as a term.</summary>
public sealed record ExpertSoftmaxOptions : ITermOptions
{
    /// <summary>Whether logits are shifted by the logarithms of the class counts.</summary>
    public bool Prior { get; init; } = true;

    /// <inheritdoc/>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ExpertBatch.ShapeOf(context);
        ExpertSoftmaxLoss loss = new(Prior ? ExpertBatch.PriorOf(context) : null);
        return new ExpertTerm(input => TermValue.Whole(loss.Forward(input.Outputs[Outputs.ExpertLogits], input.Labels, input.Weights)));
    }
}
