using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>Normalised softmax (Zhai and Wu, BMVC 2019): cross-entropy of the cosines to one proxy a class, over a temperature.</summary>
/// <param name="options">Temperature.</param>
/// <remarks>
/// Pairs are rows × proxies: the mean over rows of -(1 / |P|) Σ_P log softmax(S / t). A row of several labels spreads its target evenly; a row of
/// none counts 0. A high temperature keeps pulling long after a row is classified rightly, which makes clusters tight.
/// </remarks>
public sealed class NormalizedSoftmaxLoss(NormalizedSoftmaxOptions options) : IPairLoss
{
    /// <inheritdoc/>
    public Tensor Forward(PairBatch pairs)
    {
        Tensor chosen = (pairs.Similarity / options.Temperature).LogSoftmax(1).MaskedFill(pairs.Positive.Not(), 0).Sum(1);
        Tensor positives = pairs.Positive.To(pairs.Similarity.Type).Sum(1).Clamp(1, null);
        return -(chosen / positives).Mean();
    }
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
