using Semblance.Losses.Hashing;
using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>A pair loss over the embeddings of a batch.</summary>
/// <remarks>The value's derivative is exact; it cannot be derived twice, unless <see cref="PairTermOptions.RowsPerBlock"/> is 0.</remarks>
public sealed class PairTerm : IPairwiseTerm, IHingedTerm, IKnownTerm
{
    private readonly IPairLoss loss;
    private readonly PairTermOptions options;
    private readonly IMiner? miner;
    private readonly IPairReferences? references;

    /// <summary>A term of a loss.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="options">Which pairs it sees.</param>
    /// <param name="miner">What narrows them down, or null.</param>
    /// <param name="references">Rows from elsewhere, beside the batch or instead of it (<see cref="PairReferences.Given"/>), or null.</param>
    /// <exception cref="ArgumentException">The options do not fit the references.</exception>
    public PairTerm(IPairLoss loss, PairTermOptions options, IMiner? miner = null, IPairReferences? references = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.References == PairReferences.Given && references is null)
        {
            throw new ArgumentException("the pairs are those with given references, and none are given; give some, or compare within the batch.", nameof(references));
        }
        if (options.References == PairReferences.OtherHalf && references is not null)
        {
            throw new ArgumentException("the pairs are those between two halves of a batch, which have no references beside; compare within the batch, or give none.", nameof(references));
        }
        (this.loss, this.options, this.miner, this.references) = (loss, options, miner, references);
        Shape = loss is NPairLoss ? PairShape.OnePositive : PairShape.Rows;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => loss.Parameters;

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => references?.Buffers ?? [];

