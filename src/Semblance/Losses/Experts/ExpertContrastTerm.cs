using Semblance.Tensors;

namespace Semblance.Losses.Experts;

/// <summary>Contrast of every expert's projection with the key of the same image among keys of earlier images (InfoNCE with a queue; MoCo, He et al., CVPR 2020, as NCL uses it).</summary>
/// <remarks>
/// With q and k at length 1 and the queue Q as it was before this batch: Σ_m mean_i CE([q·k, q·Q] / T, first). Keys come from a slow copy of the model and hand no derivative on. A batch that does not train
/// has no keys: its value is 0, and the queue stays as it is.
/// </remarks>
public sealed class ExpertContrastTerm : ITerm
{
    private readonly ExpertContrastOptions options;
    private readonly KeyQueue queue;

    /// <summary>A term with a queue of its own.</summary>
    /// <exception cref="ArgumentException">The model has no projections, or batches do not fit into the queue.</exception>
    public ExpertContrastTerm(ExpertContrastOptions options, TermContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        this.options = options;
        queue = QueueOf(context, options.Queue, options.Wrap);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => queue.Buffers;

    /// <inheritdoc/>
    public bool WeighsImages => true;

    /// <inheritdoc/>
    public bool NeedsKeys => true;

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor projections = ExpertBatch.Rows(input.Outputs[Outputs.ExpertProjections], Outputs.ExpertProjections);
        if (!input.IsTraining && !input.Outputs.Has(Outputs.ExpertKeys))
        {
            return TermValue.Whole(projections.Sum() * 0);
        }
        Tensor keys = KeysOf(input, projections);
        Tensor value = ExpertBatch.SumOfMeans(Costs(ExpertBatch.Unit(projections), keys, queue.Keys, options.Temperature), input.Weights);
        if (input.IsTraining)
        {
            queue.Enqueue(keys);
        }
        return TermValue.Whole(value);
    }

    /// <summary>Cross-entropy of each image and expert, whose own key is to be told from those of the queue.</summary>
    /// <param name="queries">n × experts × values, of length 1.</param>
    /// <param name="keys">The same of the keys.</param>
    /// <param name="queue">Experts × values × slots.</param>
    /// <param name="temperature">What cosines are divided by.</param>
    /// <returns>n × experts.</returns>
    internal static Tensor Costs(Tensor queries, Tensor keys, Tensor queue, double temperature)
    {
        Tensor own = (queries * keys).Sum(2, keepDimension: true);
        // A copy, because the keys of this batch take the place of others before the derivative is computed.
        Tensor others = queries.Transpose(0, 1).MatMul(queue.Clone()).Transpose(0, 1);
        Tensor scores = Tensor.Concatenate([own, others], 2) / temperature;
        return scores.LogSumExp(2) - scores.Select(2, 0);
    }

    /// <summary>Keys of length 1, without a derivative.</summary>
    internal static Tensor KeysOf(TermInput input, Tensor projections)
    {
        Tensor keys = ExpertBatch.Rows(input.Outputs[Outputs.ExpertKeys], Outputs.ExpertKeys).Detach();
        return keys.Shape.SequenceEqual(projections.Shape)
            ? ExpertBatch.Unit(keys).To(projections.Type)
            : throw new ArgumentException($"projections are {projections.Describe()} and keys {keys.Describe()}; both need the same shape.", nameof(input));
    }

    internal static KeyQueue QueueOf(TermContext context, int slots, bool wraps)
    {
        ExpertShape shape = ExpertBatch.ShapeOf(context);
        int width = shape.Projection ?? throw new ArgumentException("contrast is one of projections, and the experts have none. Set model.experts.projection, such as 64, or the weight of the contrast to 0.");
        KeyQueue.RequireFit(context, slots, wraps);
        return new KeyQueue(shape.Count, width, slots, wraps, context);
    }
}

/// <summary>Settings of <see cref="ExpertContrastTerm"/>.</summary>
public sealed record ExpertContrastOptions : ITermOptions
{
    /// <summary>T, what cosines are divided by; above 0.</summary>
    public double Temperature { get; init => field = Require.Positive(value); } = 0.2;

    /// <summary>Keys of earlier images for each expert; at least 1.</summary>
    public int Queue { get; init => field = Require.AtLeast(value, 1); } = 1024;

    /// <summary>Whether batches that do not divide the queue are written around its end.</summary>
    public bool Wrap { get; init; }

    /// <inheritdoc/>
    public ITerm Create(TermContext context) => new ExpertContrastTerm(this, context);
}
