using Semblance.Tensors;

namespace Semblance.Losses.Experts;

/// <summary>What becomes of the logits of classes that are not hard.</summary>
public enum HardMask
{
    /// <summary>They are 0 and stay in the softmax, as in the released code.</summary>
    Zero,

    /// <summary>They leave the softmax, as the paper reads.</summary>
    NegInf,
}

/// <summary>NCL: nested collaborative learning (Li et al., CVPR 2022): cross-entropy and distillation between experts, over all classes and again over those that are hard to tell from the label.</summary>
/// <remarks>
/// <para>
/// As in the released code (Bazinga699/NCL). With L = logits + log n and the mask H of the hard classes (those of the largest raw logits of the first expert, the label always among them; one mask for all
/// experts): ce Σ_m CE(L_m) + hard Σ_m CE(L_m H) + NBOD(L, f) + NBOD(L H, g), where NBOD(X, f) = f / (M - 1) Σ_m Σ_{j≠m} mean_i Σ_c P_j (log P_j - log(P_m + 1e-9)) and P = softmax(X).
/// </para>
/// <para>Teachers hand the derivative on, as in the code, unless told otherwise. One expert has no NBOD. A class without training images is never hard.</para>
/// </remarks>
/// <param name="options">Factors, number of hard classes and mask.</param>
/// <param name="prior">Training images of each class.</param>
public sealed class NclLoss(NclOptions options, ClassPrior prior)
{
    // Far below what any probability is more than 0 at, and finite.
    private const double Floor = -1e4;

    /// <summary>The loss of a batch and its parts.</summary>
    /// <param name="logits">n × experts × classes, without prior.</param>
    /// <param name="labels">n class ids.</param>
    /// <param name="weights">n factors of the images; null for none.</param>
    /// <returns>The sum, and its parts <c>full</c>, <c>hard</c>, <c>nbod</c> and <c>nbod-hard</c>: cross-entropies before their ratios, distillations with their factors.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit, or a label has no logit or no training image.</exception>
    public TermValue Forward(Tensor logits, Tensor labels, Tensor? weights = null)
    {
        (Tensor raw, Tensor ids) = Present(logits, labels);
        Tensor balanced = prior.Balance(ExpertBatch.Rows(logits, nameof(logits)), ExpertBatch.Ids(labels, logits.Size(0), logits.Size(2))).Logits;
        Tensor mask = MaskOf(raw, ids).Unsqueeze(1);
        Tensor masked = options.Mask == HardMask.Zero ? balanced * mask.To(balanced.Type) : balanced.MaskedFill(mask.Not(), double.NegativeInfinity);
        Tensor full = CrossEntropy(balanced, ids, weights), hard = CrossEntropy(masked, ids, weights);
        Tensor nbod = Nbod(balanced, options.NbodFactor, weights), nbodHard = Nbod(masked, options.HardNbodFactor, weights);
        return new TermValue((full * options.FullRatio) + (hard * options.HardRatio) + nbod + nbodHard, [("full", full), ("hard", hard), ("nbod", nbod), ("nbod-hard", nbodHard)]);
    }

    /// <summary>Distillation between experts, each of which teaches all others.</summary>
    /// <param name="logits">n × experts × classes, shifted by the prior where there is one.</param>
    /// <param name="factor">f.</param>
    /// <param name="weights">n factors of the images; null for none.</param>
    public Tensor Nbod(Tensor logits, double factor, Tensor? weights = null)
    {
        Tensor rows = ExpertBatch.Rows(logits, nameof(logits));
        long experts = rows.Size(1);
        if (experts < 2)
        {
            return logits.MaskedFill(logits.IsFinite().Not(), 0).Sum() * 0;
        }
        Tensor student = rows.LogSoftmax(2).Clamp(Floor, null), belief = student.Exp();
        Tensor taught = options.DetachTeacher ? student.Detach() : student, known = options.DetachTeacher ? belief.Detach() : belief;
        Tensor negentropy = (known * taught).Sum(2);
        Tensor crossed = ((known.Sum(1, keepDimension: true) - known) * (belief + options.Epsilon).Log()).Sum(2);
        Tensor divergence = negentropy.Sum(1, keepDimension: true) - negentropy - crossed;
        return ExpertBatch.SumOfMeans(divergence, weights) * (factor / (experts - 1));
    }

