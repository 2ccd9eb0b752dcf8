using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Sums and counts of the parts of a row loss over blocks of anchors, in double precision.</summary>
/// <param name="anchors">All anchors.</param>
internal sealed class RowTotals(Tensor anchors)
{
    private readonly List<(double Sum, double Count)> parts = [];

    /// <summary>Adds the parts of a block.</summary>
    public void Add(IReadOnlyList<RowPart> more)
    {
        for (int k = 0; k < more.Count; k++)
        {
            if (k == parts.Count)
            {
                parts.Add(default);
            }
            parts[k] = (parts[k].Sum + more[k].Sum.ToDouble(), parts[k].Count + more[k].Count.ToDouble());
        }
    }

    /// <summary>The loss; NaN where an anchor is, also one that no pair holds.</summary>
    public Tensor Value() => Tensor.Scalar(parts.Sum(part => part.Sum / Math.Max(1, part.Count)), anchors.Type, anchors.Device) + (anchors.Sum() * 0);

    /// <summary>What each of so many parts is divided by.</summary>
    public double[] Divisors(int count) => [.. Enumerable.Range(0, count).Select(k => k < parts.Count ? Math.Max(1, parts[k].Count) : 1)];
}
