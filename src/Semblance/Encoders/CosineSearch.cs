using Semblance.Tensors;

namespace Semblance.Encoders;

/// <summary>Exact nearest rows by cosine distance, in blocks of queries.</summary>
public static class CosineSearch
{
    private const int QueriesABlock = 256;

    /// <summary>The nearest rows of each query, nearest first.</summary>
    /// <param name="queries">Asked.</param>
    /// <param name="database">Searched; as wide as the queries.</param>
    /// <param name="count">Rows a query, above 0.</param>
    /// <param name="skipSame">Whether query i is row i of the database and must not find itself.</param>
    /// <returns>For each query rows with 1 - cosine, within [0, 2].</returns>
    public static (int Row, double Distance)[][] Nearest(EncodedSet queries, EncodedSet database, int count, bool skipSame = false)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(database);
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        Tensor rows = Matrix(database).Normalize(), asked = Matrix(queries).Normalize();
        List<(int, double)[]> found = [];
        for (long start = 0; start < asked.Size(0); start += QueriesABlock)
        {
            using TensorScope block = new();
            long height = Math.Min(QueriesABlock, asked.Size(0) - start);
            long wanted = Math.Min(count + (skipSame ? 1 : 0), rows.Size(0));
            (Tensor values, Tensor indices) = asked.Narrow(0, start, height).MatMul(rows.Transpose()).TopK(wanted);
            found.AddRange(Rows(values.ToArray<float>(), indices.ToArray<long>(), (int)wanted, (int)start, count, skipSame));
        }
        return [.. found];
    }

    private static Tensor Matrix(EncodedSet set) => Tensor.From(set.Rows, set.Rows.Length / set.Width, set.Width);

    private static IEnumerable<(int, double)[]> Rows(float[] values, long[] indices, int width, int start, int count, bool skipSame) =>
        Enumerable.Range(0, values.Length / width).Select(query => Enumerable.Range(query * width, width)
            .Where(place => !skipSame || indices[place] != start + query)
            .Take(count)
            .Select(place => ((int)indices[place], 1.0 - values[place]))
            .ToArray());
}
