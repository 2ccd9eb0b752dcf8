using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Cross-batch memory (Wang et al., CVPR 2020): rows of earlier batches as references, so that an anchor meets more negatives than its batch holds.</summary>
/// <remarks>
/// <para>
/// A ring of slots. From a step on, each training batch is put in before its loss is computed, detached, over the oldest rows; the anchor's own slot is no pair, by its place. How full the
/// ring is, is counted, whatever labels and rows hold. A batch with more rows than there are slots leaves its last rows. Validation neither fills nor sees it.
/// </para>
/// <para>
/// Batches whose gradients are accumulated go in one after the other, each before its own loss; a batch that goes through the model in chunks goes in whole. Rows, labels, position and count
/// are buffers, so that a resumed run goes on with the same memory. A row that is NaN makes the loss NaN, which ends a run.
/// </para>
/// </remarks>
public sealed class CrossBatchMemory : IPairReferences
{
    private readonly CrossBatchMemoryOptions options;
    private readonly Tensor rows;
    private readonly Tensor labels;
    private readonly Tensor position;
    private readonly Tensor count;

    /// <summary>An empty memory; belongs to the term that it is given to.</summary>
    /// <param name="options">Slots, first step and weight.</param>
    /// <param name="context">Columns, classes, form of the labels, type and device.</param>
    public CrossBatchMemory(CrossBatchMemoryOptions options, TermContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        this.options = options;
        rows = Tensor.Zeros([options.Size, context.Dimensions], context.Type, context.Device).Detached();
        labels = (context.MultiLabel
            ? Tensor.Zeros([options.Size, context.Classes], DataType.Float32, context.Device)
            : Tensor.Zeros([options.Size], DataType.Int64, context.Device)).Detached();
        position = Tensor.Zeros([1], DataType.Int64).Detached();
        count = Tensor.Zeros([1], DataType.Int64).Detached();
    }

    /// <inheritdoc/>
    public double Weight => options.Weight;

    /// <summary>Rows that it holds.</summary>
    public long Count => count.ToInt64();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [("memory.rows", rows), ("memory.labels", labels), ("memory.position", position), ("memory.count", count)];

    /// <inheritdoc/>
    public ReferenceRows? For(Tensor rows, TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!input.IsTraining || input.Step < options.FromStep)
        {
            return null;
        }
        Tensor own = Enqueue(rows, input.Labels);
        return new ReferenceRows(this.rows.Narrow(0, 0, Count), labels.Narrow(0, 0, Count)) { Own = own };
    }

    /// <summary>Puts rows in, over the oldest.</summary>
    /// <param name="given">n × d.</param>
    /// <param name="givenLabels">Their labels, in the form that the memory was made for.</param>
    /// <returns>The slot of each row (int64); -1 for the first rows of more than there are slots.</returns>
    /// <exception cref="ArgumentException">The rows have another width or element type, or the labels another form.</exception>
    public Tensor Enqueue(Tensor given, Tensor givenLabels)
    {
        PairInputs.CheckRows(given, givenLabels, "rows", "labels");
        Check(given, givenLabels);
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        long size = options.Size, dropped = Math.Max(0, given.Size(0) - size), kept = given.Size(0) - dropped;
        long first = position.ToInt64(), untilEnd = Math.Min(kept, size - first), fromStart = kept - untilEnd;
        foreach ((Tensor into, Tensor from) in new[] { (rows, given), (labels, givenLabels) })
        {
            into.Narrow(0, first, untilEnd).CopyFrom(from.Narrow(0, dropped, untilEnd));
            into.Narrow(0, 0, fromStart).CopyFrom(from.Narrow(0, dropped + untilEnd, fromStart));
        }
        position.Fill((first + kept) % size);
        count.Fill(Math.Min(size, Count + kept));
        Tensor none = Tensor.Full([dropped], -1, DataType.Int64, given.Device);
        return Tensor.Concatenate([none, Tensor.Arange(first, first + untilEnd, device: given.Device), Tensor.Arange(0, fromStart, device: given.Device)]);
    }

    private void Check(Tensor given, Tensor givenLabels)
    {
        if (given.Size(1) != rows.Size(1) || given.Type != rows.Type)
        {
            throw new ArgumentException($"the memory holds {rows.Describe()} and the batch is {given.Describe()}; both need the same number of columns and element type. Keep a memory for the output that represents an image.", nameof(given));
        }
        bool hot = ClassLabels.IsMultiHot(givenLabels);
        if (hot != (labels.Rank == 2) || (hot && givenLabels.Size(1) != labels.Size(1)))
        {
            throw new ArgumentException($"the memory holds labels {labels.Describe()} and those of the batch are {givenLabels.Describe()}; both need the same form.", nameof(givenLabels));
        }
    }
}

/// <summary>Settings of <see cref="CrossBatchMemory"/>; a record.</summary>
public sealed record CrossBatchMemoryOptions
{
    /// <summary>Rows that are kept; at least 1.</summary>
    public int Size { get; init => field = Require.AtLeast(value, 1); } = 8192;

    /// <summary>Steps of the optimizer before the memory is filled and compared with; at least 0. A young model changes too fast for old rows to be of use.</summary>
    public int FromStep { get; init => field = Require.AtLeast(value, 0); } = 1000;

    /// <summary>Weight of the loss against the memory; at least 0.</summary>
    public double Weight { get; init => field = Require.NotNegative(value); } = 1;
}
