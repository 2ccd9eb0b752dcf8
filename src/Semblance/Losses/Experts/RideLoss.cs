using Semblance.Tensors;

namespace Semblance.Losses.Experts;

/// <summary>RIDE: every expert learns with margins that are wider for rarer classes, and is pushed away from the mean of all (Wang et al., ICLR 2021).</summary>
/// <remarks>
/// <para>
/// Σ_m [CE(c_m - scale margin_y at the label, y) - diversity (mean τ)² mean_i KL(softmax(c / τ) ‖ softmax(c_m / τ))], c the mean of the experts' logits, a constant. Margins are those of LDAM (Cao et al.,
/// NeurIPS 2019): margin n^(-1/4) / max n^(-1/4). Temperatures τ are larger for frequent classes: temperature (1 - f + f C π), divided by the largest.
/// </para>
/// <para>
/// From the epoch that is given on, cross-entropies are weighted by class, (1 - β) / (1 - β^n) with β = 0.9999, and divided by the weights of the batch (deferred re-weighting), and the class-dependent
/// temperature begins; without one, temperatures depend on the class from the start. The outline is the paper's; temperatures and their schedule are written from knowledge of the released code, not checked
/// against it: a reconstruction. The router that picks experts for an image is left out.
/// </para>
/// </remarks>
/// <param name="options">Margin, scale, diversity and schedule.</param>
/// <param name="prior">Training images of each class.</param>
public sealed class RideLoss(RideOptions options, ClassPrior prior)
{
    private const double Beta = 0.9999;

    /// <summary>The loss of a batch and its parts.</summary>
    /// <param name="logits">n × experts × classes; scaled as far as the classifier scales them.</param>
    /// <param name="labels">n class ids.</param>
    /// <param name="epoch">Passes over the training set so far.</param>
    /// <param name="weights">n factors of the images; null for none.</param>
    /// <returns>The sum, and its parts <c>margin</c> and <c>diversity</c>, the latter with its weight and sign.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit, or a label has no logit or no training image.</exception>
    public TermValue Forward(Tensor logits, Tensor labels, double epoch = 0, Tensor? weights = null)
    {
        Tensor rows = ExpertBatch.Rows(logits, nameof(logits));
        Tensor ids = ExpertBatch.Ids(labels, rows.Size(0), rows.Size(2));
        prior.RequireImages(rows.Size(2), ids);
        Tensor margin = Margin(rows, ids, epoch, weights), diversity = Diversity(rows, epoch, weights) * -options.Diversity;
        return new TermValue(margin + diversity, [("margin", margin), ("diversity", diversity)]);
    }

    /// <summary>The margin of each class.</summary>
    public double[] Margins { get; } = MarginsOf(prior, options.Margin);

    private Tensor Margin(Tensor rows, Tensor ids, double epoch, Tensor? weights)
    {
        Tensor hot = ids.OneHot(rows.Size(2)).To(rows.Type).Unsqueeze(1);
        Tensor costs = -ExpertBatch.Own((rows - (hot * ClassPrior.Row(Margins, rows) * options.Scale)).LogSoftmax(2), ids);
        if (!(epoch >= options.ReweightFrom) || rows.Size(0) == 0)
        {
            return ExpertBatch.SumOfMeans(costs, weights);
        }
        double[] classes = [.. prior.Counts.Select(count => count == 0 ? 0 : (1 - Beta) / -double.ExpM1(count * Math.Log(Beta)))];
        Tensor own = ClassPrior.Row(classes, rows).IndexSelect(0, ids);
        return ExpertBatch.SumOfMeans(costs * (own / own.Mean()).Unsqueeze(1), weights);
    }

    private Tensor Diversity(Tensor rows, double epoch, Tensor? weights)
    {
        double[] temperatures = options.ReweightFrom is null || epoch >= options.ReweightFrom ? Temperatures() : [.. prior.Counts.Select(_ => options.Temperature)];
        Tensor divisor = ClassPrior.Row(temperatures, rows);
        Tensor mean = (rows.Mean(1, keepDimension: true).Detach() / divisor).LogSoftmax(2);
        Tensor divergence = (mean.Exp() * (mean - (rows / divisor).LogSoftmax(2))).Sum(2);
        return ExpertBatch.SumOfMeans(divergence, weights) * Math.Pow(temperatures.Average(), 2);
    }

    private double[] Temperatures()
    {
        double[] shares = [.. prior.Shares.Select(share => 1 - options.ClassFactor + (options.ClassFactor * prior.Counts.Count * share))];
        return [.. shares.Select(share => options.Temperature * share / shares.Max())];
    }

    private static double[] MarginsOf(ClassPrior prior, double largest)
    {
        double[] raw = [.. prior.Counts.Select(count => count == 0 ? 0 : Math.Pow(count, -0.25))];
        return [.. raw.Select(value => value * largest / raw.Max())];
    }
}

/// <summary>Settings of <see cref="RideLoss"/> as a term.</summary>
public sealed record RideOptions : ITermOptions
{
    /// <summary>Margin of the rarest class, in cosines; at least 0.</summary>
    public double Margin { get; init => field = Require.NotNegative(value); } = 0.5;

    /// <summary>What margins are multiplied by: the scale of the classifier; above 0.</summary>
    public double Scale { get; init => field = Require.Positive(value); } = 30;

    /// <summary>Weight of the distance from the mean of the experts; at least 0.</summary>
    public double Diversity { get; init => field = Require.NotNegative(value); } = 0.2;

    /// <summary>The largest temperature of a class; above 0.</summary>
    public double Temperature { get; init => field = Require.Positive(value); } = 1;

    /// <summary>f, how much temperatures depend on the class; within [0, 1).</summary>
    public double ClassFactor { get; init => field = Require.Below(value, 0, 1); } = 0.05;

    /// <summary>The epoch from which classes are weighted; null for never.</summary>
    public double? ReweightFrom { get; init => field = value is { } epoch ? Require.NotNegative(epoch) : null; }

    /// <inheritdoc/>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ExpertBatch.ShapeOf(context);
        RideLoss loss = new(this, ExpertBatch.PriorOf(context));
        return new ExpertTerm(input => loss.Forward(input.Outputs[Outputs.ExpertLogits], input.Labels, input.Epoch, input.Weights));
    }
}
