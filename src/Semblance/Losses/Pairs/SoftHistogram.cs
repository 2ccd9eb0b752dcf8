using Semblance.Tensors;

namespace Semblance.Losses.Pairs;

/// <summary>Histograms whose nodes share a value in proportion to its nearness (Ustinova and Lempitsky, NeurIPS 2016, equation 2), so that they can be derived.</summary>
/// <remarks>A value beyond the first or the last node counts for that node, and has no derivative; one exactly on the last node is in the last bin.</remarks>
internal sealed class SoftHistogram
{
    private const int References = 1;
    private readonly Tensor lower;
    private readonly Tensor upper;
    private readonly Tensor part;
    private readonly int bins;

    /// <summary>Places the values of some rows on nodes.</summary>
    /// <param name="values">Rows × columns.</param>
    /// <param name="low">First node.</param>
    /// <param name="high">Last node.</param>
    /// <param name="bins">Number of bins; there is one node more.</param>
    public SoftHistogram(Tensor values, double low, double high, int bins)
    {
        this.bins = bins;
        Tensor position = (values.Clamp(low, high) - low) * (bins / (high - low));
        Tensor floor = position.Detach().MaskedFill(position.IsFinite().Not(), 0).Floor().Clamp(0, bins - 1);
        (lower, upper) = (floor.To(DataType.Int64), (floor + 1).To(DataType.Int64));
        part = position - floor;
    }

    /// <summary>How much lies on each node, for every row: rows × nodes.</summary>
    public Tensor Of(Tensor mask)
    {
        Tensor none = Tensor.Zeros([lower.Size(0), bins + 1], part.Type, part.Device), left = mask.Not();
        return none.ScatterAdd(References, lower, (1 - part).MaskedFill(left, 0)).ScatterAdd(References, upper, part.MaskedFill(left, 0));
    }
}
