using System.Globalization;

namespace Semblance.Evaluation;

/// <summary>Settings of <see cref="ReciprocalNeighbours"/>; the defaults are the paper's.</summary>
public sealed record ReciprocalOptions
{
    /// <summary>k1, the neighbours among which reciprocal ones are looked for; above 0.</summary>
    public int Neighbours { get; init => field = Require.AtLeast(value, 1); } = 20;

    /// <summary>k2, the neighbours whose neighbourhoods are averaged, the item itself among them; above 0, and 1 averages nothing.</summary>
    public int Averaged { get; init => field = Require.AtLeast(value, 1); } = 6;

    /// <summary>lambda, the part that the cosine keeps in the distance; within [0, 1].</summary>
    public double Weight { get; init => field = Require.InRange(value, 0d, 1d); } = 0.3;

    /// <summary>Rows of each query that are put in order; above 0. Where the gallery has fewer, all of them.</summary>
    public int Top { get; init => field = Require.AtLeast(value, 1); } = 100;

    /// <summary>The settings in a protocol.</summary>
    internal string Name => string.Create(CultureInfo.InvariantCulture, $"reciprocal-{Neighbours}-{Averaged}-{Weight:R}-top-{Top}");
}