    /// <inheritdoc/>
    /// <returns>The loss; where there are references beside the batch, the sum, and as its parts <c>batch</c> and <c>references</c>, the latter with its weight.</returns>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        Tensor embeddings = input.Outputs[options.Output];
        PairInputs.CheckRows(embeddings, input.Labels, nameof(embeddings), "labels");
        Tensor precise = PairInputs.Precise(embeddings);
        if (Reached(precise, input.Labels) is { } reached)
        {
            return TermValue.Whole(reached.Recorded());
        }
        Tensor rows = PairInputs.Rows(precise, options.Normalize);
        ReferenceRows? others = references?.For(rows, input);
        Tensor? against = others is null ? null : Value(Against(rows, input.Labels, others)) * references!.Weight;
        if (options.References == PairReferences.Given)
        {
            return TermValue.Whole(against ?? (rows.Sum() * 0));
        }
        Tensor within = Value(Within(rows, input.Labels) with { Undivided = options.Normalize ? precise : null });
        return against is null ? TermValue.Whole(within) : new TermValue(within + against, [("batch", within), ("references", against)]);
    }

    KnownValue? IKnownTerm.Known(TermInput input)
    {
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        Tensor embeddings = input.Outputs[options.Output];
        PairInputs.CheckRows(embeddings, input.Labels, nameof(embeddings), "labels");
        return Reached(PairInputs.Precise(embeddings), input.Labels);
    }

    /// <inheritdoc/>
    public PairShape Shape { get; private init; }

    /// <inheritdoc/>
    /// <remarks>References from elsewhere, such as a memory, are not among them: looking at them must not move them.</remarks>
    public PairBatch PairsOf(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        return Measured(Within(PairInputs.Rows(input.Outputs[options.Output].Detach(), options.Normalize), input.Labels)).Whole();
    }

    /// <inheritdoc/>
    public Tensor WeightsOf(PairBatch pairs) => PairWeights.After(miner, loss, pairs);

    /// <inheritdoc/>
    public ITerm WithHinge(HashHinge hinge) => options is { Normalize: true, Measure: PairMeasure.Product }
        ? new PairTerm(HingedLoss.Of(loss, hinge), options, miner, references) { Shape = Shape }
        : throw new ArgumentException("the metric compares rows as they are, not by cosines, which is where a hinge could stop. Set hinge: null, or choose a loss that divides rows by their length.", nameof(hinge));

    /// <summary>By blocks of anchors where the loss and the miner allow it, which is faster and leaner, else by autograd over all pairs.</summary>
    private Tensor Value(PairRows rows)
    {
        rows = Measured(rows with { Margins = options.Margins });
        if (loss is RowPairLoss rowLoss && miner is null or { IsRowWise: true } && options.RowsPerBlock != 0)
        {
            return RowBlocks.Value(rowLoss, miner, rows, options.RowsPerBlock);
        }
        PairBatch pairs = rows.Whole();
        return loss.Forward(PairWeights.Graded(miner?.Mine(pairs) ?? pairs));
    }

    /// <summary>The value by the pairs within reach of a hinge; null where every pair counts, rows are elsewhere or not numbers, or the options ask for more than similarities.</summary>
    private KnownValue? Reached(Tensor rows, Tensor labels)
    {
        if (!SeesCosinesAlone || miner is not null || references is not null || !ReachStep.Takes(loss, rows, rows))
        {
            return null;
        }
        IReachLoss reached = (IReachLoss)loss;
        long count = rows.Size(0), first = count / 2;
        Tensor anchors = labels, others = labels;
        if (options.References == PairReferences.OtherHalf)
        {
            (anchors, others) = (labels.Narrow(0, 0, first), labels.Narrow(0, first, count - first));
        }
        Tensor? grade = options.Relation.Grade(anchors, others);
        PairSide[] sides = PairSides.Of(options.Relation, anchors, others);
        if (options.References == PairReferences.OtherHalf)
        {
            return ReachStep.Across(reached, rows, first, new PairSet(sides, grade));
        }
        PairSides.ExceptOwn(sides, (int)count);
        return ReachStep.Within(reached, rows, new PairSet(sides, grade) { IsSymmetric = options.Relation.IsSymmetric });
    }

    private bool SeesCosinesAlone => options is { Normalize: true, Measure: PairMeasure.Product, RowsPerBlock: null, LabelCosines: false, Margins: null, PositiveSimilarityCutoff: null };

    private PairRows Measured(PairRows rows)
    {
        rows = rows with { LabelCosines = options.LabelCosines };
        return options.Measure == PairMeasure.SquaredDistance ? SquaredDistances.Lift(rows) : rows;
    }

    private PairRows Within(Tensor rows, Tensor labels)
    {
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

    private PairRows Against(Tensor rows, Tensor labels, ReferenceRows others)
    {
        PairInputs.CheckRows(others.Rows, others.Labels, "references", "reference labels");
        PairInputs.CheckWidths(rows, others.Rows, "references");
        return new PairRows(rows, labels, others.Rows, others.Labels, options.Relation) { Own = others.Own, PositiveSimilarityCutoff = options.PositiveSimilarityCutoff };
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

    /// <summary>What the similarity of two rows is.</summary>
    public PairMeasure Measure { get; init; }

    /// <summary>Whether pairs tell the cosines of their labels (<see cref="PairBatch.LabelCosine"/>).</summary>
    public bool LabelCosines { get; init; }

    /// <summary>With what an anchor is compared.</summary>
    public PairReferences References { get; init; }

    /// <summary>A memory of earlier batches that anchors are compared with as well; null for none.</summary>
    public CrossBatchMemoryOptions? Memory { get; init; }

    /// <summary>Anchors that are computed at a time where the loss allows it; null chooses by memory, 0 computes all pairs at once by autograd.</summary>
    public int? RowsPerBlock { get; init => field = value is >= 0 or null ? value : throw new ArgumentOutOfRangeException(nameof(RowsPerBlock), value, "RowsPerBlock must be at least 0, or null."); }

    /// <summary>Margins of pairs of classes; null for losses that have none.</summary>
    public ClassMargins? Margins { get; init; }

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

    /// <summary>Only the rows that an <see cref="IPairReferences"/> gives; where it gives none, the loss is 0.</summary>
    Given,
}
