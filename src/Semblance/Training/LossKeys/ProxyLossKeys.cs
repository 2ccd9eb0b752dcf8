using Semblance.Losses;
using Semblance.Losses.Proxies;

namespace Semblance.Training;

/// <summary>Keys of losses with one or more trained proxies a class.</summary>
internal static class ProxyLossKeys
{
    // Radians; a right angle, rounded down.
    private const double LargestAngle = 1.57;

    public static ProxyAnchorOptions ProxyAnchor(Section section) => new()
    {
        Alpha = section.Number("alpha", new ProxyAnchorOptions().Alpha, above: 0),
        Margin = section.Number("margin", new ProxyAnchorOptions().Margin),
        Output = section.Text("output", Outputs.Representation),
    };

    public static NormalizedSoftmaxOptions NormalizedSoftmax(Section section) => new()
    {
        Temperature = section.Number("temperature", new NormalizedSoftmaxOptions().Temperature, above: 0),
        Output = section.Text("output", new NormalizedSoftmaxOptions().Output),
    };

    public static ProxyNcaOptions ProxyNca(Section section) => new()
    {
        Scale = section.Number("scale", new ProxyNcaOptions().Scale, above: 0),
        PositiveInDenominator = section.Flag("positive-in-denominator", new ProxyNcaOptions().PositiveInDenominator),
        Output = section.Text("output", new ProxyNcaOptions().Output),
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
            Output = section.Text("output", defaults.Output),
        };
    }

    public static CosFaceOptions CosFace(Section section) => new()
    {
        Margin = section.Number("margin", new CosFaceOptions().Margin, min: 0),
        Scale = section.Number("scale", new CosFaceOptions().Scale, above: 0),
        Output = section.Text("output", new CosFaceOptions().Output),
    };

    public static ArcFaceOptions ArcFace(Section section) => new()
    {
        Margin = section.Number("margin", new ArcFaceOptions().Margin, min: 0, max: LargestAngle),
        Scale = section.Number("scale", new ArcFaceOptions().Scale, above: 0),
        Output = section.Text("output", new ArcFaceOptions().Output),
    };

    public static SubCenterArcFaceOptions SubCenterArcFace(Section section) => new()
    {
        Centers = section.Int("centers", new SubCenterArcFaceOptions().Centers, min: 1),
        Margin = section.Number("margin", new SubCenterArcFaceOptions().Margin, min: 0, max: LargestAngle),
        Scale = section.Number("scale", new SubCenterArcFaceOptions().Scale, above: 0),
        Output = section.Text("output", new SubCenterArcFaceOptions().Output),
    };
}
