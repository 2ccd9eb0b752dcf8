using Semblance.Tensors.Images;

namespace Semblance.Data.Stores;

/// <summary>Square images kept as raw planes (all reds, all greens, all blues), as in the CIFAR binaries.</summary>
/// <param name="records">The planes; every entry has 3 × <paramref name="side"/> × <paramref name="side"/> bytes.</param>
/// <param name="side">Pixels across and down.</param>
public sealed class PlanarStore(ImageStore records, int side) : ImageStore
{
    /// <inheritdoc/>
    public override int Count => records.Count;

    /// <inheritdoc/>
    public override bool HoldsPixels => true;

    /// <inheritdoc/>
    public override string Describe(int place) => records.Describe(place);

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Read(int place) => records.Read(place);

    /// <inheritdoc/>
    public override RgbImage Pixels(ReadOnlySpan<byte> bytes)
    {
        int plane = side * side;
        byte[] pixels = new byte[3 * plane];
        for (int i = 0; i < plane; i++)
        {
            pixels[3 * i] = bytes[i];
            pixels[(3 * i) + 1] = bytes[plane + i];
            pixels[(3 * i) + 2] = bytes[(2 * plane) + i];
        }
        return new(side, side, pixels);
    }
}
