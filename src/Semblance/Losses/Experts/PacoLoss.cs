using Semblance.Tensors;

namespace Semblance.Losses.Experts;

/// <summary>PaCo: parametric contrastive learning (Cui et al., ICCV 2021): supervised contrast in which the classes' weights stand among the references.</summary>
/// <remarks>
/// As in the released code (dvlab-research/Parametric-Contrastive-Learning). Rows are the queries, the keys, and the queue. An anchor's scores are (logits + log(π + 1e-9)) / supt, one a class, and f·f / T, one a row without its
/// own; positive with weight β is its class, with weight α every row of its label. log p = s - log(Σ e^s g + 1e-12), g = 1 for classes and γ for rows; loss = - mean over anchors of Σ w log p / Σ w.
/// The largest score, an anchor's own row among them, is subtracted first, as the code does.
/// </remarks>
/// <param name="options">α, β, γ and the temperatures.</param>
/// <param name="prior">Training images of each class.</param>
public sealed class PacoLoss(PacoOptions options, ClassPrior prior)
{
    private const double PriorFloor = 1e-9;
    private const double SumFloor = 1e-12;

    /// <summary>The loss of a batch for one expert.</summary>
    /// <param name="rows">Queries, keys and queue, one below another; the anchors are the first.</param>
    /// <param name="labels">A class id for each row; -1 where a row has none and is nobody's positive.</param>
    /// <param name="logits">Anchors × classes.</param>
    /// <param name="weights">A factor for each anchor; null for none.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or an anchor's label has no logit or no training image.</exception>
    public Tensor Forward(Tensor rows, Tensor labels, Tensor logits, Tensor? weights = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(logits);
        long anchors = logits.Size(0), classes = logits.Size(1);
        if (rows.Size(0) != labels.Count || anchors > rows.Size(0))
        {
            throw new ArgumentException($"there are {rows.Size(0)} rows, {labels.Count} labels and {anchors} rows of logits; every row needs a label, and the first rows are those of the logits.", nameof(rows));
        }
        Tensor own = ExpertBatch.Ids(labels.Narrow(0, 0, anchors), anchors, classes);
        prior.RequireImages(classes, own);
        if (anchors == 0)
        {
            return rows.Sum() * 0;
        }
        Tensor shares = ClassPrior.Row([.. prior.Shares.Select(share => Math.Log(share + PriorFloor))], logits);
        Tensor scores = Tensor.Concatenate([(logits + shares) / options.ClassTemperature, rows.Narrow(0, 0, anchors).MatMul(rows.Transpose()) / options.Temperature], 1);
        scores = scores - scores.Max(1, keepDimension: true).Detach();
        Tensor others = Tensor.Ones([anchors, rows.Size(0)], scores.Type, scores.Device) - Tensor.Eye(rows.Size(0), scores.Type, scores.Device).Narrow(0, 0, anchors);
        Tensor hot = own.OneHot(classes).To(scores.Type);
        Tensor counted = Tensor.Concatenate([hot.OnesLike(), others * options.Gamma], 1);
        Tensor same = own.Unsqueeze(1).EqualTo(labels.Unsqueeze(0)).To(scores.Type) * others;
        Tensor positive = Tensor.Concatenate([hot * options.Beta, same * options.Alpha], 1);
        Tensor logarithms = scores - ((scores.Exp() * counted).Sum(1, keepDimension: true) + SumFloor).Log();
        Tensor costs = (positive * logarithms).Sum(1) / positive.Sum(1);
        return -(weights is null ? costs : costs * weights.To(costs.Type)).Sum() / anchors;
    }
}

/// <summary>Settings of <see cref="PacoLoss"/> as a term.</summary>
public sealed record PacoOptions : ITermOptions
{
    /// <summary>α, how much a row of the same label counts as a positive; at least 0.</summary>
    public double Alpha { get; init => field = Require.NotNegative(value); } = 0.01;

    /// <summary>β, how much the class itself does; above 0.</summary>
    public double Beta { get; init => field = Require.Positive(value); } = 1;

    /// <summary>γ, how much rows count in the denominator; at least 0.</summary>
    public double Gamma { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>T, what cosines are divided by; above 0.</summary>
    public double Temperature { get; init => field = Require.Positive(value); } = 0.05;

    /// <summary>supt, what logits are divided by; above 0.</summary>
    public double ClassTemperature { get; init => field = Require.Positive(value); } = 1;

    /// <summary>Keys of earlier images; at least 1.</summary>
    public int Queue { get; init => field = Require.AtLeast(value, 1); } = 1024;

    /// <summary>Whether batches that do not divide the queue are written around its end.</summary>
    public bool Wrap { get; init; }

    /// <inheritdoc/>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new PacoTerm(this, context);
    }
}

/// <summary>PaCo as a term: each expert on its own, with a queue of keys and their labels; the sum of all.</summary>
/// <remarks>Slots that no key has filled yet have no label and are nobody's positive. A batch that does not train has no keys; then the queue alone is compared with.</remarks>
internal sealed class PacoTerm : ITerm
{
    private readonly PacoLoss loss;
    private readonly KeyQueue queue;
    private readonly Tensor labels;

    public PacoTerm(PacoOptions options, TermContext context)
    {
        loss = new PacoLoss(options, ExpertBatch.PriorOf(context));
        queue = ExpertContrastTerm.QueueOf(context, options.Queue, options.Wrap);
        labels = Tensor.Full([options.Queue], -1, DataType.Int64, context.Device).Detached();
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [.. queue.Buffers, ("queue.labels", labels)];

    /// <inheritdoc/>
    public bool WeighsImages => true;

    /// <inheritdoc/>
    public bool NeedsKeys => true;

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor projections = ExpertBatch.Rows(input.Outputs[Outputs.ExpertProjections], Outputs.ExpertProjections), logits = ExpertBatch.Rows(input.Outputs[Outputs.ExpertLogits], Outputs.ExpertLogits);
        Tensor queries = ExpertBatch.Unit(projections), ids = ExpertBatch.Ids(input.Labels, logits.Size(0), logits.Size(2));
        Tensor? keys = input.IsTraining || input.Outputs.Has(Outputs.ExpertKeys) ? ExpertContrastTerm.KeysOf(input, projections) : null;
        Tensor all = Tensor.Concatenate([ids, .. keys is null ? Array.Empty<Tensor>() : [ids], labels]);
        Tensor held = queue.Keys.Clone();
        Tensor value = Enumerable.Range(0, (int)logits.Size(1)).Select(expert => Of(expert, queries, keys, held, all, logits, input.Weights)).Aggregate((sum, next) => sum + next);
        if (input.IsTraining && keys is not null)
        {
            KeyQueue.Write(labels, 0, ids, queue.Position);
            queue.Enqueue(keys);
        }
        return TermValue.Whole(value);
    }

    private Tensor Of(int expert, Tensor queries, Tensor? keys, Tensor held, Tensor all, Tensor logits, Tensor? weights)
    {
        Tensor[] rows = [queries.Select(1, expert), .. keys is null ? Array.Empty<Tensor>() : [keys.Select(1, expert)], held.Select(0, expert).Transpose()];
        return loss.Forward(Tensor.Concatenate(rows), all, logits.Select(1, expert), weights);
    }
}
