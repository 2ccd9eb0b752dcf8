using System.Globalization;

namespace Semblance.Evaluation;

/// <summary>A number with the protocol that it was measured under.</summary>
/// <param name="Name">What was measured, such as <c>mAP@1000</c>.</param>
/// <param name="Value">The number.</param>
/// <param name="ProtocolId">The <see cref="Protocol.Id"/>.</param>
public readonly record struct Score(string Name, double Value, string ProtocolId)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} = {Value:F4} [{ProtocolId}]");
}
