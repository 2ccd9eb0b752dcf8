using Semblance.Losses;
using Semblance.Losses.Hashing;
using Semblance.Losses.Proxies;

namespace Semblance.Training;

/// <summary>Keys of losses with one or more proxies a class.</summary>
internal static class ProxyLossKeys
{
    // Radians; a right angle, rounded down.
    private const double LargestAngle = 1.57;

    public static ProxyAnchorOptions ProxyAnchor(Section section) => new()
    {
        Alpha = section.Number("alpha", new ProxyAnchorOptions().Alpha, above: 0),
        Margin = section.Number("margin", new ProxyAnchorOptions().Margin),
        Codes = Codes(section),
        Output = Output(section),
    };

    public static NormalizedSoftmaxOptions NormalizedSoftmax(Section section) => new()
    {
        Temperature = section.Number("temperature", new NormalizedSoftmaxOptions().Temperature, above: 0),
        Codes = Codes(section),
        Output = Output(section),
    };

    public static ProxyNcaOptions ProxyNca(Section section) => new()
    {
        Scale = section.Number("scale", new ProxyNcaOptions().Scale, above: 0),
        PositiveInDenominator = section.Flag("positive-in-denominator", new ProxyNcaOptions().PositiveInDenominator),
        Codes = Codes(section),
        Output = Output(section),
    };

    public static SoftTripleOptions SoftTriple(Section section)
    {
        SoftTripleOptions defaults = new();
        return new()
        {
            Centers = section.Int("centers", defaults.Centers, min: 1),
            Scale = section.Number("scale", defaults.Scale, above: 0),
            Gamma = section.Number("gamma", defaults.Gamma, above: 0),
            Margin = section.Number("margin", defaults.Margin, min: 0),
            Tau = section.Number("tau", defaults.Tau, min: 0),
            Output = Output(section),
        };
    }

    public static CosFaceOptions CosFace(Section section) => new()
    {
        Margin = section.Number("margin", new CosFaceOptions().Margin, min: 0),
        Scale = section.Number("scale", new CosFaceOptions().Scale, above: 0),
        Codes = Codes(section),
        Output = Output(section),
    };

    public static ArcFaceOptions ArcFace(Section section) => new()
    {
        Margin = section.Number("margin", new ArcFaceOptions().Margin, min: 0, max: LargestAngle),
        Scale = section.Number("scale", new ArcFaceOptions().Scale, above: 0),
        Codes = Codes(section),
        Output = Output(section),
    };

    public static SubCenterArcFaceOptions SubCenterArcFace(Section section) => new()
    {
        Centers = section.Int("centers", new SubCenterArcFaceOptions().Centers, min: 1),
        Margin = section.Number("margin", new SubCenterArcFaceOptions().Margin, min: 0, max: LargestAngle),
        Scale = section.Number("scale", new SubCenterArcFaceOptions().Scale, above: 0),
        Output = Output(section),
    };

    /// <summary>Fixed codes in place of trained proxies.</summary>
    private static CodebookKind? Codes(Section section) => section.ChoiceOr<CodebookKind>("proxies", "trained", null);

    private static string Output(Section section) => section.Text("output", Outputs.Representation);
}
