using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>A term that sees a batch only through its pairs, so that the weight of each can be told.</summary>
public interface IPairwiseTerm : ITerm
{
    /// <summary>Which pairs such a term is made for.</summary>
    PairShape Shape { get; }

    /// <summary>The pairs of a batch, before mining; nothing is recorded.</summary>
    PairBatch PairsOf(TermInput input);

    /// <summary>dL/dS of each pair, after mining: 0 for what a miner leaves out.</summary>
    Tensor WeightsOf(PairBatch pairs);
}

/// <summary>How the pairs of one anchor look to a term.</summary>
/// <param name="Centers">References a class where these are trained proxies; 0 where references are images, any number a class.</param>
/// <param name="HasOnePositive">Whether an anchor has a single positive and every negative is the positive of another anchor.</param>
/// <param name="AnchorsAreColumns">Whether an anchor is a proxy and its pairs are a column of the similarities.</param>
public readonly record struct PairShape(int Centers, bool HasOnePositive, bool AnchorsAreColumns)
{
    /// <summary>Anchors with any number of positives and negatives.</summary>
    public static PairShape Rows { get; }

    /// <summary>As of N-pair.</summary>
    public static PairShape OnePositive { get; } = new(0, true, false);

    /// <summary>As of Proxy-Anchor.</summary>
    public static PairShape ProxiesAsAnchors { get; } = new(0, false, true);

    /// <summary>Images against proxies.</summary>
    /// <param name="centers">Proxies a class.</param>
    public static PairShape Proxies(int centers) => new(centers, true, false);
}
