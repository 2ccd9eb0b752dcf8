using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Keeps the pairs of semi-hard triplets (Schroff et al., CVPR 2015, section 3.2): a negative less similar than a positive, but by no more than a margin.</summary>
/// <param name="margin">Largest S+ - S- of a triplet.</param>
/// <remarks>
/// A positive stays if the anchor has a negative with 0 &lt; S+ - S- ≤ margin, a negative likewise. Masks hold pairs and not triplets: a loss may combine a kept
/// positive and a kept negative whose triplet is not semi-hard. Found by sorting, O(n m log m).
/// </remarks>
public sealed class SemiHardMiner(double margin) : IMiner
{
    private const int References = 1;
    private readonly double margin = Require.Positive(margin, nameof(margin));

    /// <inheritdoc/>
    public PairBatch Mine(PairBatch pairs)
    {
        if (pairs.References == 0)
        {
            return pairs;
        }
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        Tensor similarity = pairs.Similarity.Detach();
        Tensor below = similarity - NextBelow(similarity, pairs.Negative), above = -NextBelow(-similarity, pairs.Positive) - similarity;
        return pairs with
        {
            Positive = pairs.Positive.And(below.GreaterThan(margin).Not()),
            Negative = pairs.Negative.And(above.GreaterThan(margin).Not()),
        };
    }

    /// <summary>For each similarity the largest one less than it among those of its row that a mask holds; minus infinity where there is none.</summary>
    private static Tensor NextBelow(Tensor similarity, Tensor mask)
    {
        (Tensor sorted, _) = similarity.MaskedFill(mask.Not(), double.PositiveInfinity).Sort(References);
        Tensor before = Tensor.Full([similarity.Size(0), 1], double.NegativeInfinity, similarity.Type, similarity.Device);
        return Tensor.Concatenate([before, sorted], References).Gather(References, sorted.CountBelow(similarity));
    }
}

/// <summary>Settings of <see cref="SemiHardMiner"/>.</summary>
public sealed record SemiHardMinerOptions : IMinerOptions
{
    /// <summary>Largest S+ - S- of a triplet; above 0. The default is FaceNet's margin of 0.2 in squared distances.</summary>
    public double Margin { get; init => field = Require.Positive(value); } = 0.1;

    /// <inheritdoc/>
    public IMiner Create(TermContext context) => new SemiHardMiner(Margin);
}
