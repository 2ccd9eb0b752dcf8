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
            Relaxation = section.Choice("relaxation", defaults.Relaxation),
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
}
