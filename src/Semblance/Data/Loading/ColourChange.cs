using System.Numerics;
using Semblance.Tensors.Images;

namespace Semblance.Data.Loading;

/// <summary>An affine map of colours: three rows of weights of red, green and blue and a constant.</summary>
/// <remarks>
/// Brightness, contrast, saturation and hue are all affine once the mean colour of the image is known, so any chain of them is one pass
/// over the pixels. Values are cut to [0, 1] once, at the end. Hue turns the chroma plane of YIQ.
/// </remarks>
internal struct ColourChange
{
    // Rec. 601, as in the conversions to grey of the common image libraries.
    private static readonly Vector3 Luma = new(0.299f, 0.587f, 0.114f);

    private Matrix4x4 _map;
    private Vector3 _mean;

    /// <summary>Changes nothing.</summary>
    public static ColourChange None => new() { _map = Matrix4x4.Identity };

    public static ColourChange Random(Augmentation augmentation, ReadOnlySpan<float> planes, ref SeededRandom random)
    {
        ColourChange change = new() { _map = Matrix4x4.Identity, _mean = Mean(planes) };
        Span<int> order = [0, 1, 2, 3];
        random.Shuffle(order);
        // All numbers are drawn whatever is used, so that one setting does not change the numbers of another.
        float brightness = (float)random.Between(1 - augmentation.Brightness, 1 + augmentation.Brightness);
        float contrast = (float)random.Between(1 - augmentation.Contrast, 1 + augmentation.Contrast);
        float saturation = (float)random.Between(1 - augmentation.Saturation, 1 + augmentation.Saturation);
        float hue = (float)random.Between(-augmentation.Hue, augmentation.Hue);
        foreach (int step in order)
        {
            change.Then(step switch
            {
                0 => Matrix4x4.CreateScale(brightness),
                1 => ContrastMap(contrast, Vector3.Dot(change._mean, Luma)),
                2 => SaturationMap(saturation),
                _ => HueMap(hue * MathF.Tau),
            });
        }
        return change;
    }

    /// <summary>Changes the colours of values in [0, 1], cuts them to [0, 1] and normalises them.</summary>
    public readonly void Apply(Span<float> planes, Normalization normalization)
    {
        int plane = planes.Length / 3;
        Span<float> red = planes[..plane], green = planes.Slice(plane, plane), blue = planes[(2 * plane)..];
        Vector3 scale = new(1 / normalization.Std[0], 1 / normalization.Std[1], 1 / normalization.Std[2]);
        Vector3 mean = new(normalization.Mean[0], normalization.Mean[1], normalization.Mean[2]);
        int wide = plane - (plane % Vector<float>.Count);
        for (int i = 0; i < wide; i += Vector<float>.Count)
        {
            Vector<float> r = new(red[i..]), g = new(green[i..]), b = new(blue[i..]);
            Finish((r * _map.M11) + (g * _map.M21) + (b * _map.M31) + new Vector<float>(_map.M41), mean.X, scale.X).CopyTo(red[i..]);
            Finish((r * _map.M12) + (g * _map.M22) + (b * _map.M32) + new Vector<float>(_map.M42), mean.Y, scale.Y).CopyTo(green[i..]);
            Finish((r * _map.M13) + (g * _map.M23) + (b * _map.M33) + new Vector<float>(_map.M43), mean.Z, scale.Z).CopyTo(blue[i..]);
        }
        for (int i = wide; i < plane; i++)
        {
            float r = red[i], g = green[i], b = blue[i];
            red[i] = (Math.Clamp((r * _map.M11) + (g * _map.M21) + (b * _map.M31) + _map.M41, 0, 1) - mean.X) * scale.X;
            green[i] = (Math.Clamp((r * _map.M12) + (g * _map.M22) + (b * _map.M32) + _map.M42, 0, 1) - mean.Y) * scale.Y;
            blue[i] = (Math.Clamp((r * _map.M13) + (g * _map.M23) + (b * _map.M33) + _map.M43, 0, 1) - mean.Z) * scale.Z;
        }
        normalization.Arrange(planes);
    }

    private static Vector<float> Finish(Vector<float> value, float mean, float scale) =>
        (Vector.Min(Vector.Max(value, Vector<float>.Zero), Vector<float>.One) - new Vector<float>(mean)) * scale;

    private void Then(Matrix4x4 next)
    {
        _map *= next;
        _mean = Vector3.Transform(_mean, next);
    }

    private static Matrix4x4 ContrastMap(float factor, float grey)
    {
        Matrix4x4 map = Matrix4x4.CreateScale(factor);
        map.Translation = new((1 - factor) * grey);
        return map;
    }

    private static Matrix4x4 SaturationMap(float factor)
    {
        Vector3 grey = Luma * (1 - factor);
        return new(
            grey.X + factor, grey.X, grey.X, 0,
            grey.Y, grey.Y + factor, grey.Y, 0,
            grey.Z, grey.Z, grey.Z + factor, 0,
            0, 0, 0, 1);
    }

    private static Matrix4x4 HueMap(float angle)
    {
        // Rows are the inputs: red, green and blue in Y, I and Q.
        Matrix4x4 toYiq = new(
            0.299f, 0.5959f, 0.2115f, 0,
            0.587f, -0.2746f, -0.5227f, 0,
            0.114f, -0.3213f, 0.3112f, 0,
            0, 0, 0, 1);
        Matrix4x4 turn = Matrix4x4.CreateRotationX(angle);
        return Matrix4x4.Invert(toYiq, out Matrix4x4 fromYiq) ? toYiq * turn * fromYiq : Matrix4x4.Identity;
    }

    private static Vector3 Mean(ReadOnlySpan<float> planes)
    {
        int plane = planes.Length / 3;
        return new(Mean1(planes[..plane]), Mean1(planes.Slice(plane, plane)), Mean1(planes[(2 * plane)..]));
    }

    private static float Mean1(ReadOnlySpan<float> values)
    {
        // The width of a vector must not show in the sum: sixteen partial sums everywhere.
        Span<float> sums = stackalloc float[16];
        for (int start = 0; start < values.Length; start += 16)
        {
            ReadOnlySpan<float> part = values[start..Math.Min(values.Length, start + 16)];
            for (int i = 0; i < part.Length; i++)
            {
                sums[i] += part[i];
            }
        }
        double total = 0;
        foreach (float sum in sums)
        {
            total += sum;
        }
        return (float)(total / values.Length);
    }
}
