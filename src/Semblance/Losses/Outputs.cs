using Semblance.Tensors;

namespace Semblance.Losses;

/// <summary>What a model gave for a batch, by name.</summary>
public sealed class Outputs
{
    /// <summary>n × features of the backbone, what the heads see.</summary>
    public const string Feature = "feature";

    /// <summary>n × dimensions.</summary>
    public const string Embedding = "embedding";

    /// <summary>n × bits, real numbers whose signs are the bits.</summary>
    public const string Code = "code";

    /// <summary>n × classes.</summary>
    public const string Logits = "logits";

    /// <summary>n × experts × values, the feature of each expert.</summary>
    public const string ExpertFeatures = "expert-features";

    /// <summary>n × experts × classes, of the classifiers that labels train.</summary>
    public const string ExpertLogits = "expert-logits";

    /// <summary>n × experts × classes, of the classifiers that distillation trains.</summary>
    public const string ExpertDistilled = "expert-distilled";

    /// <summary>n × experts × values, what is contrasted with keys; not normalised.</summary>
    public const string ExpertProjections = "expert-projections";

    /// <summary>n × experts × values, the keys of the same images from a slow copy of the model; not normalised, without a derivative, and in training alone.</summary>
    public const string ExpertKeys = "expert-keys";

    /// <summary>What represents an image, compared and searched with: the code, else the embedding, else the feature.</summary>
    public const string Representation = "representation";

    private readonly Dictionary<string, Tensor> values;

    /// <summary>Outputs of one batch.</summary>
    /// <exception cref="ArgumentException">A name comes twice.</exception>
    public Outputs(params ReadOnlySpan<(string Name, Tensor Value)> outputs)
    {
        values = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach ((string name, Tensor value) in outputs)
        {
            values.Add(name, value);
        }
    }

    private Outputs(Dictionary<string, Tensor> values) => this.values = values;

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Names => [.. values.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The output of a name.</summary>
    /// <exception cref="ArgumentException">The model gives no such output.</exception>
    public Tensor this[string name] => Find(name)
        ?? throw new ArgumentException($"the objective needs the output \"{name}\"; the model gives {string.Join(", ", Names)}. Add a head that gives it, or name one of these.", nameof(name));

    /// <summary>Whether there is an output of a name.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>The same outputs with one added or replaced.</summary>
    public Outputs With(string name, Tensor value) => new(new Dictionary<string, Tensor>(values, StringComparer.Ordinal) { [name] = value });

    /// <summary>The same outputs, each changed; one that has two names is changed once.</summary>
    internal Outputs Each(Func<Tensor, Tensor> change)
    {
        Dictionary<Tensor, Tensor> changed = new(ReferenceEqualityComparer.Instance);
        foreach (Tensor value in values.Values)
        {
            if (!changed.ContainsKey(value))
            {
                changed.Add(value, change(value));
            }
        }
        return new(values.ToDictionary(pair => pair.Key, pair => changed[pair.Value], StringComparer.Ordinal));
    }

    private Tensor? Find(string name) => values.GetValueOrDefault(name)
        ?? (name == Representation ? Find(Code) ?? Find(Embedding) ?? Find(Feature) : null);
}
