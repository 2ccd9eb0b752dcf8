using Semblance.Models.Experts;
using Semblance.Tensors;

namespace Semblance.Models;

/// <summary>What a model gives for a batch, by name. The tensors belong to the scope in which the model ran.</summary>
/// <param name="Feature">n × features of the backbone, or of its experts.</param>
/// <param name="Embedding">n × dimensions; null without an embedding head.</param>
/// <param name="Code">n × bits, real numbers whose signs are the bits; null without a hash head.</param>
/// <param name="Logits">n × classes; null without a classifier.</param>
public sealed record ModelOutput(Tensor Feature, Tensor? Embedding, Tensor? Code, Tensor? Logits)
{
    /// <summary>What each expert gives; null for a model without experts. <see cref="Feature"/> then is theirs side by side, and <see cref="Logits"/> those of the ensemble.</summary>
    public ExpertOutputs? Experts { get; init; }

    /// <summary>What represents an image: the code, else the embedding, else the feature.</summary>
    public Tensor Representation => Code ?? Embedding ?? Feature;

    /// <summary>The output of a name: <c>feature</c>, <c>embedding</c>, <c>code</c> or <c>logits</c>.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">The model has no such output; the message lists those that it has.</exception>
    public Tensor this[string name] => Named().FirstOrDefault(item => item.Name == name).Value
        ?? throw new ArgumentException($"The model has no output \"{name}\"; it has {string.Join(", ", Named().Where(item => item.Value is not null).Select(item => item.Name))}.", nameof(name));

    private (string Name, Tensor? Value)[] Named() => [("feature", Feature), ("embedding", Embedding), ("code", Code), ("logits", Logits)];
}
