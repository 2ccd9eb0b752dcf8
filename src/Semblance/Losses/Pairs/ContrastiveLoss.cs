using System.Numerics;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Contrastive loss (Hadsell et al., CVPR 2006): positives within one margin, negatives beyond another.</summary>
/// <remarks>
/// With cosines mean+ [p - S]₊ + mean- [S - q]₊, with distances mean+ [D - p]₊ + mean- [q - D]₊, and with squared distances, the original form, mean+ D² + mean- ([q - D]₊)².
/// Each mean is over the terms of its side that are not 0; a mean over nothing is 0. Weights are 1 or 0 over that number (times 1 / D with distances).
/// </remarks>
public sealed class ContrastiveLoss(ContrastiveOptions options) : WeightedRowPairLoss
{
    private readonly double positiveBound = options.Distance.Bound(options.PositiveBound);
    private readonly double negativeBound = options.Distance.Bound(options.NegativeBound);

    /// <inheritdoc/>
    public override bool IsPairwise => true;

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows)
    {
        if (!Autograd.IsEnabled && !rows.Similarity.Device.IsCuda)
        {
            PairSum sum = Sum(rows);
            return [PairSum.Part(sum.Pull, sum.Pulls, rows.Similarity), PairSum.Part(sum.Push, sum.Pushes, rows.Similarity)];
        }
        (Tensor pull, Tensor push, _) = Terms(rows);
        return [Part(pull), Part(push)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        if (rows.Similarity.Device.IsCuda)
        {
            return WeightedByOperators(rows);
        }
        (Tensor pulls, Tensor pushes) = (PairSums.Weights(rows), PairSums.Weights(rows));
        PairSum sum = Sum(rows, pulls, pushes);
        return [new WeightedPart(PairSum.Part(sum.Pull, sum.Pulls, pulls), pulls), new WeightedPart(PairSum.Part(sum.Push, sum.Pushes, pushes), pushes)];
    }

    /// <summary>The same by the engine's operators, on any device.</summary>
    internal IReadOnlyList<WeightedPart> WeightedByOperators(PairBatch rows)
    {
        (Tensor pull, Tensor push, Tensor scores) = Terms(rows);
        if (options.Distance == PairDistance.SquaredEuclidean)
        {
            return [new WeightedPart(Part(pull), rows.Positive.To(pull.Type) * -2), new WeightedPart(Part(push), PairDistance.Euclidean.ToSimilarity(push.Sqrt() * -2, scores))];
        }
        return [new WeightedPart(Part(pull), options.Distance.ToSimilarity(Step(pull), scores)), new WeightedPart(Part(push), options.Distance.ToSimilarity(-Step(push), scores))];
    }

    private PairSum Sum(PairBatch rows, Tensor? pull = null, Tensor? push = null) =>
        rows.Similarity.Type == DataType.Float64 ? Sum<double>(rows, pull, push) : Sum<float>(rows, pull, push);

    private PairSum Sum<T>(PairBatch rows, Tensor? pull, Tensor? push)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (double p, double q) = (options.PositiveBound, options.NegativeBound);
        return options.Distance switch
        {
            PairDistance.Cosine => PairSums.Of<T, CosineBand<T>>(rows, new(p, q), pull, push),
            PairDistance.Euclidean => PairSums.Of<T, EuclideanBand<T>>(rows, new(p, q), pull, push),
            _ => PairSums.Of<T, SquaredBand<T>>(rows, new(q), pull, push),
        };
    }

    private static RowPart Part(Tensor terms) => new(terms.Sum(), terms.GreaterThan(0).Sum().To(terms.Type));

    private static Tensor Step(Tensor terms) => terms.GreaterThan(0).To(terms.Type);

    /// <summary>Terms of positives and of negatives, and the scores that margins are compared with.</summary>
    private (Tensor Pull, Tensor Push, Tensor Scores) Terms(PairBatch rows)
    {
        bool squared = options.Distance == PairDistance.SquaredEuclidean;
        Tensor scores = (squared ? PairDistance.Euclidean : options.Distance).Scores(rows.Similarity);
        Tensor pull = squared ? PairDistance.SquaredEuclidean.Scores(rows.Similarity) : (scores - positiveBound).Relu();
        Tensor push = (negativeBound - scores).Relu();
        return (pull.MaskedFill(rows.Positive.Not(), 0), (squared ? push.Square() : push).MaskedFill(rows.Negative.Not(), 0), scores);
    }
}

/// <summary>Settings of <see cref="ContrastiveLoss"/>; with cosines the positive margin is that of General Pair Weighting, the negative one that of cross-batch memory.</summary>
public sealed record ContrastiveOptions : IPairLossOptions
{
    /// <summary>What is compared; squared distances stand for the original form.</summary>
    public PairDistance Distance { get; init; }

    /// <summary>p, up to which positives cost nothing; null takes 1 with cosines and 0 with distances. Has no meaning with squared distances.</summary>
    public double? PositiveMargin { get; init => field = value is { } margin ? Require.Finite(margin) : null; }

    /// <summary>q, from which negatives cost nothing; null takes 0.5 with cosines and 1 with distances.</summary>
    public double? NegativeMargin { get; init => field = value is { } margin ? Require.Finite(margin) : null; }

    internal double PositiveBound => PositiveMargin ?? (Distance == PairDistance.Cosine ? 1 : 0);

    internal double NegativeBound => NegativeMargin ?? (Distance == PairDistance.Cosine ? 0.5 : 1);

    /// <inheritdoc/>
    public IPairLoss Create(TermContext context) => new ContrastiveLoss(this);

    /// <inheritdoc/>
    public PairTermOptions Pairs(PairTermOptions given) => Distance.Require(given);
}
