namespace Semblance.Reports;

/// <summary>How often each bit of the codes is 1.</summary>
/// <param name="Means">The share of codes in which the bit is 1, from 0 to 1, bit by bit. Near 0 or 1 a bit says nothing.</param>
/// <param name="Codes">Over how many codes.</param>
public sealed record BitBalance(IReadOnlyList<double> Means, long Codes);
