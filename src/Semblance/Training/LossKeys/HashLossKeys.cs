using Semblance.Losses;
using Semblance.Losses.Hashing;

namespace Semblance.Training;

/// <summary>Keys of hash methods.</summary>
internal static class HashLossKeys
{
    public static HhfOptions Hhf(Section section)
    {
        HhfOptions defaults = new();
        HhfVariant variant = section.Choice("variant", defaults.Variant);
        bool hinge = section.Flag("hinge", defaults.Hinge);
        bool quantization = section.Flag("quantization", defaults.Quantization);
        Section hinged = section.When(hinge, "hinge: true"), quantized = section.When(quantization, "quantization: true");
        return new()
        {
            Variant = variant,
            Hinge = hinge,
            Alpha = section.When(variant is HhfVariant.ProxyAnchor or HhfVariant.Baseline, "variant: proxy-anchor or baseline").Number("alpha", defaults.Alpha, above: 0),
            Margin = section.When(!hinge && variant == HhfVariant.ProxyAnchor, "hinge: false and variant: proxy-anchor").Number("margin", defaults.Margin),
            Inflection = hinged.NumberOr("zeta", "auto", defaults.Inflection, min: -1, max: 1),
            Slack = hinged.Number("delta", defaults.Slack, min: 0, below: 1),
            VanishingRepulsion = section.When(hinge && variant == HhfVariant.ProxyNca, "hinge: true and variant: proxy-nca").Flag("vanishing-repulsion", defaults.VanishingRepulsion),
            Quantization = quantization,
            QuantizationWeight = quantized.Number("beta", defaults.QuantizationWeight, min: 0),
            ReferenceBatch = quantized.IntOrNull("beta-reference-batch", defaults.ReferenceBatch, min: 1),
            ReferenceBits = quantized.IntOrNull("beta-reference-bits", defaults.ReferenceBits, min: 1),
            Relaxation = Relaxation(section, "relaxation", "relaxation-"),
            Output = section.Text("output", defaults.Output),
        };
    }

    public static Hyp2Options Hyp2(Section section)
    {
        Hyp2Options defaults = new();
        Hyp2Options options = new()
        {
            Beta = section.Number("beta", defaults.Beta, min: 0),
            Inflection = section.NumberOr("zeta", "auto", defaults.Inflection, min: -1, max: 1),
            Pairs = section.Choice("pair-kind", defaults.Pairs),
            Proxies = section.Flag("proxies", defaults.Proxies),
            Output = section.Text("output", defaults.Output),
        };
        if (!options.Proxies && options.Pairs == Hyp2Pairs.None)
        {
            section.Fault("proxies", $"{section.Path} has proxies: false and pair-kind: none, so that nothing is trained; set one of the two.");
        }
        return options;
    }

    public static DualHingeOptions DualHinge(Section section)
    {
        DualHingeOptions defaults = new();
        return new()
        {
            Alpha = section.Number("alpha", defaults.Alpha, above: 1),
            Beta = section.NumberOr("beta", "auto", defaults.Beta, above: 0),
            QuantizationWeight = section.Number("lambda", defaults.QuantizationWeight, min: 0),
            Distance = section.Choice("distance", defaults.Distance),
            Direction = section.Choice("direction", defaults.Direction),
            Balance = section.Flag("balance", defaults.Balance),
            Memory = section.Optional("memory", PairLossKeys.Memory),
            Output = section.Text("output", defaults.Output),
        };
    }

    /// <summary>A method put together from parts; its metric is any other loss over rows of numbers.</summary>
    public static HashOptions Hash(Section section)
    {
        (ITermOptions metric, string output) = section.Child("metric", Metric);
        return new(metric)
        {
            Hinge = section.Optional("hinge", Hinge),
            Quantizer = section.Optional("quantizer", Quantizer),
            Relaxation = section.Child("relaxation", Relaxation),
            Output = output,
        };
    }

    private static (ITermOptions Metric, string Output) Metric(Section section)
    {
        Dictionary<string, BindLoss> losses = Objectives.Losses.Where(loss => loss.Key != Objectives.Composed && !Objectives.OverLogits.ContainsKey(loss.Key)).ToDictionary();
        string loss = TermRecipe.LossOf(section, losses);
        ITermOptions options = TermRecipe.OptionsOf(section, loss, losses) as ITermOptions ?? new Hyp2Options(); // Any will do where the loss is a fault already.
        return (options, section.Text("output", Outputs.Representation));
    }

    private static HingeOptions Hinge(Section section) => new()
    {
        Inflection = section.NumberOr("zeta", "auto", null, min: -1, max: 1),
        Slack = section.Number("delta", new HingeOptions().Slack, min: 0, below: 1),
    };

    private static QuantizerOptions Quantizer(Section section)
    {
        QuantizerOptions defaults = new();
        QuantizerKind kind = section.Choice("kind", defaults.Kind);
        Section sign = section.When(kind == QuantizerKind.Sign, "kind: sign");
        return new()
        {
            Kind = kind,
            Weight = section.Number("weight", defaults.Weight, min: 0),
            Power = section.When(kind == QuantizerKind.Corner, "kind: corner").Number("power", defaults.Power, min: 1),
            Relaxed = section.Flag("relaxed", defaults.Relaxed),
            ReferenceBatch = sign.IntOrNull("reference-batch", null, min: 1),
            ReferenceBits = sign.IntOrNull("reference-bits", null, min: 1),
        };
    }

    private static RelaxationOptions Relaxation(Section section) => Relaxation(section, "kind", "");

    /// <summary>A relaxation from the key that says which, and those of its settings.</summary>
    private static RelaxationOptions Relaxation(Section section, string which, string prefix)
    {
        RelaxationOptions defaults = new();
        RelaxationKind kind = section.Choice(which, defaults.Kind);
        Section scheduled = section.When(kind == RelaxationKind.Scheduled, $"{which}: scheduled");
        return new()
        {
            Kind = kind,
            Every = section.When(kind == RelaxationKind.Tanh, $"{which}: tanh").Int($"{prefix}every", defaults.Every, min: 1),
            From = scheduled.Number($"{prefix}from", defaults.From, above: 0),
            To = scheduled.Number($"{prefix}to", defaults.To, above: 0),
            Epochs = scheduled.Number($"{prefix}epochs", defaults.Epochs, min: 0),
        };
    }
}
