using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>Normalised softmax (Zhai and Wu, BMVC 2019): cross-entropy of the cosines to one proxy a class, over a temperature.</summary>
/// <param name="options">Temperature.</param>
/// <remarks>
/// Pairs are rows × proxies: the mean over rows of -log of the share of the row's own proxies in softmax(S / t). A row without a label counts 0.
/// A high temperature keeps pulling long after a row is classified rightly, which makes clusters tight.
/// </remarks>
public sealed class NormalizedSoftmaxLoss(NormalizedSoftmaxOptions options) : WeightedRowPairLoss
{
    private const int Proxies = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<RowPart> Parts(PairBatch rows) => [Sums.Of(rows, options.Temperature).Part(rows)];

    /// <inheritdoc/>
    /// <remarks>(softmax over all proxies - softmax over the own ones) / t.</remarks>
    public override IReadOnlyList<WeightedPart> WeightedParts(PairBatch rows)
    {
        Sums sums = Sums.Of(rows, options.Temperature);
        Tensor own = Softmax(sums.Own, sums.OwnSum), all = Softmax(sums.All, sums.AllSum);
        return [new WeightedPart(sums.Part(rows), ((all - own) / options.Temperature).MaskedFill(rows.Positive.Or(rows.Negative).Not(), 0))];
    }

    private static Tensor Softmax(Tensor exponents, Tensor sum) => (exponents - sum.Unsqueeze(Proxies)).Exp();

    /// <summary>Exponents over a row's own proxies and over all, -∞ elsewhere, and the logarithms of their sums.</summary>
    private readonly record struct Sums(Tensor Own, Tensor OwnSum, Tensor All, Tensor AllSum)
    {
        public static Sums Of(PairBatch rows, double temperature)
        {
            Tensor scaled = rows.Similarity / temperature;
            // A row without positives is compared with itself: 0, and no infinity on the way.
            Tensor lonely = rows.Positive.Any(Proxies, keepDimension: true).Not();
            Tensor own = rows.Positive.Or(lonely), all = own.Or(rows.Negative);
            Tensor ownExponents = scaled.MaskedFill(own.Not(), double.NegativeInfinity), allExponents = scaled.MaskedFill(all.Not(), double.NegativeInfinity);
            return new Sums(ownExponents, Sum(ownExponents), allExponents, Sum(allExponents));
        }

        public RowPart Part(PairBatch rows) => RowPart.OverAnchors((AllSum - OwnSum).Sum(), rows);

        private static Tensor Sum(Tensor exponents) => exponents.Size(Proxies) == 0 ? exponents.Sum(Proxies) : exponents.LogSumExp(Proxies);
    }
}

/// <summary>Settings of <see cref="NormalizedSoftmaxLoss"/>; the default is the paper's.</summary>
public sealed record NormalizedSoftmaxOptions : ProxyLossOptions
{
    /// <summary>Temperature; above 0.</summary>
    public double Temperature { get; init => field = Require.Positive(value); } = 0.05;

    private protected override IPairLoss Loss() => new NormalizedSoftmaxLoss(this);
}
