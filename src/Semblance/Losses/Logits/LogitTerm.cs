using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>A loss over logits as a term of an objective.</summary>
/// <param name="loss">What each image costs.</param>
/// <param name="output">The model's output that holds the logits.</param>
/// <remarks>
/// (1/n) Σ w cost over the n images of the batch, w their weights (<see cref="TermInput.Weights"/>); an empty batch gives 0. An image that is mixed of two costs share · cost(its label) +
/// (1 - share) · cost(its partner's label). Half precision is computed as float32.
/// </remarks>
public sealed class LogitTerm(ILogitLoss loss, string output = Outputs.Logits) : ITerm
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => loss.Buffers;

    /// <inheritdoc/>
    public bool WeighsImages => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Logits, labels and weights do not fit together, or a class id has no logit.</exception>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor logits = input.Outputs[output];
        PairInputs.CheckRows(logits, input.Labels, nameof(logits), "labels");
        Tensor precise = PairInputs.Precise(logits);
        return TermValue.Whole(precise.Count == 0 ? precise.Sum() * 0 : Value(precise, input));
    }

    private Tensor Value(Tensor logits, TermInput input)
    {
        Tensor labels = Checked(logits, input.Labels);
        if (input.Weights is null && input.Mix is null && loss.Mean(logits, labels, input) is { } mean)
        {
            return mean;
        }
        LogitCosts costs = loss.Costs(logits, labels, input);
        if (input.Mix is { } mix)
        {
            costs = LogitCosts.Blend(costs, loss.Costs(logits, Checked(logits, mix.Labels), input), mix.Share.To(logits.Type));
        }
        return costs.Mean(input.Weights);
    }

    private Tensor Checked(Tensor logits, Tensor labels)
    {
        long classes = logits.Size(1);
        if (ClassLabels.IsMultiHot(labels))
        {
            return loss.TakesSeveralLabels ? ClassLabels.MultiHot(labels, classes) : throw Several();
        }
        ClassLabels.CheckIds(labels, classes);
        return labels.To(DataType.Int64);
    }

    internal static ArgumentException Several() =>
        new("labels are rows of 0 and 1, any number an image; this loss needs exactly one label an image. Choose cross-entropy, or class-balanced with type: sigmoid or focal.");
}

/// <summary>Settings of a term whose loss gives every image a cost of its own.</summary>
public abstract record LogitLossOptions : ILogitTermOptions
{
    /// <summary>The model's output that holds the logits.</summary>
    public string Output { get; init; } = Outputs.Logits;

    /// <inheritdoc/>
    public virtual bool NeedsCosines => false;

    /// <inheritdoc/>
    public virtual bool TakesMixed => true;

    /// <inheritdoc/>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ILogitLoss loss = Make(context);
        return context.MultiLabel && !loss.TakesSeveralLabels ? throw LogitTerm.Several() : new LogitTerm(loss, Output);
    }

    /// <summary>The loss, once it is known what it is for.</summary>
    protected abstract ILogitLoss Make(TermContext context);
}
