using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>A pair loss between the embeddings of a batch and one trained proxy a class.</summary>
public sealed class ProxyTerm : ITerm
{
    private readonly IPairLoss loss;
    private readonly ProxyTermOptions options;

    /// <summary>A term that owns its proxies.</summary>
    /// <param name="loss">Sees rows × proxies.</param>
    /// <param name="proxies">Classes × d; leaves every scope and belongs to the term.</param>
    /// <param name="options">Which output is compared, and how.</param>
    public ProxyTerm(IPairLoss loss, Tensor proxies, ProxyTermOptions options)
    {
        ArgumentNullException.ThrowIfNull(proxies);
        this.loss = loss;
        this.options = options;
        Proxies = proxies.Detached();
        Proxies.RequiresGrad = true;
    }

    /// <summary>The proxies, row k for class k.</summary>
    public Tensor Proxies { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => [("proxies", Proxies)];

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor embeddings = PairInputs.Precise(input.Outputs[options.Output]);
        return TermValue.Whole(loss.Forward(PairBatch.ToProxies(embeddings, input.Labels, Proxies, options.Normalize)));
    }

    /// <summary>Fresh proxies, normal with deviation √(2 / classes), the same for the same seed on every machine.</summary>
    public static Tensor Draw(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        SeededRandom random = new(context.Seed);
        double deviation = Math.Sqrt(2.0 / context.Classes);
        double[] values = new double[context.Classes * context.Dimensions];
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = deviation * random.NextNormal();
        }
        return Tensor.From(values, context.Classes, context.Dimensions).To(context.Type).To(context.Device);
    }
}

/// <summary>What a <see cref="ProxyTerm"/> compares with its proxies.</summary>
public sealed record ProxyTermOptions
{
    /// <summary>The model's output that is compared.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <summary>Whether rows and proxies are divided by their length first.</summary>
    public bool Normalize { get; init; } = true;
}
