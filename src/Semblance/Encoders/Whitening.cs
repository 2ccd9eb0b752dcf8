using System.Globalization;
using System.Security.Cryptography;
using Semblance.IO;
using Semblance.Tensors;
using Semblance.Tensors.Serialization;

namespace Semblance.Encoders;

/// <summary>PCA whitening: turns embeddings so that their dimensions are uncorrelated and vary alike, keeps those that varied most, and scales each row to length 1.</summary>
/// <remarks>
/// y = V^T (x - mean) / sqrt(lambda), then y/|y|, with the largest eigenvalues lambda and their eigenvectors V of the covariance of the fit's rows, each scaled to length 1 first
/// (Jégou and Chum, ECCV 2012, section 3). Shrinkage s replaces the covariance C by (1 - s) C + s (tr C / d) I, so that directions that hardly varied are not
/// blown up (Ledoit and Wolf, 2004, with a given s). Fit it on training images or on a database, never on queries. A row at the mean stays 0.
/// </remarks>
public sealed class Whitening
{
    private const string Note = "semblance.whitening";
    private const int RowsABlock = 4096;

    // Smaller eigenvalues, relative to the largest, are rounding and no direction.
    private const double Rank = 1e-10;
    private readonly float[] mean;
    private readonly float[] projection;

    private Whitening(float[] mean, float[] projection, string description) => (this.mean, this.projection, Description) = (mean, projection, description);

    /// <summary>Numbers of a row that goes in.</summary>
    public int InputDimensions => mean.Length;

    /// <summary>Numbers of a row that comes out.</summary>
    public int Dimensions => projection.Length / mean.Length;

    /// <summary>What was done, as protocols say it: dimensions, shrinkage, and what it was fitted on.</summary>
    public string Description { get; }

