namespace Semblance.Losses.Hashing;

/// <summary>A hash method put together from its parts: any metric term, HHF's hinge around it, a quantiser, a relaxation.</summary>
/// <param name="Metric">Makes the metric term.</param>
public sealed record HashOptions(ITermOptions Metric) : ITermOptions
{
    /// <summary>HHF's hinge around the metric; null for none.</summary>
    public HingeOptions? Hinge { get; init; }

    /// <summary>The quantiser; null for none.</summary>
    public QuantizerOptions? Quantizer { get; init; }

    /// <summary>What the metric sees instead of signs.</summary>
    public RelaxationOptions Relaxation { get; init; } = new();

    /// <summary>The model's output that is hashed: that which the metric sees.</summary>
    public string Output { get; init; } = Outputs.Representation;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">So many bits cannot hold so many classes, or the metric does not compare by cosines and there is a hinge.</exception>
    public ITerm Create(TermContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ITerm metric = Metric.Create(context);
        ITerm hinged = Hinge is null ? metric : metric is IHingedTerm term
            ? term.WithHinge(Hinge.For(context))
            : throw new ArgumentException("the metric has no cosines that a hinge could stop at, or has a hinge of its own. Set hinge: null, or choose a loss over pairs or proxies; for fixed codes of the classes one with proxies: hadamard.");
        HashMethodOptions method = new() { Output = Output, QuantizationWeight = Quantizer?.Weight ?? 0, QuantizesRelaxed = Quantizer?.Relaxed ?? false, StillsZeroRows = Hinge is not null };
        return new HashMethod(hinged, Quantizer?.Create(), method, Relaxation.Create());
    }

    /// <inheritdoc/>
    public string? Warning(TermContext context) => Hinge?.For(context).Warning ?? Metric.Warning(context);
}
