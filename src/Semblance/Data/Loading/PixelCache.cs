using System.Diagnostics.CodeAnalysis;
using Semblance.Tensors.Images;

namespace Semblance.Data.Loading;

/// <summary>Decoded images kept in memory up to a number of bytes; the first that come stay.</summary>
internal sealed class PixelCache(int images, long capacity)
{
    private readonly RgbImage?[] _images = new RgbImage?[capacity > 0 ? images : 0];
    private long _bytes;

    public bool TryGet(int index, [NotNullWhen(true)] out RgbImage? image)
    {
        image = index < _images.Length ? Volatile.Read(ref _images[index]) : null;
        return image is not null;
    }

    public void Offer(int index, RgbImage image)
    {
        if (index >= _images.Length || Volatile.Read(ref _bytes) + image.Pixels.Length > capacity)
        {
            return;
        }
        if (Interlocked.CompareExchange(ref _images[index], image, null) is null)
        {
            Interlocked.Add(ref _bytes, image.Pixels.Length);
        }
    }
}
