using Semblance.Losses;
using Semblance.Losses.Logits;

namespace Semblance.Training;

/// <summary>Keys of losses over logits.</summary>
internal static class LogitLossKeys
{
    public static CrossEntropyOptions CrossEntropy(Section section) => new()
    {
        LabelSmoothing = section.Number("label-smoothing", 0, min: 0, below: 1),
        Output = section.Text("output", Outputs.Logits),
    };
}
