using Semblance.Tensors;

namespace Semblance.Encoders;

/// <summary>A hash without a network: bit k of a row x is 1 where (x - mean) . w_k is at least 0.</summary>
/// <remarks>The fits are baselines that every report shows beside a trained model; none of them sees labels. With more bits than a row has values, principal directions are followed by random ones.</remarks>
public sealed class LinearHash : FittedHash
{
    private readonly float[] projection;

    private LinearHash(string name, float[] mean, float[] projection, int bits)
        : base(name, mean, bits) => this.projection = projection;

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

    /// <summary>Signs of the principal components.</summary>
    /// <param name="rows">Training rows, row-major.</param>
    /// <param name="width">Values of a row; where it is below <paramref name="bits"/>, random directions are used for the rest.</param>
    /// <param name="bits">Above 0.</param>
    /// <param name="seed">Draws the random directions.</param>
    public static LinearHash PcaSign(ReadOnlySpan<float> rows, int width, int bits, long seed)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        float[] mean = Mean(rows, width);
        return new LinearHash("PCA signs", mean, PrincipalDirections(Centred(rows, mean), bits, seed).Contiguous().ToArray<float>(), bits);
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
        Tensor centred = Centred(rows, mean);
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

    private protected override float[] Outputs(Tensor centred) => centred.MatMul(Tensor.From(projection, centred.Size(1), Bits)).ToArray<float>();

    private static Tensor PrincipalDirections(Tensor centred, int bits, long seed)
    {
        int width = (int)centred.Size(1);
        int taken = Math.Min(bits, width);
        Tensor principal = Principal(centred, taken);
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
}
