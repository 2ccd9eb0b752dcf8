using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Logits;

/// <summary>Cross-entropy: softmax over class ids, or one logistic decision a class where labels are rows of 0 and 1.</summary>
/// <param name="options">Label smoothing.</param>
/// <remarks>
/// Class ids: mean over the batch of -Σ t log softmax(logits), with t = (1 - e) one-hot + e / classes. Rows of 0 and 1: mean over batch and classes of the binary
/// cross-entropy, with t = (1 - e) y + e / 2. An empty batch gives 0.
/// </remarks>
public sealed class CrossEntropyLoss(CrossEntropyOptions options)
{
    /// <summary>The loss of a batch, a scalar.</summary>
    /// <param name="logits">n × classes.</param>
    /// <param name="labels">n class ids, or n × classes of 0 and 1.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or a class id has no logit.</exception>
    public Tensor Forward(Tensor logits, Tensor labels)
    {
        PairInputs.CheckRows(logits, labels, nameof(logits), nameof(labels));
        Tensor precise = PairInputs.Precise(logits);
        long classes = logits.Size(1);
        if (logits.Count == 0)
        {
            return precise.Sum() * 0;
        }
        if (ClassLabels.IsMultiHot(labels))
        {
            Tensor hot = ClassLabels.MultiHot(labels, classes).To(precise.Type);
            return Functional.BinaryCrossEntropy(precise, (hot * (1 - options.LabelSmoothing)) + (options.LabelSmoothing / 2));
        }
        ClassLabels.CheckIds(labels, classes);
        return Functional.CrossEntropy(precise, labels.To(DataType.Int64), labelSmoothing: options.LabelSmoothing);
    }
}

/// <summary>Settings of <see cref="CrossEntropyLoss"/>.</summary>
public sealed record CrossEntropyOptions : ILogitTermOptions
{
    /// <summary>e, the share of certainty that is taken from the label; within [0, 1).</summary>
    public double LabelSmoothing { get; init => field = Require.Below(value, 0, 1); }

    /// <summary>The model's output that holds the logits.</summary>
    public string Output { get; init; } = Outputs.Logits;

    /// <inheritdoc/>
    public ITerm Create(TermContext context) => new CrossEntropyTerm(this);
}

/// <summary>Cross-entropy as a term of an objective.</summary>
/// <param name="options">Label smoothing and the output that holds the logits.</param>
public sealed class CrossEntropyTerm(CrossEntropyOptions options) : ITerm
{
    private readonly CrossEntropyLoss loss = new(options);

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return TermValue.Whole(loss.Forward(input.Outputs[options.Output], input.Labels));
    }
}
