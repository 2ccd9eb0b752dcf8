using Semblance.Losses.Pairs;

namespace Semblance.Losses.Hashing;

/// <summary>Pairs of the methods that were published in code: inner products of rows as they are, against references that hold the batch itself, too.</summary>
internal static class RawPairs
{
    /// <summary>A term of a loss over such pairs.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="references">What images are compared with.</param>
    /// <param name="context">The relation of labels.</param>
    /// <param name="output">The model's output that is hashed.</param>
    /// <param name="ask">What the loss asks for beside.</param>
    public static PairTerm Term(IPairLoss loss, IPairReferences references, TermContext context, string output, Func<PairTermOptions, PairTermOptions>? ask = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        PairTermOptions pairs = new() { Output = output, Relation = context.Relation, Normalize = false, References = PairReferences.Given };
        return new PairTerm(loss, ask?.Invoke(pairs) ?? pairs, null, references);
    }
}
