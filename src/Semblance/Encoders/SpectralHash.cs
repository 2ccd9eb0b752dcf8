using Semblance.Tensors;

namespace Semblance.Encoders;

/// <summary>Spectral hashing (Weiss, Torralba and Fergus, NIPS 2008): the smoothest waves over the box that the principal components of the training rows fill.</summary>
/// <remarks>
/// Along component i, whose values reach over a range r_i, the eigenfunctions of the Laplacian of a uniform box are cos(k pi (y - least) / r_i) with eigenvalues that grow with (k / r_i)^2.
/// The bits are the signs of those with the smallest eigenvalues over all components and k from 1 on; as in the authors' code only waves along one component are taken. There
/// are as many waves as one wants, so any number of bits does, whatever the width of the rows. Where all rows are equal every bit is 1.
/// </remarks>
public sealed class SpectralHash : FittedHash
{
    private readonly float[] directions;
    private readonly float[] least;
    private readonly Wave[] waves;

    private SpectralHash(float[] mean, float[] directions, float[] least, Wave[] waves)
        : base("spectral hashing", mean, waves.Length) => (this.directions, this.least, this.waves) = (directions, least, waves);

    /// <summary>Finds the box and its waves.</summary>
    /// <param name="rows">Training rows, row-major.</param>
    /// <param name="width">Values of a row.</param>
    /// <param name="bits">Above 0.</param>
    public static SpectralHash Fit(ReadOnlySpan<float> rows, int width, int bits)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        float[] mean = Mean(rows, width);
        int count = Math.Min(bits, width);
        Tensor centred = Centred(rows, mean), principal = Principal(centred, count).Contiguous();
        (float[] least, double[] ranges) = Box(centred.MatMul(principal).ToArray<float>(), count);
        return new SpectralHash(mean, principal.ToArray<float>(), least, Smoothest(ranges, bits));
    }

    private protected override float[] Outputs(Tensor centred)
    {
        int count = least.Length;
        float[] projected = centred.MatMul(Tensor.From(directions, centred.Size(1), count)).ToArray<float>();
        float[] outputs = new float[projected.Length / count * waves.Length];
        for (int row = 0; row < projected.Length / count; row++)
        {
            for (int bit = 0; bit < waves.Length; bit++)
            {
                Wave wave = waves[bit];
                outputs[(row * waves.Length) + bit] = (float)Math.Cos(wave.Frequency * (projected[(row * count) + wave.Component] - least[wave.Component]));
            }
        }
        return outputs;
    }

    private static (float[] Least, double[] Ranges) Box(float[] projected, int count)
    {
        float[] least = projected[..count], most = projected[..count];
        for (int k = 0; k < projected.Length; k++)
        {
            least[k % count] = Math.Min(least[k % count], projected[k]);
            most[k % count] = Math.Max(most[k % count], projected[k]);
        }
        return (least, [.. most.Zip(least, (high, low) => (double)high - low)]);
    }

    private static Wave[] Smoothest(double[] ranges, int bits)
    {
        double widest = ranges.Max();
        // Beyond these a component has none of the first waves: the widest has as many below them.
        IEnumerable<Wave> candidates = Enumerable.Range(0, ranges.Length).Where(i => ranges[i] > 0)
            .SelectMany(i => Enumerable.Range(1, (int)Math.Ceiling(bits * ranges[i] / widest)).Select(k => new Wave(i, k * Math.PI / ranges[i])));
        Wave[] smoothest = [.. candidates.OrderBy(wave => wave.Frequency).ThenByDescending(wave => wave.Component).Take(bits)];
        return widest > 0 ? smoothest : new Wave[bits];
    }

    /// <summary>A wave along a principal component.</summary>
    private readonly record struct Wave(int Component, double Frequency);
}
