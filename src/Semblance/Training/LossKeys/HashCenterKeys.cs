using Semblance.Losses;
using Semblance.Losses.Hashing;

namespace Semblance.Training;

/// <summary>Keys of hash methods that compare a batch with itself, with codes of classes, or with a classifier.</summary>
internal static class HashCenterKeys
{
    public static HashNetOptions HashNet(Section section) => new()
    {
        Alpha = section.Number("alpha", new HashNetOptions().Alpha, above: 0),
        Every = section.Int("every", new HashNetOptions().Every, min: 1),
        Output = Output(section),
    };

    public static DchOptions Dch(Section section) => new()
    {
        Gamma = section.Number("gamma", new DchOptions().Gamma, above: 0),
        QuantizationWeight = section.Number("lambda", new DchOptions().QuantizationWeight, min: 0),
        Output = Output(section),
    };

    public static GreedyHashOptions GreedyHash(Section section) => new()
    {
        QuantizationWeight = section.Number("alpha", new GreedyHashOptions().QuantizationWeight, min: 0),
        Labels = section.Choice("labels", new GreedyHashOptions().Labels),
        Output = Output(section),
    };

    public static CsqOptions Csq(Section section) => new()
    {
        Centers = section.Choice("centers", new CsqOptions().Centers),
        Labels = section.Choice("labels", new CsqOptions().Labels),
        QuantizationWeight = section.Number("lambda", new CsqOptions().QuantizationWeight, min: 0),
        Output = Output(section),
    };

    public static DpnOptions Dpn(Section section) => new()
    {
        Margin = section.Number("m", new DpnOptions().Margin, min: 0),
        Negative = section.Number("p", new DpnOptions().Negative, above: 0, below: 1),
        Ternary = section.Flag("ternary", new DpnOptions().Ternary),
        Adaptive = section.Flag("adaptive", new DpnOptions().Adaptive),
        Labels = section.Choice("labels", new DpnOptions().Labels),
        Output = Output(section),
    };

    public static DtshOptions Dtsh(Section section) => new()
    {
        Margin = section.Number("alpha", new DtshOptions().Margin),
        QuantizationWeight = section.Number("lambda", new DtshOptions().QuantizationWeight, min: 0),
        Output = Output(section),
    };

    public static LcdshOptions Lcdsh(Section section) => new()
    {
        QuantizationWeight = section.Number("lambda", new LcdshOptions().QuantizationWeight, min: 0),
        Output = Output(section),
    };

    public static QsmihOptions Qsmih(Section section) => new()
    {
        QuantizationWeight = section.Number("alpha", new QsmihOptions().QuantizationWeight, min: 0),
        SquareClamp = section.Flag("square-clamp", new QsmihOptions().SquareClamp),
        Output = Output(section),
    };

    public static DshsdOptions Dshsd(Section section) => new()
    {
        Alpha = section.Number("alpha", new DshsdOptions().Alpha, min: 0),
        Margin = section.NumberOr("margin", "auto", new DshsdOptions().Margin, above: 0),
        Labels = section.Choice("labels", new DshsdOptions().Labels),
        Output = Output(section),
    };

    public static OrthoHashOptions OrthoHash(Section section)
    {
        OrthoHashOptions defaults = new();
        double weight;
        return new()
        {
            Softmax = new()
            {
                Scale = section.Number("scale", defaults.Softmax.Scale, above: 0),
                Margin = section.Number("margin", defaults.Softmax.Margin, min: 0),
                MarginType = section.Choice("margin-type", defaults.Softmax.MarginType),
                MultiLabel = section.Choice("multi-label", defaults.Softmax.MultiLabel),
            },
            Codebook = section.Choice("codebook", defaults.Codebook),
            QuantizationWeight = weight = section.Number("quan", defaults.QuantizationWeight, min: 0),
            Quantizer = section.When(weight > 0, "quan above 0").Choice("quan-type", defaults.Quantizer),
            Output = Output(section),
        };
    }

    private static string Output(Section section) => section.Text("output", Outputs.Representation);
}
