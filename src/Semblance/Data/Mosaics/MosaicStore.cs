using Semblance.Data.Loading;
using Semblance.Data.Stores;
using Semblance.Tensors.Images;

namespace Semblance.Data.Mosaics;

/// <summary>Images of a data set laid side by side, in rows from the top; composed when one is asked for.</summary>
/// <param name="source">The data set.</param>
/// <param name="tiles">The images of each mosaic, as indices into the data set.</param>
/// <param name="across">Images across and down.</param>
/// <param name="pixels">Pixels across and down of one image.</param>
internal sealed class MosaicStore(Dataset source, IReadOnlyList<int[]> tiles, int across, int pixels) : ImageStore
{
    private readonly ImageTransform _square = new() { Size = pixels, Resize = pixels };

    public override int Count => tiles.Count;

    public override bool HoldsPixels => true;

    public override string Describe(int place) => $"mosaic of {string.Join(", ", tiles[place].Select(source.Describe))}";

    public override ReadOnlyMemory<byte> Read(int place)
    {
        int row = 3 * pixels, stride = across * row;
        byte[] mosaic = new byte[across * pixels * stride];
        for (int i = 0; i < tiles[place].Length; i++)
        {
            byte[] tile = Tile(tiles[place][i]);
            int corner = (i / across * pixels * stride) + (i % across * row);
            for (int y = 0; y < pixels; y++)
            {
                tile.AsSpan(y * row, row).CopyTo(mosaic.AsSpan(corner + (y * stride)));
            }
        }
        return mosaic;
    }

    public override RgbImage Pixels(ReadOnlySpan<byte> bytes) => new(across * pixels, across * pixels, bytes.ToArray());

    private byte[] Tile(int index)
    {
        RgbImage image = source.Decode(index);
        return image.Width == pixels && image.Height == pixels ? image.Pixels : ImageCodec.Render(image, _square.CentreView(image.Width, image.Height)).Pixels;
    }
}
