namespace Semblance.Data.Loading;

/// <summary>Which images a step looks at.</summary>
/// <param name="Step">Number of the step; with the seed it fixes every random number of the batch.</param>
/// <param name="Indices">Indices into the data set; one may occur several times.</param>
public readonly record struct BatchPlan(long Step, int[] Indices);

/// <summary>An image that could not be read and was passed over.</summary>
/// <param name="Index">Index into the data set.</param>
/// <param name="Step">The step that asked for it.</param>
/// <param name="Message">A sentence that names the image.</param>
public readonly record struct SkippedImage(int Index, long Step, string Message);

/// <summary>The pixels of one step. Dispose it when they are no longer needed; its memory serves a later batch.</summary>
public sealed class ImageBatch : IDisposable
{
    private readonly PixelPool _pool;
    private float[]? _pixels;
    private float[]? _secondPixels;

    internal ImageBatch(PixelPool pool, float[] pixels, float[]? secondPixels, long step, int size, int[] indices, IReadOnlyList<SkippedImage> skipped)
    {
        (_pool, _pixels, _secondPixels, Step, Size, Indices, Skipped) = (pool, pixels, secondPixels, step, size, indices, skipped);
    }

    /// <summary>Images × 3 × size × size values, in this order; longer than that where images were passed over.</summary>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public float[] Pixels => _pixels ?? throw new ObjectDisposedException(nameof(ImageBatch));

    /// <summary>The same of the second view of each image, in the same order; null where the loader makes none.</summary>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public float[]? SecondPixels => _pixels is null ? throw new ObjectDisposedException(nameof(ImageBatch)) : _secondPixels;

    /// <summary>The values of one image.</summary>
    /// <param name="position">0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<float> this[int position] => Pixels.AsSpan(position * 3 * Size * Size, 3 * Size * Size);

    /// <summary>Number of images.</summary>
    public int Count => Indices.Length;

    /// <summary>Pixels across and down.</summary>
    public int Size { get; }

    /// <summary>Which images these are, in order; without those passed over.</summary>
    public int[] Indices { get; }

    /// <summary>Number of the step.</summary>
    public long Step { get; }

    /// <summary>Images that could not be read; only where the loader passes them over.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pixels, null) is float[] pixels)
        {
            _pool.Return(pixels);
        }
        if (Interlocked.Exchange(ref _secondPixels, null) is float[] secondPixels)
        {
            _pool.Return(secondPixels);
        }
    }
}

/// <summary>Arrays of equal length that batches take turns in.</summary>
internal sealed class PixelPool
{
    private readonly System.Collections.Concurrent.ConcurrentBag<float[]> _free = [];

    public float[] Rent(int length)
    {
        while (_free.TryTake(out float[]? array))
        {
            if (array.Length == length)
            {
                return array;
            }
        }
        return GC.AllocateUninitializedArray<float>(length);
    }

    public void Return(float[] array) => _free.Add(array);
}
