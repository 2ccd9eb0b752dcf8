using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>Normalised softmax (Zhai and Wu, BMVC 2019): cross-entropy of the cosines to one proxy a class, over a temperature.</summary>
/// <param name="options">Temperature.</param>
/// <remarks>
/// Pairs are rows × proxies: the mean over rows of -log of the share of the row's own proxies in softmax(S / t). A row without a label counts 0.
/// A high temperature keeps pulling long after a row is classified rightly, which makes clusters tight.
/// </remarks>
public sealed class NormalizedSoftmaxLoss(NormalizedSoftmaxOptions options) : IPairLoss
{
    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        Tensor scaled = pairs.Similarity / options.Temperature;
        if (pairs.References == 0)
        {
            return scaled.Sum();
        }
        // A row without positives is compared with itself: 0, and no infinity on the way.
        Tensor lonely = pairs.Positive.Any(1, keepDimension: true).Not();
        Tensor own = pairs.Positive.Or(lonely), all = own.Or(pairs.Negative);
        Tensor shares = LogSumExp(scaled, all) - LogSumExp(scaled, own);
        return (shares.Sum() / Math.Max(1, pairs.Anchors)).ConnectedTo(pairs.Similarity);
    }

    private static Tensor LogSumExp(Tensor values, Tensor over) => values.MaskedFill(over.Not(), double.NegativeInfinity).LogSumExp(1);
}

/// <summary>Settings of <see cref="NormalizedSoftmaxLoss"/>; the default is the paper's.</summary>
public sealed record NormalizedSoftmaxOptions : ITermOptions
{
    /// <summary>Temperature; above 0.</summary>
    public double Temperature { get; init => field = Require.Positive(value); } = 0.05;

    /// <summary>The model's output that is compared.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    public ITerm Create(TermContext context) => new ProxyTerm(new NormalizedSoftmaxLoss(this), ProxyTerm.Draw(context), new ProxyTermOptions { Output = Output });
}
