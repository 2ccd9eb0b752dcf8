using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>A pair loss over the embeddings of a batch.</summary>
/// <param name="loss">The loss.</param>
/// <param name="options">Which pairs it sees.</param>
/// <param name="miner">What narrows them down, or null.</param>
/// <remarks>The value's derivative is exact; it cannot be derived twice, unless <see cref="PairTermOptions.RowsPerBlock"/> is 0.</remarks>
public sealed class PairTerm(IPairLoss loss, PairTermOptions options, IMiner? miner = null) : ITerm
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => loss.Parameters;

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        return TermValue.Whole(Value(Rows(input.Outputs[options.Output], input.Labels)));
    }

    /// <summary>By blocks of anchors where the loss and the miner allow it, which is faster and leaner, else by autograd over all pairs.</summary>
    private Tensor Value(PairRows rows)
    {
        if (loss is RowPairLoss rowLoss && miner is null or { IsRowWise: true } && options.RowsPerBlock != 0)
        {
            return RowBlocks.Value(rowLoss, miner, rows, options.RowsPerBlock);
        }
        PairBatch pairs = rows.Whole();
        return loss.Forward(miner?.Mine(pairs) ?? pairs);
    }

    private PairRows Rows(Tensor embeddings, Tensor labels)
    {
        PairInputs.CheckRows(embeddings, labels, nameof(embeddings), nameof(labels));
        Tensor rows = PairInputs.Rows(embeddings, options.Normalize);
        if (options.References == PairReferences.OtherHalf)
        {
            long half = rows.Size(0) / 2, rest = rows.Size(0) - half;
            return new PairRows(rows.Narrow(0, 0, half), labels.Narrow(0, 0, half), rows.Narrow(0, half, rest), labels.Narrow(0, half, rest), options.Relation);
        }
        PairRows batch = new(rows, labels, rows, labels, options.Relation);
        return options.PositiveSimilarityCutoff is { } cutoff
            ? batch with { PositiveSimilarityCutoff = cutoff }
            : batch with { Own = Tensor.Arange(0, rows.Size(0), device: rows.Device) };
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

    /// <summary>Anchors that are computed at a time where the loss allows it; null chooses by memory, 0 computes all pairs at once by autograd.</summary>
    public int? RowsPerBlock { get; init => field = value is >= 0 or null ? value : throw new ArgumentOutOfRangeException(nameof(RowsPerBlock), value, "RowsPerBlock must be at least 0, or null."); }

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
