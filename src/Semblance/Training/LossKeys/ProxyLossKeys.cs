using Semblance.Losses;
using Semblance.Losses.Proxies;

namespace Semblance.Training;

/// <summary>Keys of losses with one or more trained proxies a class.</summary>
internal static class ProxyLossKeys
{
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
}
