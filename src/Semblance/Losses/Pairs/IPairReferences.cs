using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Rows from elsewhere that the anchors of a batch are compared with: a memory of earlier batches, a gallery.</summary>
public interface IPairReferences
{
    /// <summary>Weight of the loss against these rows; the loss within the batch has 1.</summary>
    double Weight => 1;

    /// <summary>What is kept from step to step, for checkpoints; names are unique, shapes stay as they are.</summary>
    IReadOnlyList<(string Name, Tensor Value)> Buffers => [];

    /// <summary>The rows for a batch, asked for once a batch, before its loss is computed.</summary>
    /// <param name="rows">The batch as it is compared, n × d: in float32 or float64, of length 1 where the term normalises.</param>
    /// <param name="input">Labels, step, and whether it trains.</param>
    /// <returns>Null where there are none now: then the batch is compared with itself alone.</returns>
    ReferenceRows? For(Tensor rows, TermInput input);
}

/// <summary>Rows to compare with, as they are compared.</summary>
/// <param name="Rows">m × d; m may be 0.</param>
/// <param name="Labels">m class ids, or m × c of 0 and 1.</param>
public sealed record ReferenceRows(Tensor Rows, Tensor Labels)
{
    /// <summary>For each anchor of the batch the reference that is itself (int64), which is no pair; -1 where there is none. Null where no anchor is among them.</summary>
    public Tensor? Own { get; init; }
}
