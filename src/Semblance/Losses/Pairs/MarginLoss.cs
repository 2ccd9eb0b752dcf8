using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Margin loss (Wu et al., ICCV 2017, equation 9): positives within a boundary, negatives beyond it, each by a margin; the boundary may be learned.</summary>
/// <remarks>
/// (Σ+ [D - beta + margin]₊ + Σ- [beta - D + margin]₊) / (terms that are not 0) + nu · mean of beta over the anchors that have a pair. The boundary beta is one number, or one
/// a class of the anchor; an anchor with several labels has the mean of theirs. The released code divides the sum of betas by the number of terms, too, which lets a
/// nearly solved batch move the boundary most; here it is a mean of its own.
/// </remarks>
public sealed class MarginLoss : WeightedRowPairLoss
{
    private readonly MarginOptions options;
    private readonly Tensor? boundary;

    /// <summary>A loss that owns its boundary.</summary>
    /// <param name="options">Margin and boundary.</param>
    /// <param name="boundary">The learned boundary: of one element, or one a class; leaves every scope and belongs to the loss. Null where it is fixed.</param>
    public MarginLoss(MarginOptions options, Tensor? boundary = null)
    {
        this.options = options;
        this.boundary = boundary?.Detached();
        if (this.boundary is not null)
        {
            this.boundary.RequiresGrad = true;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Tensor Value)> Parameters => boundary is null ? [] : [("boundary", boundary)];

    /// <inheritdoc/>
    public override bool IsPairwise => boundary is null;

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        (Tensor pull, Tensor push, _) = Terms(rows);
        return [Part(pull, push), .. Penalties(rows)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        if (boundary is null && !rows.Similarity.Device.IsCuda)
        {
            Tensor weights = PairSums.Weights(rows);
            PairSum sum = Sum(rows, weights);
            return [new WeightedPart(PairSum.Part(sum.Pull + sum.Push, sum.Pulls + sum.Pushes, weights), weights)];
        }
        return WeightedByOperators(rows);
    }

    /// <summary>The same by the engine's operators, on any device and with any boundary.</summary>
    internal IReadOnlyList<WeightedPart> WeightedByOperators(PairBatch rows)
    {
        (Tensor pull, Tensor push, Tensor scores) = Terms(rows);
        Tensor signs = pull.GreaterThan(0).To(pull.Type) - push.GreaterThan(0).To(push.Type);
        Tensor none = scores.ZerosLike();
        return [new WeightedPart(Part(pull, push), PairDistance.Euclidean.ToSimilarity(signs, scores)), .. Penalties(rows).Select(part => new WeightedPart(part, none))];
    }

    private PairSum Sum(PairBatch rows, Tensor weights) => rows.Similarity.Type == DataType.Float64
        ? PairSums.Of<double, EuclideanBand<double>>(rows, new(options.Boundary - options.Margin, options.Boundary + options.Margin), weights, weights)
        : PairSums.Of<float, EuclideanBand<float>>(rows, new(options.Boundary - options.Margin, options.Boundary + options.Margin), weights, weights);

    private static RowPart Part(Tensor pull, Tensor push) =>
        new(pull.Sum() + push.Sum(), (pull.GreaterThan(0).Sum() + push.GreaterThan(0).Sum()).To(pull.Type));

    private RowPart[] Penalties(PairBatch rows)
    {
        if (boundary is null || options.BoundaryWeight == 0)
        {
            return [];
        }
        Tensor paired = rows.Positive.Or(rows.Negative).Any(1, keepDimension: true).To(rows.Similarity.Type);
        return [new RowPart((Boundary(rows, boundary) * paired).Sum() * options.BoundaryWeight, paired.Sum())];
    }

    private (Tensor Pull, Tensor Push, Tensor Scores) Terms(PairBatch rows)
    {
        Tensor scores = PairDistance.Euclidean.Scores(rows.Similarity);
        Tensor beyond = boundary is null ? scores - options.Boundary : scores - Boundary(rows, boundary);
        return ((options.Margin + beyond).Relu().MaskedFill(rows.Positive.Not(), 0), (options.Margin - beyond).Relu().MaskedFill(rows.Negative.Not(), 0), scores);
    }

    /// <summary>Every anchor's boundary, n × 1 or 1 × 1.</summary>
    private Tensor Boundary(PairBatch rows, Tensor values)
    {
        if (options.Learned != LearnedBoundary.PerClass)
        {
            return values.To(rows.Similarity.Type).Reshape(1, 1);
        }
        Tensor labels = rows.AnchorLabels ?? throw new ArgumentException("The pairs carry no labels, and a boundary a class needs those of the anchors. Make the pairs from labels, or learn one boundary for all.");
        Tensor typed = values.To(rows.Similarity.Type);
        if (!ClassLabels.IsMultiHot(labels))
        {
            ClassLabels.CheckIds(labels, values.Size(0));
            return typed.IndexSelect(0, labels).Unsqueeze(1);
        }
        Tensor own = ClassLabels.MultiHot(labels, values.Size(0)).To(typed.Type);
        return (own * typed).Sum(1, keepDimension: true) / own.Sum(1, keepDimension: true).Clamp(1, null);
    }
}

/// <summary>Whether the boundary of a <see cref="MarginLoss"/> is trained.</summary>
public enum LearnedBoundary
{
    /// <summary>It stays where it is.</summary>
    None,

    /// <summary>One for all.</summary>
    Shared,

    /// <summary>One a class, that of the anchor.</summary>
    PerClass,
}

/// <summary>Settings of <see cref="MarginLoss"/>; the defaults are the paper's.</summary>
public sealed record MarginOptions : IPairLossOptions
{
    /// <summary>alpha, the distance that both sides keep from the boundary; at least 0.</summary>
    public double Margin { get; init => field = Require.NotNegative(value); } = 0.2;

    /// <summary>beta, the boundary between positives and negatives, or where a learned one starts; finite.</summary>
    public double Boundary { get; init => field = Require.Finite(value); } = 1.2;

    /// <summary>Whether the boundary is trained.</summary>
    public LearnedBoundary Learned { get; init; }

    /// <summary>nu, weight of the learned boundary itself; at least 0.</summary>
    public double BoundaryWeight { get; init => field = Require.NotNegative(value); }

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Learned == LearnedBoundary.None
            ? new MarginLoss(this)
            : new MarginLoss(this, Tensor.Full([Learned == LearnedBoundary.Shared ? 1 : context.Classes], Boundary, context.Type, context.Device));
    }

    /// <inheritdoc/>
    public PairTermOptions Pairs(PairTermOptions given) => PairDistance.Euclidean.Require(given);
}
