using Semblance.Losses.Hashing;
using Semblance.Losses.Pairs;
using Semblance.Tensors;

namespace Semblance.Losses.Proxies;

/// <summary>What losses with one proxy a class have in common; each adds its formula.</summary>
public abstract record ProxyLossOptions : ITermOptions
{
    /// <summary>How the proxies are found where they are fixed codes of -1 and 1, one a class, as the centres of CSQ are; null trains them.</summary>
    public CodebookKind? Codes { get; init; }

    /// <summary>The model's output that is compared.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are fewer codes of so many columns than classes.</exception>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Tensor proxies = Codes is { } kind ? Codebook.For(kind, context).ToTensor(context.Type, context.Device) : ProxyTerm.Draw(context);
        return new ProxyTerm(Loss(), proxies, new ProxyTermOptions { Output = Output, Trained = Codes is null });
    }

    /// <summary>The loss over rows and proxies.</summary>
    private protected abstract IPairLoss Loss();
}
