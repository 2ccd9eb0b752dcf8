using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>A pair loss between the embeddings of a batch and one trained proxy a class, or several.</summary>
public sealed class ProxyTerm : ITerm
{
    private readonly IPairLoss loss;
    private readonly ProxyTermOptions options;

    /// <summary>A term that owns its proxies.</summary>
    /// <param name="loss">Sees rows × proxies.</param>
    /// <param name="proxies">Classes × d, or (classes · K) × d with K centres a class; leaves every scope and belongs to the term.</param>
    /// <param name="options">Which output is compared, and how.</param>
    public ProxyTerm(IPairLoss loss, Tensor proxies, ProxyTermOptions options)
    {
        ArgumentNullException.ThrowIfNull(proxies);
        this.loss = loss;
        this.options = options;
        Proxies = proxies.Detached();
        Proxies.RequiresGrad = true;
    }

    /// <summary>The proxies, row k for class k; with K centres a class, row c K + k for centre k of class c.</summary>
    public Tensor Proxies { get; }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => [("proxies", Proxies)];

    /// <inheritdoc/>
    public TermValue Forward(TermInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor embeddings = PairInputs.Precise(input.Outputs[options.Output]);
        return TermValue.Whole(loss.Forward(PairBatch.ToProxies(embeddings, input.Labels, Proxies, options.Normalize, options.Centers)));
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

    /// <summary>Whether rows and proxies are divided by their length first.</summary>
    public bool Normalize { get; init; } = true;
}
