namespace Semblance.Data.Mosaics;

/// <summary>Images in random order, handed out in turn; when they run short, all are shuffled again.</summary>
internal sealed class TilePool(int[] images, SeededRandom random)
{
    private SeededRandom _random = random;
    private int _next = images.Length;

    public int Count => images.Length;

    /// <summary>The next images, all different.</summary>
    /// <param name="count">At most <see cref="Count"/>.</param>
    public ReadOnlySpan<int> Take(int count)
    {
        if (images.Length - _next < count)
        {
            _random.Shuffle<int>(images);
            _next = 0;
        }
        _next += count;
        return images.AsSpan(_next - count, count);
    }
}
