using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Keeps the pairs of triplets whose negative sees anchor and positive under a wide angle (after Wang et al., ICCV 2017).</summary>
/// <param name="angle">In degrees, at least 0 and below 90.</param>
/// <remarks>
/// The angle at the negative n of a triplet (a, p, n) is that of tan = |a - p| / (2 |n - c|), c halfway between a and p. A pair stays if it is in some triplet with a
/// greater angle. Masks hold pairs and not triplets: a loss may combine a kept positive and a kept negative whose own angle is smaller. The similarity of
/// positive and negative stands in another row, so the miner needs a batch against itself, all of it. Time n m times the positives of an anchor, memory n m.
/// </remarks>
public sealed class AngularMiner(double angle) : IMiner
{
    private const int References = 1;
    private const double Asymmetry = 1e-3;
    private readonly double tangent = Math.Tan(Require.Below(angle, 0, 90, nameof(angle)) * Math.PI / 180);

    /// <inheritdoc/>
    public bool IsRowWise => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The pairs are not those of a batch against itself.</exception>
    public PairBatch Mine(PairBatch pairs)
    {
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Tensor similarity = pairs.Similarity.Detach();
        RefuseOthers(similarity);
        Tensor positive = Tensor.Zeros(similarity.Shape, DataType.Float32, similarity.Device), negative = pairs.Negative.And(pairs.Positive);
        Tensor own = similarity.Diagonal().Unsqueeze(0);
        foreach ((Tensor index, Tensor exists) in PositiveSlots.Of(pairs))
        {
            Tensor wide = Wide(similarity, own, index).And(pairs.Negative).And(exists);
            negative = negative.Or(wide);
            positive = positive.ScatterAdd(References, index, wide.Any(References, keepDimension: true).To(DataType.Float32));
        }
        return pairs with { Positive = positive.GreaterThan(0), Negative = negative };
    }

    /// <summary>Whether the angle at each reference, over an anchor and one positive of each, exceeds the bound: |a - p|² > 4 tan² |n - c|².</summary>
    private Tensor Wide(Tensor similarity, Tensor own, Tensor index)
    {
        Tensor between = similarity.Gather(References, index), anchors = own.Transpose(), positives = anchors.IndexSelect(0, index.Squeeze(References));
        Tensor side = anchors + positives - (between * 2);
        Tensor middle = (anchors + positives + (between * 2)) / 4;
        Tensor height = own + middle - similarity - similarity.IndexSelect(0, index.Squeeze(References));
        return side.GreaterThan(height.Clamp(0, null) * (4 * tangent * tangent));
    }

    private static void RefuseOthers(Tensor similarity)
    {
        bool square = similarity.Size(0) == similarity.Size(1);
        if (!square || (similarity - similarity.Transpose()).Abs().GreaterThan(Asymmetry).Any().ToDouble() != 0)
        {
            throw new ArgumentException($"the angular miner was given similarities {similarity.Describe()} of a batch with something else; it compares positives with negatives and needs those of a batch with itself. Choose another miner, or no references.", nameof(similarity));
        }
    }
}

/// <summary>Settings of <see cref="AngularMiner"/>.</summary>
public sealed record AngularMinerOptions : IMinerOptions
{
    /// <summary>Degrees, at least 0 and below 90; the default is that of pytorch-metric-learning.</summary>
    public double Angle { get; init => field = Require.Below(value, 0, 90); } = 20;

    /// <inheritdoc/>
    public IMiner Create(TermContext context) => new AngularMiner(Angle);
}