    /// <summary>Which classes are hard for each image: n × classes, bool; of all classes.</summary>
    /// <param name="logits">n × experts × classes, without prior.</param>
    /// <param name="labels">n class ids.</param>
    public Tensor Hard(Tensor logits, Tensor labels)
    {
        Tensor rows = ExpertBatch.Rows(logits, nameof(logits));
        return MaskOf(rows, ExpertBatch.Ids(labels, rows.Size(0), rows.Size(2)));
    }

    private (Tensor Logits, Tensor Labels) Present(Tensor logits, Tensor labels)
    {
        Tensor rows = ExpertBatch.Rows(logits, nameof(logits));
        return prior.Present(rows, ExpertBatch.Ids(labels, rows.Size(0), rows.Size(2)));
    }

    private Tensor MaskOf(Tensor raw, Tensor ids)
    {
        Tensor scores = raw.Select(1, 0).Detach(), own = ids.Unsqueeze(1);
        long count = Math.Min(options.CountOf(prior.Counts.Count), scores.Size(1));
        Tensor chosen = scores.Scatter(1, own, own.To(scores.Type).FullLike(double.PositiveInfinity)).TopK(count, 1).Indices;
        return scores.ZerosLike().Scatter(1, chosen, chosen.To(scores.Type).OnesLike()).GreaterThan(0);
    }

    private static Tensor CrossEntropy(Tensor logits, Tensor ids, Tensor? weights) => ExpertBatch.SumOfMeans(-ExpertBatch.Own(logits.LogSoftmax(2), ids), weights);
}

/// <summary>Settings of <see cref="NclLoss"/> as a term, with NCL's contrast.</summary>
public sealed record NclOptions : ITermOptions
{
    // 30 of 100, 300 of 1,000 and 2,442 of 8,142 classes in the published settings.
    private const double UsualShare = 0.3;

    /// <summary>Classes that are hard for an image, its label among them; null for three tenths of all.</summary>
    public int? HardClasses { get; init => field = value is { } count ? Require.AtLeast(count, 1) : null; }

    /// <summary>Weight of the cross-entropy over all classes; at least 0.</summary>
    public double FullRatio { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>Weight of the cross-entropy over hard classes; at least 0.</summary>
    public double HardRatio { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>Factor of the distillation over all classes; at least 0.</summary>
    public double NbodFactor { get; init => field = Require.NotNegative(value); } = 0.6;

    /// <summary>Factor of the distillation over hard classes; at least 0.</summary>
    public double HardNbodFactor { get; init => field = Require.NotNegative(value); } = 0.6;

    /// <summary>What becomes of the logits of other classes.</summary>
    public HardMask Mask { get; init; }

    /// <summary>Whether the derivative of the distillation goes to the student alone.</summary>
    public bool DetachTeacher { get; init; }

    /// <summary>What is added to a student's probability before its logarithm; above 0.</summary>
    public double Epsilon { get; init => field = Require.Positive(value); } = 1e-9;

    /// <summary>Weight of the contrast; at least 0, which leaves it out.</summary>
    public double ContrastWeight { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>The contrast.</summary>
    public ExpertContrastOptions Contrast { get; init; } = new();

    /// <summary>Hard classes of an image.</summary>
    internal int CountOf(int classes) => HardClasses ?? Math.Max(1, (int)Math.Round(UsualShare * classes));

    /// <inheritdoc/>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ExpertBatch.ShapeOf(context);
        if (HardClasses > context.Classes)
        {
            throw new ArgumentException($"{HardClasses} classes are to be hard for an image, and there are {context.Classes}. Lower hard-classes.");
        }
        NclLoss loss = new(this, ExpertBatch.PriorOf(context));
        return new NclTerm(loss, ContrastWeight, ContrastWeight > 0 ? new ExpertContrastTerm(Contrast, context) : null);
    }
}

/// <summary>NCL as a term: its loss and, where asked for, contrast.</summary>
/// <param name="loss">The loss.</param>
/// <param name="weight">Weight of the contrast.</param>
/// <param name="contrast">The contrast; null for none.</param>
internal sealed class NclTerm(NclLoss loss, double weight, ExpertContrastTerm? contrast) : ITerm
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => contrast?.Buffers ?? [];

    /// <inheritdoc/>
    public bool WeighsImages => true;

    /// <inheritdoc/>
    public bool NeedsKeys => contrast is not null;

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TermValue value = loss.Forward(input.Outputs[Outputs.ExpertLogits], input.Labels, input.Weights);
        if (contrast is null)
        {
            return value;
        }
        Tensor contrasted = contrast.Forward(input).Value * weight;
        return new TermValue(value.Value + contrasted, [.. value.Parts, ("contrast", contrasted)]);
    }
}
