using Semblance.Tensors;

namespace Semblance.Losses.Experts;

/// <summary>SADE: three experts, trained for a long tail, for even classes and for the tail turned round (Zhang et al., NeurIPS 2022).</summary>
/// <remarks>
/// As in the released code (Vanint/SADE-AgnosticLT). With shares π and a floor e = 1e-9 inside logarithms: CE(c_1) + CE(c_2 + log π) + CE(c_3 + log π - tau log π'), a mean over the batch each. π' is π the other way
/// round: the class whose share has rank r from below gets the share of rank C - 1 - r. The weights that SADE learns on test images are left out: predictions are those of the even ensemble.
/// </remarks>
/// <param name="options">tau and the floor.</param>
/// <param name="prior">Training images of each class.</param>
public sealed class SadeLoss(SadeOptions options, ClassPrior prior)
{
    /// <summary>π', a share for each class.</summary>
    public double[] InversePrior { get; } = Inverse(prior.Shares);

    /// <summary>The loss of a batch, a scalar.</summary>
    /// <param name="logits">n × 3 × classes.</param>
    /// <param name="labels">n class ids.</param>
    /// <param name="weights">n factors of the images; null for none.</param>
    /// <exception cref="ArgumentException">There are not three experts, shapes do not fit, or a label has no logit or no training image.</exception>
    public Tensor Forward(Tensor logits, Tensor labels, Tensor? weights = null)
    {
        Tensor rows = ExpertBatch.Rows(logits, nameof(logits));
        RequireThree(rows.Size(1));
        Tensor ids = ExpertBatch.Ids(labels, rows.Size(0), rows.Size(2));
        prior.RequireImages(rows.Size(2), ids);
        double[] tail = [.. prior.Shares.Select(Logarithm)], head = [.. InversePrior.Select(Logarithm)];
        double[][] shifts = [new double[tail.Length], tail, [.. tail.Zip(head, (share, inverse) => share - (options.Tau * inverse))]];
        Tensor shifted = rows + Tensor.Stack([.. shifts.Select(shift => ClassPrior.Row(shift, rows))]);
        return ExpertBatch.SumOfMeans(-ExpertBatch.Own(shifted.LogSoftmax(2), ids), weights);
    }

    internal static void RequireThree(long experts)
    {
        if (experts != 3)
        {
            throw new ArgumentException($"there are {experts} experts; SADE has three, each with a distribution of its own. Set model.experts.count to 3.");
        }
    }

    private double Logarithm(double share) => Math.Log(share + options.Epsilon);

    private static double[] Inverse(double[] shares)
    {
        int[] ascending = [.. Enumerable.Range(0, shares.Length).OrderBy(index => shares[index])];
        double[] inverse = new double[shares.Length];
        for (int rank = 0; rank < shares.Length; rank++)
        {
            inverse[ascending[rank]] = shares[ascending[^(rank + 1)]];
        }
        return inverse;
    }
}

/// <summary>Settings of <see cref="SadeLoss"/> as a term.</summary>
public sealed record SadeOptions : ITermOptions
{
    /// <summary>tau, how far the third expert leans to the tail; at least 0.</summary>
    public double Tau { get; init => field = Require.NotNegative(value); } = 2;

    /// <summary>What is added to a share before its logarithm; above 0.</summary>
    public double Epsilon { get; init => field = Require.Positive(value); } = 1e-9;

    /// <inheritdoc/>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        SadeLoss.RequireThree(ExpertBatch.ShapeOf(context).Count);
        SadeLoss loss = new(this, ExpertBatch.PriorOf(context));
        return new ExpertTerm(input => TermValue.Whole(loss.Forward(input.Outputs[Outputs.ExpertLogits], input.Labels, input.Weights)));
    }
}
