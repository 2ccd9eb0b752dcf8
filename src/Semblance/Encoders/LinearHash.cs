using Semblance.Index;
using Semblance.Tensors;

namespace Semblance.Encoders;

/// <summary>A hash without a network: bit k of a row x is 1 where (x - mean) . w_k is at least 0.</summary>
/// <remarks>The two fits are the baselines that every report shows beside a trained model.</remarks>
public sealed class LinearHash
{
    private readonly float[] mean;
    private readonly float[] projection;

    private LinearHash(string name, float[] mean, float[] projection, int bits) => (Name, this.mean, this.projection, Bits) = (name, mean, projection, bits);

    /// <summary>Name in reports.</summary>
    public string Name { get; }

    /// <summary>Bits of a code.</summary>
    public int Bits { get; }

    /// <summary>The directions w_k: values of a row x bits, row-major.</summary>
    public ReadOnlySpan<float> Projection => projection;

    /// <summary>Random hyperplanes through the mean (Charikar, STOC 2002).</summary>
    /// <param name="rows">Training rows, row-major.</param>
    /// <param name="width">Values of a row.</param>
    /// <param name="bits">Above 0.</param>
    /// <param name="seed">Draws the hyperplanes.</param>
    public static LinearHash RandomProjection(ReadOnlySpan<float> rows, int width, int bits, long seed)
    {
        SeededRandom random = new(seed);
        float[] projection = new float[width * bits];
        for (int k = 0; k < projection.Length; k++)
        {
            projection[k] = (float)random.NextNormal();
        }
        return new LinearHash("random projection", Mean(rows, width), projection, bits);
    }

    /// <summary>Iterative quantisation (Gong and Lazebnik, CVPR 2011): principal directions, then the rotation that brings rows nearest to corners of the cube.</summary>
    /// <param name="rows">Training rows, row-major.</param>
    /// <param name="width">Values of a row; where it is below <paramref name="bits"/>, random directions are used for the rest.</param>
    /// <param name="bits">Above 0.</param>
    /// <param name="seed">Draws the first rotation.</param>
    /// <param name="iterations">Of the alternation; the paper takes 50.</param>
    public static LinearHash Itq(ReadOnlySpan<float> rows, int width, int bits, long seed, int iterations = 50)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        float[] mean = Mean(rows, width);
        Tensor centred = Tensor.From(rows, rows.Length / width, width) - Tensor.From(mean, 1, width);
        Tensor directions = PrincipalDirections(centred, bits, seed);
        Tensor projected = centred.MatMul(directions);
        Tensor rotation = Orthogonal(Normal([bits, bits], seed));
        for (int k = 0; k < iterations; k++)
        {
            using TensorScope step = new();
            Tensor corners = projected.MatMul(rotation).AtLeast(0).To(DataType.Float32) * 2 - 1;
            Tensor[] parts = Operator.Of("aten::linalg_svd").CallMany(3, corners.Transpose().MatMul(projected), false);
            rotation = step.Keep(parts[2].Transpose().MatMul(parts[0].Transpose()));
        }
        return new LinearHash("ITQ", mean, directions.MatMul(rotation).Contiguous().ToArray<float>(), bits);
    }

    /// <summary>Codes of rows.</summary>
    /// <param name="rows">Row-major, as wide as the training rows.</param>
    /// <exception cref="ArgumentException">The rows are not as wide as the training rows.</exception>
    public Codes Encode(ReadOnlySpan<float> rows)
    {
        int width = mean.Length;
        if (rows.Length % width != 0)
        {
            throw new ArgumentException($"{rows.Length} values are no rows of {width}; the hash was fitted to rows of {width} values.", nameof(rows));
        }
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        Tensor centred = Tensor.From(rows, rows.Length / width, width) - Tensor.From(mean, 1, width);
        return Codes.FromSigns(centred.MatMul(Tensor.From(projection, width, Bits)).ToArray<float>(), Bits);
    }

    private static Tensor PrincipalDirections(Tensor centred, int bits, long seed)
    {
        int width = (int)centred.Size(1);
        (Tensor _, Tensor vectors) = Operator.Of("aten::linalg_eigh").CallTwo(centred.Transpose().MatMul(centred) / centred.Size(0), "L");
        // Eigenvalues ascend: the last columns are the principal directions.
        int taken = Math.Min(bits, width);
        Tensor principal = vectors.Narrow(1, width - taken, taken);
        return taken == bits ? principal : Tensor.Concatenate([principal, Normal([width, bits - taken], seed + 1) / Math.Sqrt(width)], 1);
    }

    private static Tensor Orthogonal(Tensor square) => Operator.Of("aten::linalg_qr").CallTwo(square).First;

    private static Tensor Normal(long[] shape, long seed)
    {
        SeededRandom random = new(seed);
        float[] values = new float[shape[0] * shape[1]];
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = (float)random.NextNormal();
        }
        return Tensor.From(values, shape);
    }

    private static float[] Mean(ReadOnlySpan<float> rows, int width)
    {
        double[] sum = new double[width];
        for (int k = 0; k < rows.Length; k++)
        {
            sum[k % width] += rows[k];
        }
        int count = Math.Max(1, rows.Length / width);
        return Array.ConvertAll(sum, value => (float)(value / count));
    }
}
