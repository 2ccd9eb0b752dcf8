using Semblance.Losses;
using Semblance.Tensors;

namespace Semblance.Training;

/// <summary>Of which two images each image of a batch is made.</summary>
/// <param name="At">What is mixed.</param>
/// <param name="Partners">For each image the place in the batch of the one that is mixed in.</param>
/// <param name="Shares">For each image how much of it is in the mixture; its partner has the rest.</param>
/// <param name="LabelShares">For each image how much its label counts; its partner's has the rest.</param>
public sealed record BatchMix(MixAt At, int[] Partners, double[] Shares, double[] LabelShares)
{
    /// <summary>Some rows of a batch, mixed.</summary>
    /// <param name="rows">All rows of the batch, row-major.</param>
    /// <param name="width">Numbers in a row.</param>
    /// <param name="first">The first row that is wanted.</param>
    /// <param name="count">How many.</param>
    public float[] Rows(ReadOnlySpan<float> rows, int width, int first, int count)
    {
        float[] mixed = new float[count * width];
        for (int k = 0; k < count; k++)
        {
            ReadOnlySpan<float> own = rows.Slice((first + k) * width, width), other = rows.Slice(Partners[first + k] * width, width);
            float share = (float)Shares[first + k], rest = 1 - share;
            Span<float> row = mixed.AsSpan(k * width, width);
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = (share * own[i]) + (rest * other[i]);
            }
        }
        return mixed;
    }

    /// <summary>The features of a whole batch, mixed.</summary>
    /// <param name="features">n × features.</param>
    public Tensor Features(Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        Tensor share = Tensor.From(Shares, Shares.Length, 1).To(features.Type).To(features.Device);
        return (features * share) + (features.IndexSelect(0, PartnersOn(features.Device)) * (1 - share));
    }

    /// <summary>The second labels of a batch.</summary>
    /// <param name="labels">Its labels, n class ids or n × classes of 0 and 1.</param>
    public LabelMix Labels(Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return new LabelMix(labels.IndexSelect(0, PartnersOn(labels.Device)), Tensor.From(LabelShares, LabelShares.Length).To(labels.Device));
    }

    private Tensor PartnersOn(Device device) => Tensor.From(Array.ConvertAll(Partners, partner => (long)partner), Partners.Length).To(device);
}