    /// <summary>The beginning of the SHA-256 of the numbers: equal transforms have equal ones.</summary>
    public string Fingerprint
    {
        get
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(mean));
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(projection));
            return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
        }
    }

    /// <summary>Fits the transform.</summary>
    /// <param name="rows">Embeddings of training images or of a database, row-major.</param>
    /// <param name="width">Numbers a row.</param>
    /// <param name="dimensions">Numbers to keep, from 1 to <paramref name="width"/>.</param>
    /// <param name="shrinkage">Within [0, 1].</param>
    /// <param name="fittedOn">A word for the rows, such as <c>train</c>.</param>
    /// <exception cref="ArgumentException">There are fewer than two rows, a number is not finite, or without shrinkage the rows span fewer directions than are to be kept.</exception>
    public static Whitening Fit(ReadOnlySpan<float> rows, int width, int dimensions, double shrinkage, string fittedOn)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        Require.InRange(shrinkage, 0d, 1d);
        if (dimensions > width)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"whitening to {dimensions} dimensions was asked of embeddings with {width}. Ask for {width} or fewer."));
        }
        if (rows.Length / width < 2 || rows.Length % width != 0)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{rows.Length} numbers came to be whitened; two rows of {width} or more are needed."));
        }
        foreach (float value in rows)
        {
            if (!float.IsFinite(value))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"the embeddings to be whitened hold {value}, which is not finite. Look for a diverged model."));
            }
        }
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        (Tensor centre, Tensor covariance) = Moments(rows, width);
        (double[] values, double[] vectors) = Eigen(covariance, shrinkage);
        RequireRank(values, dimensions, rows.Length / width);
        string description = string.Create(CultureInfo.InvariantCulture, $"whiten-{dimensions}{(shrinkage > 0 ? $"-shrinkage-{shrinkage:R}" : "")}-{fittedOn}");
        return new Whitening(Array.ConvertAll(centre.ToArray<double>(), value => (float)value), Projection(values, vectors, dimensions), description);
    }

    /// <summary>Transforms rows.</summary>
    /// <param name="rows">Row-major, <see cref="InputDimensions"/> numbers each; of any length.</param>
    /// <returns>Row-major, <see cref="Dimensions"/> numbers each, of length 1, or 0 where nothing is left of the row.</returns>
    /// <exception cref="ArgumentException">The rows are not as wide as those of the fit.</exception>
    public float[] Apply(ReadOnlySpan<float> rows)
    {
        if (rows.Length % InputDimensions != 0)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{rows.Length} values are no rows of {InputDimensions}; the whitening was fitted to rows of {InputDimensions} values."), nameof(rows));
        }
        int count = rows.Length / InputDimensions;
        float[] whitened = new float[count * Dimensions];
        using Autograd.Mode mode = Autograd.NoGrad();
        for (int start = 0; start < count; start += RowsABlock)
        {
            using TensorScope block = new();
            int height = Math.Min(RowsABlock, count - start);
            Tensor unit = Unit(rows.Slice(start * InputDimensions, height * InputDimensions), InputDimensions);
            Tensor turned = (unit - Tensor.From(mean, 1, InputDimensions)).MatMul(Tensor.From(projection, InputDimensions, Dimensions));
            turned.Normalize().CopyTo(whitened.AsSpan(start * Dimensions, height * Dimensions));
        }
        return whitened;
    }

    /// <summary>Writes the transform to a <c>.safetensors</c> file.</summary>
    /// <exception cref="SemblanceException">The file cannot be written.</exception>
    public void Save(string path)
    {
        try
        {
            Safetensors.Write(
                path,
                [WeightTensor.FromFloats("mean", [InputDimensions], mean), WeightTensor.FromFloats("projection", [InputDimensions, Dimensions], projection)],
                new Dictionary<string, string> { [Note] = Description });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SemblanceException(AtomicFile.Explain(path, exception), exception);
        }
    }

    /// <summary>Reads a transform.</summary>
    /// <exception cref="InvalidDataException">The file is missing, damaged, or holds something else.</exception>
    public static Whitening Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path} is not there. 'semblance evaluate RUN --whiten DIMENSIONS' writes it.");
        }
        using WeightFile file = WeightFile.Open(path);
        if (!file.Metadata.TryGetValue(Note, out string? description)
            || !file.TryGet("mean", out WeightTensor? mean) || !file.TryGet("projection", out WeightTensor? projection)
            || mean.Shape.Length != 1 || projection.Shape.Length != 2 || mean.Shape[0] != projection.Shape[0] || projection.Shape[1] < 1)
        {
            throw new InvalidDataException($"{path} holds no whitening. Give a file that 'semblance evaluate RUN --whiten DIMENSIONS' wrote.");
        }
        return new Whitening(mean.ToFloats(), projection.ToFloats(), description);
    }

    private static Tensor Unit(ReadOnlySpan<float> rows, int width) => Tensor.From(rows, rows.Length / width, width).Normalize();

    private static (Tensor Mean, Tensor Covariance) Moments(ReadOnlySpan<float> rows, int width)
    {
        using TensorScope scope = new();
        Tensor mean = Sum(rows, width, block => block.Sum(0)) / (rows.Length / width);
        Tensor centre = mean.Reshape(1, width);
        Tensor covariance = Sum(rows, width, block =>
        {
            Tensor centred = block - centre;
            return centred.Transpose().MatMul(centred);
        }) / (rows.Length / width);
        return (scope.Keep(mean), scope.Keep(covariance));
    }

    /// <summary>Adds up something of all rows, in double precision and some rows at a time.</summary>
    private static Tensor Sum(ReadOnlySpan<float> rows, int width, Func<Tensor, Tensor> part)
    {
        Tensor? sum = null;
        int height = RowsABlock * width;
        for (int start = 0; start < rows.Length; start += height)
        {
            using TensorScope block = new();
            Tensor value = part(Unit(rows.Slice(start, Math.Min(height, rows.Length - start)), width).To(DataType.Float64));
            sum = block.Keep(sum is null ? value : sum + value);
        }
        return sum!;
    }

    /// <summary>Eigenvalues in descending order and their vectors, one a row, each with its largest number above 0.</summary>
    private static (double[] Values, double[] Vectors) Eigen(Tensor covariance, double shrinkage)
    {
        int width = (int)covariance.Size(0);
        (Tensor values, Tensor vectors) = Operator.Of("aten::linalg_eigh").CallTwo(covariance, "L");
        double[] ascending = values.ToArray<double>();
        // Shrinking towards a multiple of the identity keeps the vectors.
        double level = ascending.Average();
        double[] shrunk = [.. ascending.Reverse().Select(value => ((1 - shrinkage) * value) + (shrinkage * level))];
        double[] rows = vectors.Transpose().Contiguous().ToArray<double>();
        double[] ordered = new double[rows.Length];
        for (int k = 0; k < width; k++)
        {
            ReadOnlySpan<double> row = rows.AsSpan((width - 1 - k) * width, width);
            double largest = 0;
            foreach (double value in row)
            {
                largest = Math.Abs(value) > Math.Abs(largest) ? value : largest;
            }
            for (int i = 0; i < width; i++)
            {
                ordered[(k * width) + i] = largest < 0 ? -row[i] : row[i];
            }
        }
        return (shrunk, ordered);
    }

    private static void RequireRank(double[] values, int dimensions, int rows)
    {
        int rank = values.Count(value => value > Rank * values[0] && value > 0);
        if (rank < dimensions)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"whitening to {dimensions} dimensions was asked, but the {rows} rows of the fit vary in {rank} directions only. Ask for {Math.Max(1, rank)} or fewer, fit on more rows, or set a shrinkage above 0."));
        }
    }

    /// <summary>V / sqrt(lambda), input x output.</summary>
    private static float[] Projection(double[] values, double[] vectors, int dimensions)
    {
        int width = values.Length;
        float[] projection = new float[width * dimensions];
        for (int k = 0; k < dimensions; k++)
        {
            double scale = 1 / Math.Sqrt(values[k]);
            for (int i = 0; i < width; i++)
            {
                projection[(i * dimensions) + k] = (float)(vectors[(k * width) + i] * scale);
            }
        }
        return projection;
    }
}
