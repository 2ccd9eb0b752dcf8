using Semblance.Losses;
using Semblance.Losses.Logits;

namespace Semblance.Training;

/// <summary>Keys of losses over logits: cross-entropy and what long tails ask for.</summary>
internal static class LogitLossKeys
{
    public static CrossEntropyOptions CrossEntropy(Section section)
    {
        double smoothing = section.Number("label-smoothing", 0, min: 0, below: 1);
        ClassWeightOptions weights = section.Child("class-weights", ClassWeights);
        return new() { LabelSmoothing = smoothing, ClassWeights = weights, Defer = Defer(section, weights), Output = Output(section) };
    }

    public static FocalOptions Focal(Section section)
    {
        double gamma = section.Number("gamma", new FocalOptions().Gamma, min: 0);
        ClassWeightOptions weights = section.Child("class-weights", ClassWeights);
        return new() { Gamma = gamma, ClassWeights = weights, Defer = Defer(section, weights), Output = Output(section) };
    }

    public static ClassBalancedOptions ClassBalanced(Section section)
    {
        ClassBalancedOptions defaults = new();
        ClassBalancedType type = section.Choice("type", defaults.Type);
        return new()
        {
            Type = type,
            Beta = section.Number("beta", defaults.Beta, min: 0, below: 1),
            Gamma = section.When(type == ClassBalancedType.Focal, "type: focal").Number("gamma", defaults.Gamma, min: 0),
            Defer = section.Optional("defer", Defer),
            Output = Output(section),
        };
    }

    public static LdamOptions Ldam(Section section)
    {
        LdamOptions defaults = new();
        double margin = section.Number("max-margin", defaults.MaxMargin, min: 0), scale = section.Number("scale", defaults.Scale, above: 0);
        ClassWeightOptions weights = section.Child("class-weights", ClassWeights);
        return new() { MaxMargin = margin, Scale = scale, ClassWeights = weights, Defer = Defer(section, weights), Output = Output(section) };
    }

    public static BalancedSoftmaxOptions BalancedSoftmax(Section section) => new() { Output = Output(section) };

    public static LogitAdjustmentOptions LogitAdjustment(Section section) => new() { Tau = section.Number("tau", new LogitAdjustmentOptions().Tau), Output = Output(section) };

    public static BayiasOptions Bayias(Section section) => new() { TestPrior = section.Numbers("test-prior", [], above: 0), Output = Output(section) };

    public static LabelAwareSmoothingOptions LabelAwareSmoothing(Section section)
    {
        LabelAwareSmoothingOptions defaults = new();
        return new()
        {
            Head = section.Number("head", defaults.Head, min: 0, below: 1),
            Tail = section.Number("tail", defaults.Tail, min: 0, below: 1),
            Shape = section.Choice("shape", defaults.Shape),
            Output = Output(section),
        };
    }

    public static SoftmaxEqualizationOptions SoftmaxEqualization(Section section)
    {
        SoftmaxEqualizationOptions defaults = new();
        return new() { Gamma = section.Number("gamma", defaults.Gamma, min: 0, max: 1), Threshold = section.Number("lambda", defaults.Threshold, min: 0, max: 1), Output = Output(section) };
    }

    public static ClassTemperatureOptions ClassTemperature(Section section) => new() { Gamma = section.Number("gamma", new ClassTemperatureOptions().Gamma, min: 0), Output = Output(section) };

    internal static string Output(Section section) => section.Text("output", Outputs.Logits);

    private static ClassWeightOptions ClassWeights(Section section)
    {
        ClassWeightOptions defaults = new();
        ClassWeighting kind = section.Choice("kind", defaults.Kind);
        return new() { Kind = kind, Beta = section.When(kind == ClassWeighting.EffectiveNumber, "kind: effective-number").Number("beta", defaults.Beta, min: 0, below: 1) };
    }

    private static DeferOptions? Defer(Section section, ClassWeightOptions weights) => section.When(weights.Kind != ClassWeighting.None, "class-weights other than none").Optional("defer", Defer);

    private static DeferOptions Defer(Section section) => new() { Epoch = section.Number("epoch", new DeferOptions().Epoch, min: 0) };
}
