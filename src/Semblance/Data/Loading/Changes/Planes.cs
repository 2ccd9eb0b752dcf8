namespace Semblance.Data.Loading.Changes;

/// <summary>A square image as three planes of values in [0, 1], and what is asked of it by several changes.</summary>
/// <param name="values">Red, then green, then blue; row by row.</param>
/// <param name="size">Pixels across and down.</param>
internal readonly ref struct Planes(Span<float> values, int size)
{
    public Span<float> Values { get; } = values;

    public int Size => size;

    public Span<float> this[int channel] => Values.Slice(channel * size * size, size * size);

    /// <summary>The lightness of a pixel, as the common image libraries weigh the colours (Rec. 601).</summary>
    public float Grey(int pixel) => (0.299f * this[0][pixel]) + (0.587f * this[1][pixel]) + (0.114f * this[2][pixel]);

    /// <summary>The mean lightness.</summary>
    public float MeanGrey()
    {
        double sum = 0;
        for (int pixel = 0; pixel < size * size; pixel++)
        {
            sum += Grey(pixel);
        }
        return (float)(sum / (size * size));
    }

    /// <summary>Each value as one of 256 steps.</summary>
    public static int Step(float value) => Math.Clamp((int)MathF.Round(value * 255), 0, 255);
}
