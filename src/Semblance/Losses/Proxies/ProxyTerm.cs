using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>A pair loss between the embeddings of a batch and one proxy a class, trained or fixed, or several.</summary>
/// <remarks>
/// A hinged loss on the CPU is taken in one go, with a gradient that cannot be derived again (<see cref="ProxyTermOptions.Recorded"/>).
/// Where the loss is one of rows, and rows × proxies is large, both are computed some rows at a time: classes by the ten thousand then cost a few copies of the proxies, whatever the batch.
/// </remarks>
public sealed class ProxyTerm : IPairwiseTerm, IHingedTerm, IKnownTerm
{
    // Bytes of similarities up to which all are taken at once and recorded.
    private const long LargestWhole = 16L << 20;

    private readonly IPairLoss loss;
    private readonly ProxyTermOptions options;

    /// <summary>A term that owns its proxies.</summary>
    /// <param name="loss">Sees rows × proxies.</param>
    /// <param name="proxies">Classes × d, or (classes · K) × d with K centres a class; leaves every scope and belongs to the term.</param>
    /// <param name="options">Which output is compared, and how.</param>
    public ProxyTerm(IPairLoss loss, Tensor proxies, ProxyTermOptions options)
    {
        ArgumentNullException.ThrowIfNull(proxies);
        ArgumentNullException.ThrowIfNull(options);
        this.loss = loss;
        this.options = options;
        Shape = loss is ProxyAnchorLoss ? PairShape.ProxiesAsAnchors : PairShape.Proxies(options.Centers);
        Proxies = proxies.Detached();
        Proxies.RequiresGrad = options.Trained;
    }

    /// <summary>The proxies, row k for class k; with K centres a class, row c K + k for centre k of class c.</summary>
    public Tensor Proxies { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => options.Trained ? [("proxies", Proxies)] : [];

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => options.Trained ? [] : [("proxies", Proxies)];

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        Tensor embeddings = PairInputs.Precise(input.Outputs[options.Output]);
        return TermValue.Whole(Reached(embeddings, input.Labels)?.Recorded() ?? (loss is RowPairLoss rowLoss && IsLarge(embeddings)
            ? RowBlocks.Value(rowLoss, miner: null, Rows(embeddings, input.Labels), (int)Proxies.Size(1))
            : loss.Forward(PairBatch.ToProxies(embeddings, input.Labels, Proxies, options.Normalize, options.Centers))));
    }

    KnownValue? IKnownTerm.Known(TermInput input)
    {
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        return Reached(PairInputs.Precise(input.Outputs[options.Output]), input.Labels);
    }

    /// <inheritdoc/>
    public PairShape Shape { get; private init; }

    /// <inheritdoc/>
    public PairBatch PairsOf(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using Autograd.AutocastMode full = Autograd.FullPrecision();
        using Autograd.Mode unrecorded = Autograd.NoGrad();
        return PairBatch.ToProxies(PairInputs.Precise(input.Outputs[options.Output].Detach()), input.Labels, Proxies.Detach(), options.Normalize, options.Centers);
    }

    /// <inheritdoc/>
    public Tensor WeightsOf(PairBatch pairs) => PairWeights.After(null, loss, pairs);

    /// <inheritdoc/>
    public ITerm WithHinge(HashHinge hinge) => options.Normalize
        ? new ProxyTerm(HingedLoss.Of(loss, hinge), Proxies, options) { Shape = Shape }
        : throw new ArgumentException("the metric compares rows as they are, not by cosines, which is where a hinge could stop. Set hinge: null, or choose a loss that divides rows by their length.", nameof(hinge));

    /// <summary>The value by the pairs within reach of a hinge; null where every pair counts, or rows are elsewhere or not numbers.</summary>
    private KnownValue? Reached(Tensor embeddings, Tensor labels)
    {
        PairInputs.CheckRows(embeddings, labels, nameof(embeddings), nameof(labels));
        PairInputs.CheckWidths(embeddings, Proxies, "proxies");
        return options is { Normalize: true, Recorded: false } && ReachStep.Takes(loss, embeddings, Proxies)
            ? ReachStep.Between((IReachLoss)loss, embeddings, Proxies, new PairSet(PairSides.ToProxies(labels, Proxies.Size(0), options.Centers)))
            : null;
    }

    private bool IsLarge(Tensor embeddings) => embeddings.Rank == 2 && embeddings.Size(0) * Proxies.Size(0) * embeddings.Type.Size() > LargestWhole;

    /// <summary>For blocks of as many rows as there are columns: then nothing is larger than the proxies themselves.</summary>
    private PairRows Rows(Tensor embeddings, Tensor labels)
    {
        PairInputs.CheckRows(embeddings, labels, nameof(embeddings), nameof(labels));
        PairInputs.CheckWidths(embeddings, Proxies, "proxies");
        long proxies = Proxies.Size(0);
        LabelRelation own = LabelRelation.Of("own proxies", (rows, _) => PairInputs.OwnProxies(rows, proxies, options.Centers));
        return new PairRows(PairInputs.Rows(embeddings, options.Normalize), labels, PairInputs.Rows(Proxies, options.Normalize), labels, own);
    }

    /// <summary>Fresh proxies, normal with deviation √(2 / classes), the same for the same seed on every machine.</summary>
    /// <param name="context">Classes, columns and seed.</param>
    /// <param name="centers">Proxies a class.</param>
    public static Tensor Draw(TermContext context, int centers = 1)
    {
        ArgumentNullException.ThrowIfNull(context);
        int rows = checked(context.Classes * centers);
        SeededRandom random = new(context.Seed);
        double deviation = Math.Sqrt(2.0 / context.Classes);
        double[] values = new double[checked(rows * context.Dimensions)];
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = deviation * random.NextNormal();
        }
        return Tensor.From(values, rows, context.Dimensions).To(context.Type).To(context.Device);
    }
}

/// <summary>What a <see cref="ProxyTerm"/> compares with its proxies.</summary>
public sealed record ProxyTermOptions
{
    /// <summary>The model's output that is compared.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <summary>K, proxies a class; at least 1. The loss must expect as many.</summary>
    public int Centers { get; init => field = Require.AtLeast(value, 1); } = 1;

    /// <summary>Whether proxies are trained; else they stay as they were given, as a codebook does.</summary>
    public bool Trained { get; init; } = true;

    /// <summary>Whether rows and proxies are divided by their length first.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Whether the engine records every operation even where value and gradient are cheaper known at once, so that the value can be derived twice.</summary>
    public bool Recorded { get; init; }
}
