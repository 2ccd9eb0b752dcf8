using System.Buffers;

namespace Semblance.Serving.Images;

/// <summary>The pixels of one image as a model takes them, in memory that serves a later image once it is disposed of.</summary>
internal sealed class PixelRow(int length) : IDisposable
{
    private float[]? _values = ArrayPool<float>.Shared.Rent(length);

    /// <summary>Channel by channel, normalised.</summary>
    public Span<float> Values => (_values ?? throw new ObjectDisposedException(nameof(PixelRow))).AsSpan(0, length);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _values, null) is { } values)
        {
            ArrayPool<float>.Shared.Return(values);
        }
    }
}
