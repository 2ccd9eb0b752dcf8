using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>A pair loss over the embeddings of a batch.</summary>
/// <param name="loss">The loss.</param>
/// <param name="options">Which pairs it sees.</param>
/// <param name="miner">What narrows them down, or null.</param>
public sealed class PairTerm(IPairLoss loss, PairTermOptions options, IMiner? miner = null) : ITerm
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => loss.Parameters;

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        PairBatch pairs = Pairs(input.Outputs[options.Output], input.Labels);
        return TermValue.Whole(loss.Forward(miner?.Mine(pairs) ?? pairs));
    }

    private PairBatch Pairs(Tensor embeddings, Tensor labels)
    {
        if (options.References == PairReferences.OtherHalf)
        {
            return Halves(embeddings, labels);
        }
        return options.PositiveSimilarityCutoff is { } cutoff
            ? PairBatch.WithinBelow(embeddings, labels, cutoff, options.Relation, options.Normalize)
            : PairBatch.Within(embeddings, labels, options.Relation, options.Normalize);
    }

    private PairBatch Halves(Tensor embeddings, Tensor labels)
    {
        PairInputs.CheckRows(embeddings, labels, nameof(embeddings), nameof(labels));
        long rows = embeddings.Size(0), half = rows / 2;
        return PairBatch.Between(
            embeddings.Narrow(0, 0, half), labels.Narrow(0, 0, half),
            embeddings.Narrow(0, half, rows - half), labels.Narrow(0, half, rows - half),
            options.Relation, options.Normalize);
    }
}

/// <summary>Which pairs of a batch a <see cref="PairTerm"/> sees.</summary>
public sealed record PairTermOptions
{
    /// <summary>The model's output that is compared.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <summary>Who is positive to whom.</summary>
    public LabelRelation Relation { get; init; } = LabelRelation.SharesLabel;

    /// <summary>Whether rows are divided by their length first.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>With what an anchor is compared.</summary>
    public PairReferences References { get; init; }

    /// <summary>What narrows the pairs down; null where every pair counts.</summary>
    public IMinerOptions? Miner { get; init; }

    /// <summary>Positives from this similarity on do not count; null removes a row's pair with itself by index.</summary>
    public double? PositiveSimilarityCutoff { get; init => field = value is { } cutoff ? Require.Finite(cutoff) : null; }
}

/// <summary>With what the anchors of a batch are compared.</summary>
public enum PairReferences
{
    /// <summary>Every other row of the batch.</summary>
    Batch,

    /// <summary>The first half of the batch with the second, as two batches that were drawn one after the other; the middle row of an odd batch counts to the second.</summary>
    OtherHalf,
}
