using Semblance.Tensors;

namespace Semblance.Losses;

/// <summary>One named part of an objective: a loss, a regulariser, a quantiser, a distillation.</summary>
public interface ITerm
{
    /// <summary>What the term trains itself, such as proxies; names are unique within the term. Part of the checkpoint and of the parameter groups.</summary>
    IReadOnlyList<(string Name, Tensor Value)> Parameters => [];

    /// <summary>What the term keeps and does not train, such as a memory of earlier batches; names are unique within the term. Part of the checkpoint; shapes stay as they are.</summary>
    IReadOnlyList<(string Name, Tensor Value)> Buffers => [];

    /// <summary>Whether the term itself multiplies what each image costs by <see cref="TermInput.Weights"/>; for others <see cref="Objective"/> scales the derivatives of the images' outputs.</summary>
    bool WeighsImages => false;

    /// <summary>Whether it needs <see cref="Outputs.ExpertKeys"/> in training, and so a slow copy of the model.</summary>
    bool NeedsKeys => false;

    /// <summary>The value for a batch.</summary>
    TermValue Forward(TermInput input);
}

/// <summary>What a term sees of a training step.</summary>
/// <param name="Outputs">What the model gave.</param>
/// <param name="Labels">n class ids, or n × c of 0 and 1.</param>
/// <param name="Epoch">Passes over the training set so far, for terms that follow a schedule.</param>
public sealed record TermInput(Outputs Outputs, Tensor Labels, double Epoch = 0)
{
    /// <summary>Steps of the optimizer so far.</summary>
    public long Step { get; init; }

    /// <summary>n rows (int64) of the training set that the images are; null where they are not of it, or where nobody tells.</summary>
    public Tensor? Items { get; init; }

    /// <summary>n factors, one for each image's part of the loss; null where all count alike.</summary>
    public Tensor? Weights { get; init; }

    /// <summary>The second labels of images that are mixed of two; null where images are as they are.</summary>
    public LabelMix? Mix { get; init; }

    /// <summary>Whether the batch trains; a term keeps nothing of a batch that only measures.</summary>
    public bool IsTraining { get; init; } = true;
}

/// <summary>The second labels of images that are mixed of two.</summary>
/// <param name="Labels">Of the images that were mixed in, in the form of the first.</param>
/// <param name="Share">n numbers within [0, 1]: how much the first label counts; the second has the rest.</param>
public sealed record LabelMix(Tensor Labels, Tensor Share);

/// <summary>What a term says of a batch.</summary>
/// <param name="Value">The scalar that is minimised.</param>
/// <param name="Parts">What it is the sum of, to be logged by name; may be empty.</param>
public readonly record struct TermValue(Tensor Value, IReadOnlyList<(string Name, Tensor Value)> Parts)
{
    /// <summary>A value without parts.</summary>
    public static TermValue Whole(Tensor value) => new(value, []);
}
