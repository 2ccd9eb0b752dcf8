using Semblance.Index;
using Semblance.Tensors;

namespace Semblance.Encoders;

/// <summary>A hash without a network that was fitted to rows: a bit is the sign of a function of the centred row.</summary>
public abstract class FittedHash
{
    private readonly float[] mean;

    private protected FittedHash(string name, float[] mean, int bits) => (Name, this.mean, Bits) = (name, mean, bits);

    /// <summary>Name in reports.</summary>
    public string Name { get; }

    /// <summary>Bits of a code.</summary>
    public int Bits { get; }

    /// <summary>Codes of rows; an output of 0 gives 1.</summary>
    /// <param name="rows">Row-major, as wide as the training rows.</param>
    /// <exception cref="ArgumentException">The rows are not as wide as the training rows.</exception>
    public Codes Encode(ReadOnlySpan<float> rows)
    {
        if (rows.Length % mean.Length != 0)
        {
            throw new ArgumentException($"{rows.Length} values are no rows of {mean.Length}; the hash was fitted to rows of {mean.Length} values.", nameof(rows));
        }
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        return Codes.FromSigns(Outputs(Centred(rows, mean)), Bits);
    }

    /// <summary>The outputs whose signs are the bits: rows x <see cref="Bits"/>, row-major.</summary>
    private protected abstract float[] Outputs(Tensor centred);

    private protected static Tensor Centred(ReadOnlySpan<float> rows, float[] mean) => Tensor.From(rows, rows.Length / mean.Length, mean.Length) - Tensor.From(mean, 1, mean.Length);

    /// <summary>Directions in which rows vary most, by ascending variance: width x <paramref name="count"/>.</summary>
    private protected static Tensor Principal(Tensor centred, int count)
    {
        (Tensor _, Tensor vectors) = Operator.Of("aten::linalg_eigh").CallTwo(centred.Transpose().MatMul(centred) / centred.Size(0), "L");
        return vectors.Narrow(1, centred.Size(1) - count, count);
    }

    private protected static float[] Mean(ReadOnlySpan<float> rows, int width)
    {
        if (rows.Length == 0 || rows.Length % width != 0)
        {
            throw new ArgumentException($"{rows.Length} values are no rows of {width}; a hash is fitted to at least one row.", nameof(rows));
        }
        double[] sum = new double[width];
        for (int k = 0; k < rows.Length; k++)
        {
            sum[k % width] += rows[k];
        }
        int count = rows.Length / width;
        return Array.ConvertAll(sum, value => (float)(value / count));
    }
}
