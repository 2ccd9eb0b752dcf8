namespace Semblance.Reports;

/// <summary>What the bits of the codes are like.</summary>
/// <param name="Means">The share of codes in which the bit is 1, from 0 to 1, bit by bit. Near 0 or 1 a bit says nothing.</param>
/// <param name="Codes">Over how many codes.</param>
public sealed record BitBalance(IReadOnlyList<double> Means, long Codes)
{
    /// <summary>For every bit its mean absolute correlation with the others; empty where it is not known.</summary>
    public IReadOnlyList<double> Correlation { get; init; } = [];

    /// <summary>Further numbers and what they are, in the order in which they are shown.</summary>
    public IReadOnlyList<(string Name, double Value, string Meaning)> Numbers { get; init; } = [];
}
