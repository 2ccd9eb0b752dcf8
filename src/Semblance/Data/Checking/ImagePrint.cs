using System.Numerics;
using Semblance.Tensors.Images;

namespace Semblance.Data.Checking;

/// <summary>What an image looks like, in few bytes: 128 signs of differences of neighbouring grey cells, and a small grey picture to check a match with.</summary>
/// <remarks>The difference hash of N. Krawetz (2013), across and down, on a grid of 9 × 9 cells.</remarks>
internal sealed class ImagePrint
{
    /// <summary>Pixels across and down of the small picture.</summary>
    public const int Side = 18;

    private const int Cells = Side / 2;

    // Of 264 photographs, copies at half the size, at JPEG quality 40 or 8 levels lighter differ in at most 7 signs and 4 levels of grey;
    // no two different ones differ in fewer than 19 signs or 12 levels.
    private const double MostGrey = 7;
    private const int MostColour = 20;

    // In a sum of four pixels: noise of flat areas sets no sign.
    private const int Step = 8;

    private readonly byte[] _grey;
    private readonly (int R, int G, int B) _mean;
    private readonly double _meanGrey;

    public ImagePrint(RgbImage small)
    {
        (_grey, _mean) = (new byte[Side * Side], default);
        long red = 0, green = 0, blue = 0;
        for (int i = 0; i < _grey.Length; i++)
        {
            (byte r, byte g, byte b) = (small.Pixels[3 * i], small.Pixels[(3 * i) + 1], small.Pixels[(3 * i) + 2]);
            _grey[i] = (byte)(((299 * r) + (587 * g) + (114 * b)) / 1000);
            (red, green, blue) = (red + r, green + g, blue + b);
        }
        _mean = ((int)(red / _grey.Length), (int)(green / _grey.Length), (int)(blue / _grey.Length));
        _meanGrey = ((0.299 * red) + (0.587 * green) + (0.114 * blue)) / _grey.Length;
        (Across, Down) = Hash();
    }

    /// <summary>Signs of differences to the right.</summary>
    public ulong Across { get; }

    /// <summary>Signs of differences downwards.</summary>
    public ulong Down { get; }

    /// <summary>Number of differing signs, 0 to 128.</summary>
    public int Distance(ImagePrint other) => BitOperations.PopCount(Across ^ other.Across) + BitOperations.PopCount(Down ^ other.Down);

    /// <summary>Whether the small pictures agree too, which hashes of flat or simple pictures do by chance.</summary>
    public bool LooksLike(ImagePrint other)
    {
        if (Math.Abs(_mean.R - other._mean.R) > MostColour || Math.Abs(_mean.G - other._mean.G) > MostColour || Math.Abs(_mean.B - other._mean.B) > MostColour)
        {
            return false;
        }
        double lighter = _meanGrey - other._meanGrey, sum = 0;
        for (int i = 0; i < _grey.Length; i++)
        {
            sum += Math.Abs(_grey[i] - other._grey[i] - lighter);
        }
        return sum <= MostGrey * _grey.Length;
    }

    private (ulong Across, ulong Down) Hash()
    {
        Span<int> cells = stackalloc int[Cells * Cells];
        for (int i = 0; i < cells.Length; i++)
        {
            int at = (2 * (i / Cells) * Side) + (2 * (i % Cells));
            cells[i] = _grey[at] + _grey[at + 1] + _grey[at + Side] + _grey[at + Side + 1];
        }
        ulong across = 0, down = 0;
        for (int bit = 0; bit < 64; bit++)
        {
            int at = (bit / 8 * Cells) + (bit % 8);
            across |= (cells[at] > cells[at + 1] + Step ? 1UL : 0) << bit;
            down |= (cells[at] > cells[at + Cells] + Step ? 1UL : 0) << bit;
        }
        return (across, down);
    }
}
